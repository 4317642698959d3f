"""A download in the background: its button, its progress, its end."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.figures.text import plain
from core.jobs import Progress
from core.paths import studies_folder
from pages._ui import access
from pages._ui.guard import guarded
from pages._ui.wait import EVERY


def place(name: str) -> Path:
    """A folder for downloads beside the studies."""
    return studies_folder() / name


def panel(target: Path, command: Sequence[str], label: str) -> None:
    """Button ``label`` that runs ``python -m core`` with ``command``; progress and Cancel while it runs."""
    progress = access.jobs().progress(target)
    running = progress is not None and progress.state == "running"
    st.fragment(_panel, run_every=EVERY if running else None)(target, command, label, running)


def _panel(target: Path, command: Sequence[str], label: str, was_running: bool) -> None:
    with guarded():
        progress = access.jobs().progress(target)
        running = progress is not None and progress.state == "running"
        if running != was_running:
            st.rerun()
        if progress is not None and running:
            _running(target, progress)
        else:
            _idle(target, command, label, progress)


def _running(target: Path, progress: Progress) -> None:
    count = f": {progress.done:,} of {progress.total:,}" if progress.total else ""
    share = progress.done / progress.total if progress.total else 0.0
    st.progress(min(max(share, 0.0), 1.0), f"{progress.stage or 'Starting'}{count}")
    st.caption("Goes on when this page is closed. What is complete is kept.")
    if st.button("Cancel", key="cancel_fetch", icon=":material/stop_circle:"):
        access.jobs().cancel(target)
        st.rerun()


def _idle(target: Path, command: Sequence[str], label: str, progress: Progress | None) -> None:
    if progress is not None and progress.state == "failed":
        st.error(plain(progress.message), icon=":material/error:")
    elif progress is not None and progress.message:
        st.warning(plain(progress.message), icon=":material/cloud_off:")
    elif progress is not None and progress.state == "done":
        st.success("Everything is there.", icon=":material/check:")
    stopped = progress is not None and progress.state != "done"
    if st.button("Go on" if stopped else label, key="fetch", icon=":material/download:", type="primary"):
        access.jobs().launch(target, command)
        st.rerun()
    st.caption(f"Into the folder {target.name}, beside the studies. Stopped at any time, it goes on later.")
