"""The models judged on the patients that pass the filter, for the pages of the model chapter."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.evaluation.bands import Bands
from core.evaluation.judge import Judgement, judge_some
from core.figures.own import own
from core.figures.palette import ordered_models
from core.store import Entry
from pages._ui import access, patients, show, wait

INFO = ["patient", "cohort", "role", "lnm"]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Judged:
    """``tables`` of the cohorts that can be judged, and ``predictions`` of their patients.

    ``cutoffs``: by model, carried from all training patients. ``key``: what ``access.derive`` goes by.
    ``memo`` holds what is derived of a table that only this session may see, where there is one; its
    outcome is called ``outcome`` and all its models are ``every``. ``bands``: of the curves, if wanted.
    """

    tables: Judgement
    predictions: pd.DataFrame
    models: list[str]
    cutoffs: dict[str, float]
    key: tuple[str, ...]
    fusion: Entry | None = None
    outcome: str = "LNM"
    memo: dict[tuple[str, ...], Any] | None = None
    every: tuple[str, ...] = ()
    bands: Bands | None = None

    def derive(self, make: Callable[[], T], *more: object) -> T:
        """What ``make`` gives, computed once; of a private table within this session."""
        if self.memo is None:
            return access.derive(make, *self.key, *more)
        key = (getattr(make, "func", make).__qualname__, *self.models, *map(str, more))
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def chart(self, draw: Callable[..., go.Figure], said: str, key: str, **more: Any) -> None:
        """A figure as ``show.chart`` shows it; of a private table kept nowhere, and without a lasso."""
        if self.memo is None:
            show.chart(draw, said, key, **more)
        else:
            more.pop("lasso", None)
            show.chart(partial(own, draw, self.every, self.outcome), said, key, private=True, **more)

    def name(self, key: str) -> str:
        """A state key; each private table has its own."""
        return key if self.memo is None else f"own_{self.key[0]}_{key}"

    def keep(self) -> dict[str, str]:
        """How a control keeps its value: in the link, but of a private table in the session."""
        return {"bind": "query-params"} if self.memo is None else {"persist_state": "session"}

    def only(self, models: list[str]) -> "Judged":
        """The same for some of the models; treating all and none stay."""
        dropped = set(self.models) - set(models)
        tables = {
            f.name: _without(getattr(self.tables, f.name), dropped) for f in fields(Judgement)
        }  # fmt: skip
        key = self.key if not dropped else (*self.key, *models)
        return replace(self, tables=Judgement(**tables), models=models, key=key)

    def band(self, curve: str) -> pd.DataFrame | None:
        """The bands of a curve for the models shown, if wanted."""
        if self.bands is None:
            return None
        found = getattr(self.bands, curve)
        return found[found["model"].isin(self.models)]


def _without(table: pd.DataFrame, models: set[str]) -> pd.DataFrame:
    for column in {"model", "a", "b"} & set(table.columns):
        table = table[~table[column].isin(models)]
    return table


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
