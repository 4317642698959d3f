"""What stands on a page until its numbers do: nothing yet, waiting, running k of n, failed."""

import time

import streamlit as st

from core.jobs import Progress
from core.store import Entry
from pages._ui import access, origin
from pages._ui.guard import guarded

EVERY = 2.0
OUTDATED = "Out of date, since settings, inputs or the program changed"
WAITING, STALE = ":material/hourglass_empty:", ":material/update:"


def need(*stages: str) -> list[Entry]:
    """Outputs of stages; where one is missing, says how things stand and ends the page."""
    if access.study() is None:
        st.info("No study yet. The demo study appears here as soon as it is simulated.", icon=WAITING)
        live("page")
        st.stop()
    found = [access.entry(stage) for stage in stages]
    missing = [stage for stage, entry in zip(stages, found, strict=True) if entry is None]
    if missing:
        _missing(missing)
        st.stop()
    entries = [entry for entry in found if entry is not None]
    origin.note(entries)
    return entries


def on_demand(stage: str, said: str) -> Entry | None:
    """Output of a stage that runs when it is asked for; where missing, offers that.

    ``said``: what it does and how long it takes.
    """
    entry = access.entry(stage)
    if entry is not None:
        origin.note([entry])
        return entry
    with st.container(border=True):
        st.markdown(said)
        state = next(s for s in access.states(stage) if s.name == stage)
        if state.state == "stale":
            st.warning(f"{OUTDATED}: {state.title}.", icon=STALE)
        live("page", stage)
    return None


def _missing(stages: list[str]) -> None:
    found = {s.name: s for s in access.states() if s.name in stages}
    names = ", ".join(state.title for state in found.values())
    if not found:
        st.info("This study has no gene expression, so there is nothing to show here.")
        return
    if any(state.state == "stale" for state in found.values()):
        st.warning(f"{OUTDATED}: {names}.", icon=STALE)
    else:
        st.info(f"Not computed yet: {names}.", icon=WAITING)
    live("page")


def live(place: str, only: str | None = None) -> None:
    """Progress of the study's run, refreshed while it runs; the page is drawn anew when a stage ends.

    ``only``: the stage that the page offers to compute instead of the study.
    """
    progress = access.jobs().progress(access.study_folder())
    running = progress is not None and progress.state == "running"
    st.fragment(_panel, run_every=EVERY if running else None)(place, _mark(progress), only)


def _panel(place: str, mark: tuple[str, str], only: str | None) -> None:
    with guarded():
        progress = access.jobs().progress(access.study_folder())
        if _mark(progress) != mark:
            st.rerun()
        if progress is not None and progress.state == "running":
            _running(progress, place, only)
        elif place == "page":
            _idle(progress, only)


def _running(progress: Progress, place: str, only: str | None) -> None:
    share = progress.done / progress.total if progress.total else 0.0
    count = f": {progress.done} of {progress.total}" if progress.total > 1 else ""
    minutes = (time.time() - progress.started) / 60
    st.progress(min(share, 1.0), f"{progress.stage or 'Starting'}{count}")
    if place == "page":
        st.caption(f"Computing in the background for {minutes:.0f} min; pages fill in as stages end.")
    if place == "page" and only is None:
        return
    key = "cancel_run" if place == "sidebar" else "cancel_here"
    if st.button("Cancel", key=key, icon=":material/stop_circle:", help="Finished work is kept."):
        access.jobs().cancel(access.study_folder())
        st.rerun()


def _idle(progress: Progress | None, only: str | None) -> None:
    if progress is not None and progress.state == "failed":
        st.error(progress.message, icon=":material/error:")
    elif progress is not None and progress.message:
        st.caption(progress.message)
    if access.study() is not None and all(s.state == "done" for s in access.states(only)):
        return
    stopped = progress is not None and progress.state != "done"
    label = "Resume" if stopped else "Compute this study" if only is None else "Compute it now"
    if st.button(label, icon=":material/play_arrow:", type="primary" if only is None else "secondary"):
        start(only)
        st.rerun()


def start(only: str | None = None) -> None:
    """Compute the chosen study, or one stage, in the background; a missing demo study is written first."""
    folder = access.study_folder()
    access.jobs().start(folder, access.preset(), not (folder / "study.toml").is_file(), only)


def _mark(progress: Progress | None) -> tuple[str, str]:
    return ("", "") if progress is None else (progress.state, progress.stage)
