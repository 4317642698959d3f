"""The models judged on the patients that pass the filter, for the pages of the model chapter."""

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.judge import Judgement, judge_some
from core.figures.palette import ordered_models
from core.store import Entry
from pages._ui import access, patients, wait

INFO = ["patient", "cohort", "role", "lnm"]


@dataclass(frozen=True, eq=False)
class Judged:
    """``tables`` of the cohorts that can be judged, and ``predictions`` of their patients.

    ``cutoffs``: by model, carried from all training patients. ``key``: what ``access.derive`` goes by.
    """

    tables: Judgement
    predictions: pd.DataFrame
    models: list[str]
    cutoffs: dict[str, float]
    key: tuple[str, ...]
    fusion: Entry


def need() -> Judged:
    """Judgement of the patients that pass; says which cohorts are left out and ends the page without any."""
    evaluation, fusion = wait.need("evaluation", "fusion")
    stored, predictions = access.value(evaluation, "metrics"), access.value(fusion, "predictions")
    models = ordered_models(list(stored["model"].unique()))
    cutoffs = stored.drop_duplicates("model").set_index("model")["threshold"].to_dict()
    rules = patients.current()
    key = (evaluation.key, fusion.key, rules.text())
    if not rules.rules:
        names = ("metrics", "comparisons", "roc", "decision", "calibration")
        tables = Judgement(**{name: access.value(evaluation, name) for name in names})
        return Judged(tables, predictions, models, cutoffs, key, fusion)
    found, left_out = access.derive(partial(judge_some, predictions, models, patients.kept()), *key)
    _say(left_out, any_left=found is not None)
    if found is None:
        st.stop()
    kept = patients.only(predictions)
    kept = kept[kept["cohort"].isin(found.metrics["cohort"])]
    return Judged(found, kept, models, cutoffs, key, fusion)


def _say(left_out: dict[str, str], *, any_left: bool) -> None:
    """What the filter does to the numbers of this page."""
    if any_left:
        st.caption(
            ":material/filter_alt: Judged on the patients that pass the filter. Models and cut-offs are "
            "those of all training patients."
        )
    for cohort, why in left_out.items():
        st.info(
            f"{cohort} is left out: {why} after the filter. Judging needs two patients of each class.",
            icon=":material/filter_alt:",
        )
    if not any_left:
        st.button("Clear the filter", on_click=patients.clear_filter, key="clear_unjudged")
