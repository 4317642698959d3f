"""Answers to a study's open questions, written into its study.toml from the page that asks."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.errors import NodescopeError
from core.study.toml_edit import edit_study
from pages._ui import access, wait
from pages._ui.guard import show as show_error

Values = Mapping[tuple[str, ...], Any]  # as ``edit_study`` takes them


def save(values: Values) -> bool:
    """Write values into the chosen study's study.toml; says why where that cannot be, and all stays."""
    try:
        edit_study(access.study_folder(), values)
    except NodescopeError as error:
        show_error(error)
        st.caption("study.toml is as it was.")
        return False
    return True


def button(label: str, values: Values, key: str, only: str | None = None, **more: Any) -> None:
    """A button that writes ``values`` and computes the study (or ``only`` one stage) with them."""
    if st.button(label, key=key, icon=":material/edit:", **more) and save(values):
        st.toast("Written into study.toml.", icon=":material/check:")
        wait.start(only)
        st.rerun()
