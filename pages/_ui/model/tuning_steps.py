"""Steps of a session on the tuning page: undo, redo, and the configuration that others are shown beside."""

from dataclasses import dataclass, field
from functools import partial

import pandas as pd
import streamlit as st

from core.configuration import Configuration
from core.figures.text import plain
from core.methods import tuning as words
from core.models.tuning import Projections
from core.tuning_record import Record
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
    names = record.names(of.family)
    own = [one.text for one in steps(of).auc]
    linked = _linked(of, everything)
    texts = [*names, *own, *([linked.text] if linked else [])]
    options = [STUDY, *dict.fromkeys(t for t in texts if possible(of, everything, t) not in (None, of.study))]
    st.selectbox(
        "Baseline", options, key=of.widget(state.TUNING_BASELINE), bind="query-params",
        format_func=partial(_label, names), help=words.HELP_BASELINE,
    )  # fmt: skip
    pinned = baseline(of, everything)
    with st.container(horizontal=True):
        st.button(
            "Pin as baseline", icon=":material/keep:", on_click=_pin, args=(of, now), disabled=pinned == now,
            help=words.HELP_PIN,
        )  # fmt: skip
        st.button(
            "Show the baseline's settings", on_click=controls.move, args=(of, pinned, everything),
            disabled=pinned == now,
        )  # fmt: skip


def baseline(of: Training, everything: Projections) -> Configuration:
    """The pinned configuration; the study's where none is."""
    return _linked(of, everything) or of.study


def possible(of: Training, everything: Projections, text: str) -> Configuration | None:
    """The configuration of a text, if the controls could show it."""
    found = Configuration.parse(text)
    if found is None or controls.as_set(controls.values(of, found, everything)) != found:
        return None
    return found


def called(of: Training, of_which: Configuration, record: Record) -> str:
    """What a baseline is called in a sentence."""
    if of_which == of.study:
        return "the study's settings"
    return plain(record.names(of.family).get(of_which.text, words.named(of_which)))


def _linked(of: Training, everything: Projections) -> Configuration | None:
    key = of.widget(state.TUNING_BASELINE)
    return possible(of, everything, st.session_state.get(key) or st.query_params.get(key, ""))


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
