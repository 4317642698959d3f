"""Tuning: panels of one signature that follow its settings."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from core.evaluation.change import Change, change
from core.figures.palette import panel_title
from core.figures.tuning import NAMES, scree_figure, tuned_roc_figure, weights_figure
from core.methods import tuning as words
from core.methods.learning import WEIGHED
from core.methods.preparation import before as before_scaling
from core.models.relief import ABSOLUTE
from core.models.tuning import Chosen, Projections, choose, fold_projections, scree, vote, weight_table
from core.settings import ForestSettings, SelectionSettings
from pages._ui import access, show, state
from pages._ui.guard import guarded
from pages._ui.model import tuning_controls as controls
from pages._ui.model.facts import table_one
from pages._ui.model.tuning_controls import Training

Settings = tuple[SelectionSettings, ForestSettings]


@st.fragment
def draw(of: Training) -> None:
    """Everything that follows a setting; steps before the moved one are not repeated."""
    with guarded():
        _draw(of)


def _draw(of: Training) -> None:
    with st.spinner("Principal components of each fold"):
        make = partial(fold_projections, of.X, of.y, of.resampling, metadata=of.metadata)
        everything = of.remember(make, None)
    first = controls.starts(of, everything)
    left, right = st.columns(2, gap="large")
    with right:
        st.subheader("Random forest", anchor=False)
        forest = controls.forest(of, first)
        result, wait = st.container(), st.empty()
    with left:
        selection, chosen = _selection(of, everything, first)
    with wait, st.spinner(f"Growing {forest.trees} trees in each of {of.resampling.folds} folds"):
        p = vote(chosen, selection, forest, of.remember)
        usual = choose(of.X, of.y, of.selection, of.resampling, of.remember, of.metadata)
        before = vote(usual, of.selection, of.forest, of.remember)
    now, study = (selection, forest), (of.selection, of.forest)
    compared = of.remember(partial(change, of.y, p, before), *now)
    same = p.equals(before)
    count = _count(of, now, same)
    with result:
        _result(of, compared, same, count)
        st.button("Back to the study's settings", on_click=controls.reset, args=(of, first), disabled=same)
    _table(of, compared)
    size = (len(of.y), int(of.y.sum()))
    prepared = before_scaling(replace(access.study().settings, preset="leak_free"), of.family)
    show.methods(words.methods(of.label, now, study, of.resampling, *size, count, prepared))


def _selection(
    of: Training, everything: Projections, first: dict[str, Any]
) -> tuple[SelectionSettings, Chosen]:
    """Controls of PCA and ReliefF, each above its panel."""
    st.subheader("PCA", anchor=False)
    components, panel = controls.components(of, first, everything.most), st.container()
    st.subheader(WEIGHED[of.selection.method], anchor=False)
    neighbours, keep = controls.relief(of, first, everything)
    selection = replace(of.selection, components=components, neighbours=neighbours, keep=keep)
    chosen = choose(of.X, of.y, selection, of.resampling, of.remember, of.metadata)
    with panel:
        _scree(of, everything, chosen)
    _weights(of, chosen, keep)
    return selection, chosen


def _scree(of: Training, everything: Projections, chosen: Chosen) -> None:
    used = chosen.projections.counts
    text = words.scree(used, everything.counts, of.resampling.folds)
    draw = partial(scree_figure, scree(everything), min(used), of.label)
    show.chart(draw, text, "scree", caption=text)


def _weights(of: Training, chosen: Chosen, keep: int) -> None:
    text = words.weights(keep, chosen.projections.counts)
    name, table = WEIGHED[of.selection.method], weight_table(chosen, of.selection.method == ABSOLUTE)
    shown = "FAE, absolute" if of.selection.method == ABSOLUTE else name
    draw = partial(weights_figure, table, keep, of.label, method=shown)
    show.chart(draw, text, "relief", caption=text)


def _result(of: Training, compared: Change, same: bool, count: int) -> None:
    test = compared.difference
    said = words.change(test.difference, test.low, test.high, test.p, same)
    title = panel_title("training", of.name, len(of.y), int(of.y.sum()))
    draw = partial(tuned_roc_figure, compared.roc, compared.metrics, title, of.label)
    show.chart(draw, said, "tuned_roc", caption=words.resampled(access.study().settings.resampling.repeats))
    st.markdown(said)
    st.markdown(words.tried(count))


def _table(of: Training, compared: Change) -> None:
    st.subheader("Performance at the cut-off", anchor=False)
    named = compared.metrics.assign(cohort=of.name, role="training")
    named["model"] = named["model"].map(NAMES)
    printed = table_one(named).drop(columns="Cohort").rename(columns={"Model": of.label})
    show.table(printed, "tuning", named)
    st.caption("Cut-off: Youden on the same out-of-fold probabilities, so the metrics at it are optimistic.")


def _count(of: Training, now: Settings, same: bool) -> int:
    """Number of settings other than the study's that this session has looked at."""
    seen = st.session_state.setdefault(state.TUNED_BEFORE, {})
    tried = seen.setdefault((str(access.study_folder()), of.family), set())
    if not same:
        tried.add(now)
    return len(tried)
