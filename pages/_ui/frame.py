"""The frame around every page: navigation, study picker, preset, progress, research use only."""

from pathlib import Path

import streamlit as st

from core.figures.text import plain
from pages._ui import access, broken, guard, patients, show, state, theme, wait

PAGES = Path(__file__).resolve().parents[1]
LOGO = Path(__file__).with_name("nodescope.svg")
ICON = Path(__file__).with_name("nodescope_icon.svg")
CHAPTERS = {
    "Study": (
        ("study/overview.py", "Overview", ":material/dashboard:"),
        ("study/cohorts.py", "Cohorts", ":material/groups:"),
        ("study/patient.py", "Patient", ":material/person:"),
        ("study/archives.py", "Archives", ":material/cloud_download:"),
        ("study/data.py", "Data", ":material/database:"),
    ),
    "Imaging": (
        ("imaging/gallery.py", "Gallery", ":material/photo_library:"),
        ("imaging/checks.py", "Checks", ":material/fact_check:"),
        ("imaging/features.py", "Features", ":material/scatter_plot:"),
        ("imaging/robustness.py", "Robustness", ":material/gesture:"),
        ("imaging/ibsi.py", "IBSI", ":material/verified:"),
    ),
    "Model": (
        ("model/tuning.py", "Tuning", ":material/tune:"),
        ("model/comparison.py", "Comparison", ":material/query_stats:"),
        ("model/validation.py", "Validation", ":material/verified_user:"),
        ("model/tests.py", "Tests", ":material/compare_arrows:"),
        ("model/nomogram.py", "Nomogram", ":material/straighten:"),
        ("model/own_predictions.py", "Your predictions", ":material/upload_file:"),
    ),
    "Biology": (
        ("biology/expression.py", "Expression", ":material/table_rows:"),
        ("biology/modules.py", "Modules", ":material/account_tree:"),
        ("biology/module_traits.py", "Module-trait", ":material/grid_on:"),
        ("biology/preservation.py", "Preservation", ":material/repeat:"),
        ("biology/pathways.py", "Pathways", ":material/bubble_chart:"),
        ("biology/gsva.py", "GSVA", ":material/gradient:"),
        ("biology/gene_score.py", "Gene score", ":material/genetics:"),
    ),
    "Case": (("case/predict.py", "Predict", ":material/radiology:"),),
    "Report": (
        ("report/study_report.py", "Study report", ":material/summarize:"),
        ("report/published_results.py", "Published results", ":material/menu_book:"),
        ("report/audit.py", "Audit", ":material/fact_check:"),
    ),
}
# Addresses of the pages that show nothing of the study.
NO_STUDY = ("archives", "data", "ibsi", "own_predictions", "audit")
PRESET_HELP = (
    "leak-free: everything that learns is fitted inside the folds. "
    "published: the paper's order, selection on the whole training cohort first, which is optimistic."
)
STYLE = """<style>
.stMainBlockContainer {{padding-top: 3.6rem; max-width: 1320px}}
[data-testid=stCaptionContainer] {{opacity: 1}}
[data-testid=stCaptionContainer] p {{color: {quiet}}}
[data-selected=true] p {{color: {ink}}}
[data-testid=stButtonGroup] > [role=radiogroup] {{flex-wrap: wrap; row-gap: 4px}}
[data-testid=stFileUploaderDropzoneInstructions] {{display: none}}
[data-testid^=stBaseButton-primary]:enabled {{background-color: #5b4fcf; border-color: #5b4fcf}}
</style>"""


def pages() -> dict[str, list[st.Page]]:
    """Every page by chapter, each under its own address; the bare address leads to the overview."""
    chapters = {
        chapter: [
            st.Page(PAGES / path, title=title, icon=icon, url_path=Path(path).stem)
            for path, title, icon in entries
        ]
        for chapter, entries in CHAPTERS.items()
    }
    return {**chapters, "": [st.Page(str, title="Nodescope", default=True, visibility="hidden")]}


def open_page(menu: dict[str, list[st.Page]]) -> st.Page:
    """The page that the address asks for; the bare one leads to the overview, with what follows its ?."""
    page = st.navigation(menu, position="top")
    if page is menu[""][0]:
        st.switch_page(menu["Study"][0], query_params=st.query_params.to_dict())
    return page


def draw(page: st.Page) -> None:
    """Sidebar and the line that never goes away; starts the demo study where there is no study."""
    _begin()
    ink, quiet = theme.colours().ink, theme.colours().quiet
    # Captions, chosen and primary buttons: Streamlit's own colours miss the contrast that WCAG AA asks for.
    # Its words in an uploader round the limit; ours stand below it (see uploader).
    st.html(STYLE.format(ink=ink, quiet=quiet))
    st.logo(LOGO, size="large")
    theme.watch()
    with st.sidebar:
        _choose()
    # After the controls: in the first run it is they who take study and preset from the link.
    show.notices(of_study=page.url_path not in NO_STUDY)
    with st.sidebar:
        with guard.guarded():
            if not broken.draw():
                patients.draw()
        wait.live("sidebar")


def _choose() -> None:
    """Study and preset."""
    found = list(access.studies())
    asked = st.query_params.get(state.STUDY, "")
    if found:
        st.selectbox("Study", found, key=state.STUDY, bind="query-params", on_change=patients.forget)
        if asked and asked not in found:
            text = f"There is no study {plain(asked)} here: {plain(st.session_state[state.STUDY])} is shown."
            st.toast(text, icon=":material/link_off:", duration="long")
    st.segmented_control(
        "Preset",
        list(state.PRESETS),
        key=state.PRESET,
        default=next(iter(state.PRESETS)),
        required=True,
        bind="query-params",
        help=PRESET_HELP,
    )


def _begin() -> None:
    """On the first open there is no study: write and compute the demo study, once."""
    if not access.studies() and access.jobs().progress(access.study_folder()) is None:
        wait.start()
