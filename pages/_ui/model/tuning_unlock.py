"""The validation result of a tuned configuration: locked until asked for, each look recorded."""

from dataclasses import asdict
from functools import partial

import pandas as pd
import streamlit as st

from core.evaluation.roc import roc_points
from core.evaluation.summary import metrics_table
from core.figures.roc import roc_figure
from core.figures.text import estimate
from core.methods.results import table_one
from core.methods.tuning import record as words
from core.models.refits.others import predict_others
from core.tuning.configuration import Configuration
from core.tuning.record import Record, Unlock
from pages._ui import access, show
from pages._ui.model.tuning_controls import Training


def draw(of: Training, now: Configuration, record: Record, training: pd.DataFrame) -> int:
    """The validation cohort where it is unlocked for these settings, else what a look costs.

    ``training``: metrics of the out-of-fold probabilities, whose cut-off is carried. Looks so far.
    """
    st.subheader("Validation cohort", anchor=False)
    if of.others.empty:
        st.caption("This study has no validation cohort.")
    elif now == of.study:
        st.caption(words.STUDYS_OWN)
    elif look := record.look(of.family, now):
        _result(of, now, look, float(training["threshold"].iloc[0]))
    else:
        st.markdown(words.UNLOCK_COST)
        if st.button("Unlock the validation cohort", icon=":material/lock_open:", key=of.widget("unlock")):
            access.tuning_record().unlock(of.family, now)
            st.rerun()
    if record.unlocks:
        _looks(record)
    return len(record.unlocks)


def _result(of: Training, now: Configuration, look: Unlock, cutoff: float) -> None:
    make = partial(predict_others, of.X, of.y, of.others, *of.settings(now), of.metadata)
    frame = pd.DataFrame({"y": of.others_y, of.label: of.remember(make, now.text)})
    name = ", ".join(_cohorts(of))
    metrics = metrics_table({name: frame}, "y", [of.label], {of.label: cutoff}).assign(role="validation")
    row = metrics.iloc[0]
    auc = estimate(row["auc"], row["auc_low"], row["auc_high"])
    said = words.unlocked(int(row["n"]), int(row["positives"]), auc, look.tried)
    roc = roc_points(frame["y"], frame[of.label]).assign(cohort=name, role="validation", model=of.label)
    st.markdown(said)
    place, _ = st.columns(2, gap="large")
    with place:
        show.chart(partial(roc_figure, roc, metrics), said, "tuned_validation")
    raw = metrics.assign(configuration=now.text, **{"unlocked": look.when, "tried_before": look.tried})
    show.table(table_one(metrics), "tuned_validation", raw)
    st.caption("Cut-off: Youden on the training cohort's out-of-fold probabilities, carried unchanged.")


def _cohorts(of: Training) -> list[str]:
    clinical = access.study().clinical.set_index("patient")
    return list(clinical.loc[of.others.index, "cohort"].unique())


def _looks(record: Record) -> None:
    """Every look that was taken, for the study's papers."""
    raw = pd.DataFrame([asdict(one) for one in record.unlocks])
    heads = {"when": "When", "family": "Signature", "configuration": "PCA-neighbours-kept-trees"}
    heads |= {"tried": "Tried before", "how": "How"}
    printed = raw.assign(how=raw["how"].map(words.HOW)).rename(columns=heads)
    with st.expander(f"Looks at the validation cohort: {len(raw)}"):
        show.table(printed, "unlocks", raw)
