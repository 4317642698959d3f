"""The frame around every page: navigation, study picker, preset, progress, research use only."""

from pathlib import Path

import streamlit as st

from pages._ui import access, show, state, wait

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = {
    "Study": (
        ("study/overview.py", "Overview", ":material/dashboard:"),
        ("study/cohorts.py", "Cohorts", ":material/groups:"),
    ),
    "Model": (("model/comparison.py", "Comparison", ":material/query_stats:"),),
    "Biology": (("biology/module_traits.py", "Module-trait", ":material/grid_on:"),),
    "Case": (("case/predict.py", "Predict", ":material/radiology:"),),
}


def pages() -> dict[str, list[st.Page]]:
    """Every page by chapter; the overview is the first page."""
    return {
        chapter: [
            st.Page(
                ROOT / "pages" / path, title=title, icon=icon, url_path=Path(path).stem, default=path == FIRST
            )
            for path, title, icon in entries
        ]
        for chapter, entries in CHAPTERS.items()
    }


FIRST = "study/overview.py"


def draw() -> None:
    """Sidebar and the line that never goes away; starts the demo study where there is no study."""
    _begin()
    st.html("<style>.stMainBlockContainer {padding-top: 2.6rem; max-width: 1320px}</style>")
    with st.sidebar:
        found = access.studies()
        if found:
            st.selectbox("Study", list(found), key=state.STUDY, bind="query-params", format_func=_name)
        st.segmented_control(
            "Preset", list(state.PRESETS), key=state.PRESET, default=next(iter(state.PRESETS)), required=True,
            format_func=state.PRESETS.get, bind="query-params",
            help="Leak-free: everything that learns is fitted inside the folds. As published: the paper's order, "
            "selection on the whole training cohort first, which is optimistic.",
        )  # fmt: skip
        wait.live("sidebar")
    show.notices()


def _begin() -> None:
    """On the first open there is no study: write and compute the demo study, once."""
    if not access.studies() and access.jobs().progress(access.study_folder()) is None:
        wait.start()


def _name(folder: str) -> str:
    return folder.replace("_", " ")
