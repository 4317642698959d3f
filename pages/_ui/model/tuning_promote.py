"""Configurations: those tried in this session, a name for one, and the one that becomes the study's."""

from functools import partial

import pandas as pd
import streamlit as st

from core.figures.text import estimate
from core.methods.tuning import controls
from core.methods.tuning import record as words
from core.tuning.configuration import Configuration
from core.tuning.promotion import promote
from core.tuning.record import LONGEST, Record
from pages._ui import access, show, state, wait
from pages._ui.guard import guarded
from pages._ui.model import tuning_steps
from pages._ui.model.tuning_controls import Training


def draw(of: Training, now: Configuration, record: Record) -> None:
    """History, a name for these settings, and what would change if they became the study's."""
    st.subheader("Configurations", anchor=False)
    show.table(_history(of, now, record), "tuning_history")
    st.caption(words.HISTORY)
    if now == of.study:
        return
    st.markdown(words.effect(_stages(of, now)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.popover("Name these settings", icon=":material/bookmark:"):
            _name(of, now)
        with st.popover("Make them the study's", icon=":material/publish:"), guarded():
            _promote(of, now)


def _history(of: Training, now: Configuration, record: Record) -> pd.DataFrame:
    names = {**record.names(of.family), of.study.text: "the study's settings"}
    rows = []
    for number, (one, found) in enumerate(tuning_steps.steps(of).auc.items(), start=1):
        rows.append(
            {
                "": number, "Name": names.get(one.text, ""), "PCA": controls.components(one.components),
                "Neighbours": one.neighbours, "Kept": one.keep, "Learner": controls.learned(one),
                "AUC": estimate(found["auc"], found["auc_low"], found["auc_high"]),
                "Shown": "now" if one == now else "",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _stages(of: Training, now: Configuration) -> list[str]:
    """Titles of the study's stages that follow; the same for all settings of one stage that differ."""
    selection, classifier = of.settings(now)
    moved, pipeline = (selection != of.selection, classifier), access.pipeline()
    make = partial(pipeline.would_change, now.study(access.study().settings, of.family))
    return of.remember(make, *moved, *pipeline.keys.values())


def _name(of: Training, now: Configuration) -> None:
    with st.form(f"form_{of.family}", border=False, clear_on_submit=True), guarded():
        name = st.text_input(
            "Name", key=of.widget(state.TUNING_NAME), max_chars=LONGEST, help=controls.HELP_NAME
        )
        if st.form_submit_button("Keep"):
            access.tuning_record().name(name, of.family, now)
            st.rerun()


def _promote(of: Training, now: Configuration) -> None:
    st.markdown(words.promotion(of.label, bool(len(of.others))))
    if st.button("Write them into study.toml", type="primary"):
        promote(access.study(), access.tuning_record(), of.family, now)
        wait.start()
        st.rerun()
