"""Settings of the computation that differ from the defaults, as study.toml writes them."""

import tomllib
from typing import Any

import streamlit as st

from core.errors import NodescopeError, StudyError
from core.importing.drafts import Draft
from core.overrides import override
from core.settings import Settings
from pages._ui.guard import show as show_error
from pages._ui.study.data import drafting

Stages = dict[str, dict[str, Any]]
EXAMPLE = "[forest]\ntrees = 500\n\n[selection_radiomics]\nmin_icc = 0.75"


def draw(draft: Draft) -> None:
    """A text that may stay empty."""
    with st.expander("Settings of the computation (may stay empty)", icon=":material/tune:"):
        st.text_area(
            "Only what differs from the defaults, as in docs/study.md, without the word settings",
            placeholder=EXAMPLE, height=150, **drafting.kept(draft, "settings", ""),
        )  # fmt: skip
        try:
            read(draft)
        except NodescopeError as error:
            show_error(error)


def read(draft: Draft) -> Stages:
    """By stage and name. Raises StudyError (STUDY-TOML, SETTINGS)."""
    try:
        found = tomllib.loads(draft.get("settings", ""))
    except (ValueError, RecursionError) as error:
        fix = "For example [forest] on a line and trees = 500 on the next."
        raise StudyError("STUDY-TOML", "Settings must be TOML", "another text", fix) from error
    override(Settings(), found, "leak_free")
    return found


def missing(draft: Draft) -> str:
    """Whether they can be read."""
    try:
        read(draft)
    except NodescopeError:
        return "correct the settings"
    return ""


def values(draft: Draft) -> dict[tuple[str, ...], Any]:
    """As ``edit_study`` takes them."""
    return {("settings", stage, name): v for stage, own in read(draft).items() for name, v in own.items()}
