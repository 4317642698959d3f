"""The views of judged models that several pages share: what is shown, calibration, Table 1, differences."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from core.evaluation.bands import bands
from core.evaluation.bootstrap import SEED
from core.evaluation.pairs import pairs_table
from core.evaluation.unpaired import between_cohorts
from core.figures.calibration import calibration_figure
from core.figures.pairwise import delong_figure, reclassification_figure
from core.figures.text import plain
from core.methods import model as words
from core.methods import results as facts
from pages._ui import access, show, state
from pages._ui.model.judged import Judged


def shown(judged: Judged) -> Judged:
    """The models chosen for every figure of the page, with the bands of their curves where wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        models = st.pills(
            "Models", judged.models, default=judged.models, selection_mode="multi", format_func=plain,
            key=judged.name(state.SHOWN_MODELS), help="For every figure of the page; none chosen: all.",
            **judged.keep(),
        )  # fmt: skip
        wanted = st.toggle(
            "Bands", key=judged.name(state.BANDS), help="Bootstrap 95% bands of the curves.", **judged.keep()
        )
    if wanted:
        make = partial(bands, judged.predictions, judged.models, seed=seed(judged))
        with st.spinner("Resampling patients"):
            judged = replace(judged, bands=judged.derive(make, "bands"))
    return judged.only([model for model in judged.models if model in models] or judged.models)


def seed(judged: Judged) -> int:
    """Of the bootstrap: the study's, or for a private table the default."""
    study = access.study()
    return SEED if judged.memo is not None or study is None else study.settings.resampling.seed


def calibration(judged: Judged) -> None:
    """Curves, with groups of patients where one model is shown, and their numbers."""
    options = ["All", *judged.models] if len(judged.models) > 1 else judged.models
    chosen = options[0]
    if len(options) > 1:
        chosen = st.segmented_control(
            "Model", options, key=judged.name(state.CALIBRATION_MODEL), default="All", required=True,
            format_func=plain, **judged.keep(),
        )  # fmt: skip
    drawn = judged.models if chosen == "All" else [chosen]
    by = "a tick per patient, by " + ("model" if len(drawn) > 1 else judged.outcome)
    band = f" {words.BAND}" if judged.bands else ""
    metrics = judged.tables.metrics
    judged.chart(
        partial(
            calibration_figure, judged.tables.calibration, metrics, drawn, patients=judged.predictions,
            bands=judged.band("calibration"),
        ),
        f"Calibration of {', '.join(drawn)}.",
        "calibration",
        caption=f"Lowess curve; {'' if len(drawn) > 1 else 'groups with 95% CI; '}{by}.{band}",
        lasso=True,
    )  # fmt: skip
    rows = metrics[metrics["model"].isin(drawn)]
    show.table(facts.calibration_table(rows), "calibration_numbers", rows)


def performance(judged: Judged, cutoff: str) -> None:
    """Table 1; ``cutoff`` says where its cut-offs come from."""
    metrics, areas = judged.tables.metrics, judged.band("auc")
    raw = metrics
    if areas is not None:
        named = areas.rename(columns={"low": "auc_bootstrap_low", "high": "auc_bootstrap_high"})
        raw = metrics.merge(named.drop(columns="role"), on=["cohort", "model"])
    show.table(facts.table_one(raw), "table1", raw)
    st.caption(f"95% CI in parentheses: DeLong for the AUC, Wilson otherwise. {cutoff}")


def differences(judged: Judged, risk_cutoffs: Sequence[float] = ()) -> None:
    """DeLong's test and reclassification of every pair of models."""
    make = partial(pairs_table, judged.predictions, judged.models, risk_cutoffs)
    pairs = judged.derive(make, tuple(risk_cutoffs))
    st.subheader("Differences of AUC", anchor=False)
    caption = (
        "DeLong's test, paired, unadjusted; bold: P < 0.05. Positive: the row's model is better; z, in the "
        "table, is of the second minus the first model, as R prints it."
    )
    said = "AUC differences of all pairs with DeLong P."
    judged.chart(partial(delong_figure, pairs), said, "delong", caption=caption)
    show.table(facts.delong_table(pairs), "delong", pairs)
    st.subheader("Reclassification", anchor=False)
    judged.chart(
        partial(reclassification_figure, pairs),
        "Continuous NRI and IDI of all pairs, with event and non-event parts.",
        "reclassification",
        caption="The continuous NRI can be positive for noise (Pepe 2014): read it beside the change in "
        "Brier score (negative is better). CIs are normal, z test as in Hmisc improveProb.",
    )
    show.table(facts.reclassification_table(pairs), "reclassification", pairs)


def across_cohorts(judged: Judged) -> None:
    """Each model's AUC in one cohort against another's, where there are several."""
    table = judged.derive(partial(between_cohorts, judged.predictions, judged.models), "cohorts")
    if table.empty:
        return
    st.subheader("Between cohorts", anchor=False)
    show.table(facts.cohorts_table(table), "between_cohorts", table)
    st.caption(
        "Same model, other patients: DeLong's test for unpaired curves (pROC roc.test, paired = FALSE)."
    )
