"""A study as one file, into this server: taken in while the page goes on."""

from typing import TYPE_CHECKING

import streamlit as st

from core.figures.text import plain
from core.paths import cache_folder, studies_folder
from pages._ui import access
from pages._ui.guard import guarded
from pages._ui.guard import show as show_error
from pages._ui.study.data import drafting
from pages._ui.uploader import uploader

if TYPE_CHECKING:
    from core.sharing.arriving import Arrival
    from core.sharing.take import Imported

UPLOAD, NAME, ARRIVAL = "archive_upload", "archive_name", "archive_arrival"
EVERY = 1.0


def take() -> None:
    """The upload of an archive; it becomes a study beside the others."""
    file = uploader("Archive of a study (zip)", ["zip"], UPLOAD)
    st.text_input("Its name here", placeholder="as it was exported", key=NAME)
    busy = current() is not None and current().state == "running"
    st.button("Import it", disabled=file is None or busy, on_click=_take, type="primary")


def current() -> "Arrival | None":
    """The archive that this session takes in, or took in last."""
    return st.session_state.get(ARRIVAL)


def _take() -> None:
    # Read here: an argument would be what the button was drawn with, before a name that was just typed.
    from core.sharing.arriving import receive

    name, file = st.session_state[NAME].strip(), st.session_state[UPLOAD]
    if file is not None:
        st.session_state[ARRIVAL] = receive(file, studies_folder(), cache_folder(), name or None)


def draw() -> None:
    """How the import of an archive stands; the page is drawn anew when it ends."""
    run = current()
    if run is None:
        return
    if run.state == "running":
        st.fragment(_running, run_every=EVERY)(run)
    elif run.error is not None:
        show_error(run.error)
    else:
        _arrived(run.imported)


def _running(run: "Arrival") -> None:
    with guarded():
        if run.state != "running":
            st.rerun()
        share = run.done / run.total if run.total else 0.0
        st.progress(min(share, 1.0), f"Importing the archive: {run.stage}")
        st.caption("This goes on when you leave the page.")


def _arrived(done: "Imported") -> None:
    name = done.folder.name
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(f"{plain(name)} is imported, with {done.results} results.", icon=":material/check:")
        if access.study_folder().name != name:
            st.button("Open it", on_click=_open, args=(name,), type="primary")


def _open(name: str) -> None:
    del st.session_state[ARRIVAL]
    drafting.show_study(name)
