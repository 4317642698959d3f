"""The frame around every page: navigation, study picker, preset, progress, research use only."""

from pathlib import Path

import streamlit as st

from pages._ui import access, show, state, theme, wait

PAGES = Path(__file__).resolve().parents[1]
LOGO = Path(__file__).with_name("nodescope.svg")
ICON = Path(__file__).with_name("nodescope_icon.svg")
CHAPTERS = {
    "Study": (
        ("study/overview.py", "Overview", ":material/dashboard:"),
        ("study/cohorts.py", "Cohorts", ":material/groups:"),
    ),
    "Model": (("model/comparison.py", "Comparison", ":material/query_stats:"),),
    "Biology": (("biology/module_traits.py", "Module-trait", ":material/grid_on:"),),
    "Case": (("case/predict.py", "Predict", ":material/radiology:"),),
}
PRESET_HELP = (
    "leak-free: everything that learns is fitted inside the folds. "
    "published: the paper's order, selection on the whole training cohort first, which is optimistic."
)
STYLE = "<style>.stMainBlockContainer {padding-top: 3.6rem; max-width: 1320px}</style>"


def pages() -> dict[str, list[st.Page]]:
    """Every page by chapter, each under its own address; the bare address leads to the overview."""
    chapters = {
        chapter: [
            st.Page(PAGES / path, title=title, icon=icon, url_path=Path(path).stem)
            for path, title, icon in entries
        ]
        for chapter, entries in CHAPTERS.items()
    }
    first = chapters["Study"][0]

    def home() -> None:
        st.switch_page(first)

    return {**chapters, "": [st.Page(home, title="Nodescope", default=True, visibility="hidden")]}


def draw() -> None:
    """Sidebar and the line that never goes away; starts the demo study where there is no study."""
    _begin()
    st.html(STYLE)
    st.logo(LOGO, size="large")
    theme.watch()
    with st.sidebar:
        found = list(access.studies())
        if found:
            st.selectbox("Study", found, key=state.STUDY, bind="query-params")
        st.segmented_control(
            "Preset",
            list(state.PRESETS),
            key=state.PRESET,
            default=next(iter(state.PRESETS)),
            required=True,
            bind="query-params",
            help=PRESET_HELP,
        )
        wait.live("sidebar")
    show.notices()


def _begin() -> None:
    """On the first open there is no study: write and compute the demo study, once."""
    if not access.studies() and access.jobs().progress(access.study_folder()) is None:
        wait.start()
