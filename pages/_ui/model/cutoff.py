"""A cut-off on one model's probability, moved by a slider or a click on a ROC curve."""

from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.threshold import at_threshold, reach, worse_than_default
from core.figures.confusion import confusion_figure
from core.figures.decision_curve import decision_figure
from core.figures.roc import roc_figure
from core.figures.text import number, plain
from core.methods import model as words
from core.methods.results import at_cutoff_table
from pages._ui import show, state
from pages._ui.guard import guarded
from pages._ui.model.judged import Judged


def draw(judged: Judged, said: str, training: str) -> None:
    """ROC, the cut-off and what it calls, decision curve; ``training``: what training numbers are.

    ``said``: the finding, for those who cannot see the curves.
    """
    with guarded():
        _clicked(judged)
        roc = st.container()
        st.subheader("Cut-off", anchor=False)
        model, threshold = _controls(judged)
        at = judged.derive(partial(at_threshold, judged.predictions, model, threshold), model, threshold)
        band = f" {words.BAND}" if judged.bands else ""
        with roc:
            figure = partial(
                roc_figure, judged.tables.roc, judged.tables.metrics, at=at, model=model,
                bands=judged.band("roc"),
            )  # fmt: skip
            caption = (
                f"AUC (DeLong 95% CI). {training} Point: {plain(model)} at {number(threshold, 3)}; a click "
                f"on a curve moves it.{band}"
            )
            judged.chart(figure, said, "roc", caption=caption, pick=judged.name(state.ROC_POINT))
        _calls(judged, at, model, threshold)
        _benefit(judged, at, model)


def _clicked(judged: Judged) -> None:
    """Take over the model and cut-off of a clicked point of a ROC curve."""
    point = st.session_state.pop(judged.name(state.ROC_POINT), None)
    if point and point[0] in judged.models:
        st.session_state[judged.name(state.CUTOFF_MODEL)] = point[0]
        st.session_state[_key(judged, point[0])] = min(max(float(point[1]), 0.0), 1.0)


def _controls(judged: Judged) -> tuple[str, float]:
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with row:
        model = st.segmented_control(
            "Model of the cut-off", judged.models, default=judged.models[-1], required=True,
            key=judged.name(state.CUTOFF_MODEL), format_func=plain, **judged.keep(),
        )  # fmt: skip
    carried = judged.cutoffs[model]
    with row:
        chosen = st.slider(
            f"Call {plain(judged.outcome)} positive at a {plain(model)} probability of at least", 0.0, 1.0,
            carried, 0.001, "%.3f", key=_key(judged, model), width=400, **judged.keep(),
        )  # fmt: skip
        st.button(
            f"Youden {number(carried, 3)}",
            on_click=_set,
            args=(_key(judged, model), carried),
            help="The carried cut-off.",
        )
    return model, chosen


def _set(key: str, value: float) -> None:
    st.session_state[key] = value


def _key(judged: Judged, model: str) -> str:
    return judged.name(f"{state.CUTOFF}_{model}")


def _calls(judged: Judged, at: pd.DataFrame, model: str, threshold: float) -> None:
    # Side by side where there is room, else one below the other.
    row = st.container(horizontal=True, gap="large")
    with row, st.container(width=500):
        called = f"Patients called positive by {plain(model)} at {number(threshold, 3)}, by"
        said = f"{called} {plain(judged.outcome)}."
        judged.chart(partial(confusion_figure, at), said, "confusion", caption=said)
    with row, st.container(width=380):
        show.table(at_cutoff_table(at), "cutoff", at)


def _benefit(judged: Judged, at: pd.DataFrame, model: str) -> None:
    st.subheader("Net benefit", anchor=False)
    reached = judged.derive(partial(reach, judged.predictions, judged.models))
    figure = partial(
        decision_figure, judged.tables.decision, judged.tables.metrics, reach=reached, at=at, model=model,
        bands=judged.band("decision"),
    )  # fmt: skip
    worse = judged.derive(partial(worse_than_default, judged.tables.decision, reached))
    said = f"Drawn over the range of each model's probabilities. {words.below_default(worse)}"
    band = f" {words.BAND}" if judged.bands else ""
    judged.chart(figure, f"Decision curves. {said}", "decision", caption=said + band)
    if len(worse):
        with st.expander("Where a model is worse than treating all or none"):
            show.table(words.spans_table(worse), "net_benefit_below", worse)
