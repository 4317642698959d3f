"""Where files come from: uploaded, or in the server's folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.drafts import Draft
from core.errors import NodescopeError
from core.figures.text import plain
from core.server_folder import ServerFolder
from pages._ui.study.data import drafting

UPLOAD, SERVER = "Upload", "On the server"
UP = "(one folder up)"
Save = Callable[[Draft, list[UploadedFile]], str]  # keeps uploads; gives the name to show


def choose(
    draft: Draft, what: str, title: str, endings: Sequence[str], save: Save, many: bool = False
) -> Path | None:
    """The file (or with no ``endings`` the folder) of ``what`` that was chosen; None until there is one."""
    ways = [UPLOAD, SERVER]
    way = st.segmented_control(
        title, ways, required=True, **drafting.kept(draft, f"{what}_way", UPLOAD, ways)
    )  # fmt: skip
    return _uploaded(draft, what, endings, save, many) if way == UPLOAD else _on_server(draft, what, endings)


def known(draft: Draft, what: str) -> str:
    """Where the file or folder of ``what`` lies; "" where there is none. Nothing of it is for the page."""
    if draft.get(f"{what}_way", UPLOAD) == UPLOAD:
        path = draft.files / draft.get(f"{what}_file", "")
        return str(path) if draft.get(f"{what}_file") and path.exists() else ""
    try:
        text = draft.get(f"{what}_place", "").strip()
        return str(drafting.server().at(text)) if text else ""
    except NodescopeError:
        return ""


def _uploaded(draft: Draft, what: str, endings: Sequence[str], save: Save, many: bool) -> Path | None:
    kinds = [ending.rsplit(".", 1)[-1] for ending in endings] or ["zip"]
    label = "Files" if many else "File"
    files = st.file_uploader(
        label, type=sorted(set(kinds)), accept_multiple_files=many, key=drafting.key(draft, f"{what}_upload"),
        label_visibility="collapsed",
    )  # fmt: skip
    given = files if isinstance(files, list) else [files] if files else []
    ids = [file.file_id for file in given]
    if given and draft.get(f"{what}_ids") != ids:
        with st.spinner("Reading the upload"):
            draft.put(**{f"{what}_file": save(draft, given), f"{what}_ids": ids})
    name = draft.get(f"{what}_file", "")
    path = draft.files / name if name else None
    if path is None or not path.exists():
        return None
    if not given:
        st.caption(
            ":material/check: An uploaded file is kept with this import. Upload another to replace it."
        )
    return path


def _on_server(draft: Draft, what: str, endings: Sequence[str]) -> Path | None:
    server, name = drafting.server(), f"{what}_place"
    kind, example = ("File", "table.csv") if endings else ("Folder", "images")
    left, right = st.columns(2)
    text = left.text_input(
        f"{kind} in {plain(server.title)}", placeholder=f"for example study/{example}",
        **drafting.kept(draft, name, ""),
    )  # fmt: skip
    with right:
        _browse(draft, server, name, text, endings)
    if not text.strip():
        return None
    path = server.at(text)
    return path if path.is_dir() != bool(endings) else None


def _browse(draft: Draft, server: ServerFolder, name: str, text: str, endings: Sequence[str]) -> None:
    """What lies in the folder that is written, to go on from; of a file, in its own."""
    try:
        here = server.at(text)
        here = here if here.is_dir() else here.parent
        at = server.name(here)
        folders = server.folders(at)
        files = server.files(at, endings) if endings else []
    except NodescopeError:
        at, folders, files = "", server.folders(""), []
    widget = drafting.key(draft, f"{name}_look")
    options = [*([UP] if at else []), *(f"{folder}/" for folder in folders), *files]
    st.selectbox(
        f"Look inside {plain(at or server.title)}", options, index=None, key=widget,
        placeholder=f"{len(folders)} folders" + (f", {len(files)} files" if endings else ""),
        on_change=_go, args=(draft.number, name, widget, at),
    )  # fmt: skip


def _go(number: str, name: str, widget: str, at: str) -> None:
    chosen, draft = st.session_state[widget], drafting.drafts().load(number)
    if chosen is None or draft is None:
        return
    text = str(Path(at).parent) if chosen == UP else f"{at}/{chosen.rstrip('/')}".lstrip("/")
    text = "" if text == "." else text
    draft.put(**{name: text})
    st.session_state[drafting.key(draft, name)] = text
    st.session_state[widget] = None
