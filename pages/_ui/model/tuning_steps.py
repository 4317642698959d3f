"""Steps of a session on the tuning page: undo, redo, and the configuration that others are shown beside."""

from dataclasses import dataclass, field
from functools import partial

import pandas as pd
import streamlit as st

from core.figures.text import plain
from core.methods.tuning import controls as words
from core.models.tuning.projections import Projections
from core.tuning.configuration import Configuration
from core.tuning.record import Record
from pages._ui import access, state
from pages._ui.model import tuning_controls as controls
from pages._ui.model.tuning_controls import Training

STUDY = "study"


@dataclass
class Steps:
    """Configurations in the order in which they were shown; ``at`` is the one that is.

    ``auc``: of every one shown in this session, also of those undone: auc, auc_low, auc_high.
    """

    shown: list[Configuration] = field(default_factory=list)
    at: int = -1
    auc: dict[Configuration, pd.Series] = field(default_factory=dict)

    def visit(self, now: Configuration) -> None:
        """Another configuration is a step, after which there is nothing to redo."""
        if not self.shown or self.shown[self.at] != now:
            self.at += 1
            self.shown[self.at :] = [now]

    def to(self, move: int) -> Configuration | None:
        """The configuration so many steps on, None where there is none."""
        return self.shown[self.at + move] if 0 <= self.at + move < len(self.shown) else None


def steps(of: Training) -> Steps:
    """Those of this study and family."""
    kept = st.session_state.setdefault(state.TUNING_STEPS, {})
    return kept.setdefault((str(access.study_folder()), of.family), Steps())


def tried_here(record: Record) -> int:
    """How many of the configurations tried in this study, by any signature, this session has shown."""
    kept, folder = st.session_state.get(state.TUNING_STEPS, {}), str(access.study_folder())
    shown = {(family, one.text) for (at, family), own in kept.items() if at == folder for one in own.auc}
    return len(shown & record.tried)


def moves(of: Training, everything: Projections, now: Configuration) -> None:
    """Undo, redo, back to the study's settings."""
    session = steps(of)
    with st.container(horizontal=True):
        for label, icon, by in (("Undo", "undo", -1), ("Redo", "redo", 1)):
            st.button(
                label, icon=f":material/{icon}:", on_click=_step, args=(of, everything, by),
                disabled=session.to(by) is None,
            )  # fmt: skip
        back = partial(controls.move, of, of.study, everything)
        st.button("Back to the study's settings", on_click=back, disabled=now == of.study)


def choose(of: Training, everything: Projections, record: Record, now: Configuration) -> None:
    """The baseline, chosen among the study's, named ones and those tried in this session."""
    names, pinned = record.names(of.family), baseline(of, everything, record)
    texts = [*names, *(one.text for one in steps(of).auc), pinned.text]
    options = [STUDY, *dict.fromkeys(text for text in texts if text != of.study.text)]
    st.selectbox(
        "Baseline", options, key=of.widget(state.TUNING_BASELINE), bind="query-params",
        format_func=partial(_label, names), help=words.HELP_BASELINE,
    )  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            "Pin as baseline", icon=":material/keep:", on_click=_pin, args=(of, now), disabled=pinned == now,
            help=words.HELP_PIN,
        )  # fmt: skip
        st.button(
            "Show the baseline's settings", on_click=controls.move, args=(of, pinned, everything),
            disabled=pinned == now,
        )  # fmt: skip


def baseline(of: Training, everything: Projections, record: Record) -> Configuration:
    """The pinned configuration; the study's where none is, or where a link asks for an impossible one."""
    key = of.widget(state.TUNING_BASELINE)
    text = st.session_state.get(key) or st.query_params.get(key, "")
    found = Configuration.parse(text)
    if found is None or (
        text not in record.names(of.family) and controls.nearest(of, found, everything) != found
    ):
        return of.study
    return found


def exact(of: Training, everything: Projections, record: Record, shown: Configuration) -> Configuration:
    """What the controls show; the study's or a named one, cut for the controls, to the letter."""
    named = [Configuration.parse(text) for text in record.names(of.family)]
    kept = [of.study, *(one for one in named if one)]
    return next((one for one in kept if controls.nearest(of, one, everything) == shown), shown)


def called(of: Training, of_which: Configuration, record: Record) -> str:
    """What a baseline is called in a sentence."""
    if of_which == of.study:
        return "the study's settings"
    return plain(record.names(of.family).get(of_which.text, words.named(of_which)))


def _label(names: dict[str, str], text: str) -> str:
    if text == STUDY:
        return "the study's settings"
    found = Configuration.parse(text)
    said = words.named(found) if found else text
    return f"{names[text]} ({said})" if text in names else said


def _step(of: Training, everything: Projections, by: int) -> None:
    session = steps(of)
    target = session.to(by)
    if target is not None:
        session.at += by
        controls.move(of, target, everything)


def _pin(of: Training, now: Configuration) -> None:
    key = of.widget(state.TUNING_BASELINE)
    st.session_state[key] = STUDY if now == of.study else now.text
