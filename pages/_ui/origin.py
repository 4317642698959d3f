"""Where the numbers of a page come from: the line that every download carries."""

from datetime import date

import streamlit as st

from core import __version__
from core.store import Entry
from pages._ui import access, patients, state


def note(entries: list[Entry]) -> None:
    """Remember the outputs that this page shows."""
    keys = [f"{entry.folder.parent.name} {entry.key[:10]}" for entry in entries]
    st.session_state[state.SOURCES] = tuple(dict.fromkeys([*st.session_state.get(state.SOURCES, ()), *keys]))


def alone(entries: list[Entry]) -> None:
    """Remember outputs that are the same for every study: neither study nor filter counts on this page."""
    note(entries)
    st.session_state[state.ALONE] = True


def remark(text: str) -> None:
    """What else the downloads of this page must say."""
    st.session_state[state.REMARK] = text


def reset() -> None:
    """Another page begins."""
    st.session_state[state.REMARK] = ""
    st.session_state[state.SOURCES] = ()
    st.session_state[state.ALONE] = False
    st.session_state.pop(state.OWN_SOURCE, None)


def replace(source: str) -> None:
    """This page shows nothing of the study, but ``source``."""
    st.session_state[state.OWN_SOURCE] = source
    st.session_state[state.ALONE] = True


def line() -> str:
    """Study, preset, settings keys, filter, version, date; and what the numbers depend on."""
    study = None if st.session_state.get(state.ALONE) else access.study()
    parts = [f"Nodescope {__version__}"]
    if study is not None:
        parts += [study.name, f"preset {access.preset()}"]
    own = st.session_state.get(state.OWN_SOURCE)
    parts += [own] if own else []
    sources = st.session_state.get(state.SOURCES, ())
    parts += [f"settings key {', '.join(sources)}"] if sources else []
    if study is not None and patients.current().rules:
        parts.append(f"filter {patients.current().text()} (n = {len(patients.kept())})")
    parts += [text] if (text := st.session_state.get(state.REMARK)) else []
    parts += [date.today().isoformat(), *cautions(), "research use only"]
    return ", ".join(parts)


def cautions() -> list[str]:
    """What makes the numbers no evidence: simulated patients, random weights, the published order of work."""
    if st.session_state.get(state.ALONE):
        return []
    study = access.study()
    said = ["SYNTHETIC: simulated patients"] if study is not None and study.synthetic else []
    if study is not None and access.preset() == "published":
        said.append("as published: selection outside the folds, optimistic")
    if access.weights_note():
        said.append("deep features from random weights: no evidence")
    return said
