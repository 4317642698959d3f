"""The import under way: every choice goes to its draft on disk at once, and every widget begins from it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

from core.importing.drafts import Draft, Drafts
from core.importing.server_folder import ServerFolder, server_folder
from core.paths import cache_folder
from pages._ui import patients, state

T = TypeVar("T")
ALONE = ("127.0.0.1", "localhost", "::1")


def drafts() -> Drafts:
    """The imports under way on this server."""
    return Drafts(cache_folder())


def current() -> Draft | None:
    """The draft that this session works on."""
    return drafts().load(st.session_state.get(state.DRAFT, ""))


def open_(draft: Draft) -> None:
    """Work on a draft."""
    st.session_state[state.DRAFT] = draft.number


def leave() -> None:
    """Back to the studies; the draft stays."""
    st.session_state.pop(state.DRAFT, None)


def server() -> ServerFolder:
    """What of the server an import may read."""
    return server_folder(st.get_option("server.address") in ALONE)


def key(draft: Draft, name: str) -> str:
    """Key of the widget of a choice."""
    return f"{state.DRAFT}_{draft.number}_{name}"


def kept(
    draft: Draft, name: str, default: Any = None, options: Sequence[Any] | None = None
) -> dict[str, Any]:
    """Arguments of the widget of a choice: it shows what the draft says, and tells it what changes.

    ``options``: what can be chosen; a choice that is none of them any longer gives way to ``default``.
    """
    value = draft.get(name, default)
    return _shown(draft, name, default if options is not None and value not in options else value)


def kept_several(draft: Draft, name: str, default: Sequence[str], options: Sequence[str]) -> dict[str, Any]:
    """The same of a choice of several: those that can be chosen no longer drop out."""
    return _shown(draft, name, [value for value in draft.get(name, default) if value in options])


def _shown(draft: Draft, name: str, value: Any) -> dict[str, Any]:
    widget = key(draft, name)
    # Only where it differs: what is set goes to the browser, and could there undo a click of this moment.
    if widget not in st.session_state or st.session_state[widget] != value:
        st.session_state[widget] = value
    return {"key": widget, "on_change": _keep, "args": (draft.number, name)}


def _keep(number: str, name: str) -> None:
    draft = drafts().load(number)
    if draft is not None:
        draft.put(**{name: st.session_state[key(draft, name)]})


def memo(draft: Draft, name: str, mark: object, make: Callable[[], T]) -> T:
    """What ``make`` gives, kept in this session's memory for as long as ``mark`` stays."""
    held = st.session_state.setdefault(key(draft, "memo"), {})
    if name not in held or held[name][0] != mark:
        held[name] = (mark, make())
    return held[name][1]


def show_study(name: str) -> None:
    """Have every page show this study (in a callback: the picker is not drawn yet)."""
    st.session_state[state.STUDY] = name
    patients.forget()
