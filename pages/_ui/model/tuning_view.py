"""Tuning: panels of one signature that follow its settings."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import NamedTuple

import pandas as pd
import streamlit as st

from core.evaluation.change import Change, change
from core.figures.palette import panel_title
from core.figures.tuning import THESE, scree_figure, tuned_roc_figure, weights_figure
from core.methods.learning import WEIGHED
from core.methods.preparation import before as before_scaling
from core.methods.results import table_one
from core.methods.tuning import record as kept
from core.methods.tuning import results as words
from core.models.relief import ABSOLUTE
from core.models.tuning.choice import Chosen, choose
from core.models.tuning.probabilities import probabilities
from core.models.tuning.projections import Projections, fold_projections
from core.models.tuning.tables import scree, weight_table
from core.tuning.configuration import Configuration
from core.tuning.record import Record
from pages._ui import access, origin, show
from pages._ui.guard import guarded
from pages._ui.model import tuning_controls as controls
from pages._ui.model import tuning_promote, tuning_steps, tuning_unlock
from pages._ui.model.tuning_controls import Training


class Compared(NamedTuple):
    """The configuration that is shown beside its baseline; ``same``: no patient's probability differs."""

    now: Configuration
    baseline: Configuration
    called: str
    change: Change
    same: bool


@st.fragment
def draw(of: Training) -> None:
    """Everything that follows a setting; steps before the moved one are not repeated."""
    with guarded():
        _draw(of)


def _draw(of: Training) -> None:
    with st.spinner("Principal components of each fold"):
        make = partial(fold_projections, of.X, of.y, of.resampling, metadata=of.metadata)
        everything = of.remember(make, None)
    left, right = st.columns(2, gap="large")
    with left:
        given, scree_place, relief_place = _selection_controls(of, everything)
    with right:
        st.subheader("Learner", anchor=False)
        given |= controls.learner(of, controls.values(of, of.study, everything))
        result = st.container()
    record = access.tuning_record().read()
    now = tuning_steps.exact(of, everything, record, controls.as_set(given))
    tuning_steps.steps(of).visit(now)
    record = _count(of, now, record)
    chosen = _chosen(of, now)
    with scree_place:
        _scree(of, everything, chosen)
    with relief_place:
        _weights(of, chosen, now.keep)
    with result:
        compared = _result(of, everything, now, record)
    _table(of, compared)
    tuning_promote.draw(of, now, record)
    looked = tuning_unlock.draw(of, now, record, compared.change.metrics)
    _methods(of, compared, record, looked)


def _selection_controls(
    of: Training, everything: Projections
) -> tuple[controls.Values, st.delta_generator.DeltaGenerator, st.delta_generator.DeltaGenerator]:
    """Controls of PCA and ReliefF, and the place of the panel below each."""
    first = controls.values(of, of.study, everything)
    st.subheader("PCA", anchor=False)
    given, scree_place = controls.components(of, first, everything.most), st.container()
    st.subheader(WEIGHED[of.selection.method], anchor=False)
    given |= controls.relief(of, first, everything)
    return given, scree_place, st.container()


def _count(of: Training, now: Configuration, record: Record) -> Record:
    """The study's record, this configuration counted; every download carries the count."""
    if now != of.study:
        record = access.tuning_record().add_tried(of.family, now)
    origin.remark(kept.provenance(record))
    return record


def _chosen(of: Training, at: Configuration) -> Chosen:
    return choose(of.X, of.y, of.settings(at)[0], of.resampling, of.remember, of.metadata)


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


def _grown(of: Training, at: Configuration) -> pd.Series:
    """Out-of-fold probabilities; before each block of trees a later move can stop this one."""
    place, step = st.empty(), count(1)

    def remember(make: Callable[[], object], *key: object) -> object:
        place.caption(words.learning(at, of.resampling.folds, next(step)))
        return of.remember(make, *key)

    p = probabilities(_chosen(of, at), *of.settings(at), remember)
    place.empty()
    return p


def _result(of: Training, everything: Projections, now: Configuration, record: Record) -> Compared:
    baseline, place = tuning_steps.baseline(of, everything, record), st.container()
    with place:
        p, before = _grown(of, now), _grown(of, baseline)
    found = of.remember(partial(change, of.y, p, before), now.text, baseline.text)
    compared = Compared(now, baseline, tuning_steps.called(of, baseline, record), found, p.equals(before))
    tuning_steps.steps(of).auc[now] = found.metrics.iloc[0]
    test = found.difference
    said = words.change(
        test.difference, test.low, test.high, test.p, compared.called, now == baseline, compared.same
    )
    title = panel_title("training", of.name, len(of.y), int(of.y.sum()))
    name = "study's settings" if baseline == of.study else "baseline"
    draw = partial(tuned_roc_figure, found.roc, found.metrics, title, of.label, baseline=name)
    show.chart(draw, said, "tuned_roc", caption=words.resampled(access.study().settings.resampling.repeats))
    st.markdown(said)
    tuning_steps.moves(of, everything, now)
    tuning_steps.choose(of, everything, record, now)
    st.markdown(kept.tried(len(record.tried), tuning_steps.tried_here(record)))
    return compared


def _table(of: Training, compared: Compared) -> None:
    st.subheader("Performance at the cut-off", anchor=False)
    named = compared.change.metrics.assign(cohort=of.name, role="training")
    named["model"] = [THESE, compared.called]
    named["configuration"] = [compared.now.text, compared.baseline.text]
    printed = table_one(named).drop(columns="Cohort").rename(columns={"Model": of.label})
    show.table(printed, "tuning", named)
    st.caption("Cut-off: Youden on the same out-of-fold probabilities, so the metrics at it are optimistic.")


def _methods(of: Training, compared: Compared, record: Record, looks: int) -> None:
    now, baseline = of.settings(compared.now), of.settings(compared.baseline)
    size = (len(of.y), int(of.y.sum()))
    prepared = before_scaling(replace(access.study().settings, preset="leak_free"), of.family)
    show.methods(
        words.methods(of.label, now, baseline, of.resampling, *size, len(record.tried), prepared, looks)
    )
