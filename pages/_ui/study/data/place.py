"""Where files come from: uploaded, or in the server's folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import NodescopeError
from core.figures.text import plain
from core.importing.drafts import Draft
from core.importing.server_folder import MOST as LISTED
from core.importing.server_folder import ServerFolder
from core.paths import studies_folder
from pages._ui.study.data import drafting, uploaded
from pages._ui.uploader import MOST, uploader

UPLOAD, SERVER, STUDY = "Upload", "On the server", "As in the study"
UP = "(one folder up)"
Save = Callable[[Draft, list[UploadedFile]], str]  # keeps uploads; gives their name in the draft


def choose(draft: Draft, what: str, title: str, endings: Sequence[str], save: Save, most: int = MOST) -> None:
    """Where the file of ``what`` (or with no ``endings`` the folder) lies; ``known`` then gives it.

    ``most``: MB of an upload.
    """
    ways = [UPLOAD, SERVER, *([STUDY] if f"{what}_inside" in draft.choices else [])]
    way = st.segmented_control(
        title, ways, required=True, **drafting.kept(draft, f"{what}_way", UPLOAD, ways)
    )  # fmt: skip
    if way == UPLOAD:
        _uploaded(draft, what, endings, save, most)
    elif way == SERVER:
        _on_server(draft, what, endings)


def known(draft: Draft, what: str) -> str:
    """Where the file or folder of ``what`` lies; "" where there is none. Nothing of it is for the page."""
    way, name = draft.get(f"{what}_way", UPLOAD), draft.get(f"{what}_file", "")
    if way == STUDY:
        return str(studies_folder() / draft.get("made", "") / draft.get(f"{what}_inside", ""))
    if way == UPLOAD:
        return str(draft.files / name) if name and (draft.files / name).exists() else ""
    try:
        text = draft.get(f"{what}_place", "").strip()
        return str(drafting.server().at(text)) if text else ""
    except NodescopeError:
        return ""


def _uploaded(draft: Draft, what: str, endings: Sequence[str], save: Save, most: int) -> None:
    kinds, many = {ending.rsplit(".", 1)[-1] for ending in endings} or {"zip"}, not endings
    also = f", 4 GB unpacked, {uploaded.MOST} at a time" if many else ""
    files = uploader(
        "Files" if many else "File", sorted(kinds), drafting.key(draft, f"{what}_upload"), most,
        also, accept_multiple_files=many, label_visibility="collapsed",
    )  # fmt: skip
    given = files if isinstance(files, list) else [files] if files else []
    ids = [file.file_id for file in given]
    if given and draft.get(f"{what}_ids") != ids:
        with st.spinner("Reading the upload"):
            draft.put(**{f"{what}_file": save(draft, given), f"{what}_ids": ids})
    if not given and known(draft, what):
        st.caption(":material/check: What was uploaded is kept with this import. Another upload replaces it.")


def _on_server(draft: Draft, what: str, endings: Sequence[str]) -> None:
    server, name = drafting.server(), f"{what}_place"
    kind, example = ("File", "table.csv") if endings else ("Folder", "images")
    left, right = st.columns(2)
    text = left.text_input(
        f"{kind} in {plain(server.title)}", placeholder=f"for example study/{example}",
        **drafting.kept(draft, name, ""),
    )  # fmt: skip
    with right:
        _browse(draft, server, name, text, endings)
    if text.strip() and server.at(text).is_dir() == bool(endings):
        st.info(f"That is a {'folder: choose a file in it' if endings else 'file: choose its folder'}.")


def _browse(draft: Draft, server: ServerFolder, name: str, text: str, endings: Sequence[str]) -> None:
    """What lies in the folder that is written, to go on from; of a file, in its own."""
    try:
        here = server.at(text)
        here = here if here.is_dir() else here.parent
        at = server.name(here)
        folders = server.folders(at)
        files = server.files(at, endings or ("",))
    except NodescopeError:
        at, folders, files = "", server.folders(""), []
    widget = drafting.key(draft, f"{name}_look")
    options = [*([UP] if at else []), *(f"{folder}/" for folder in folders), *(files if endings else [])]
    st.selectbox(
        f"Look inside {plain(at or server.title)}", options, index=None, key=widget,
        placeholder=f"{_count(folders, 'folder')}, {_count(files, 'file')}",
        on_change=_go, args=(draft.number, name, widget, at),
    )  # fmt: skip


def _count(names: list[str], what: str) -> str:
    n = len(names)
    return f"{n}{' or more' if n == LISTED else ''} {what}{'' if n == 1 else 's'}"


def _go(number: str, name: str, widget: str, at: str) -> None:
    chosen, draft = st.session_state[widget], drafting.drafts().load(number)
    if chosen is None or draft is None:
        return
    text = str(Path(at).parent) if chosen == UP else f"{at}/{chosen.rstrip('/')}".lstrip("/")
    text = "" if text == "." else text
    draft.put(**{name: text})
    st.session_state[drafting.key(draft, name)] = text
    st.session_state[widget] = None
