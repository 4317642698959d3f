"""The paper's study as a template: how far it is, and what is missing from the user."""

from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from core.figures.inclusion import inclusion_figure
from core.importing.rebuild import survey
from core.methods import archives as words
from core.study.archives import idc
from core.study.archives.liu2024 import PAPER
from core.study.archives.rules import TITLES
from pages._ui import show
from pages._ui.study.archives import fetching, idc_view


def draw() -> None:
    """Flow of both cohorts beside the paper's, the button, the list of what is missing."""
    target = fetching.place("liu2024")
    found = _survey(str(target), _stamp(target))
    paper = {TITLES[name]: text for name, text in PAPER.items()}
    for cohort, flow in found.flow.groupby("cohort", sort=False):
        show.chart(
            partial(inclusion_figure, words.telling(flow)), f"Patients of {cohort} after each step",
            f"paper_{cohort}",
            caption=f"The paper: {paper[cohort]}.",
        )  # fmt: skip
    st.caption(words.unknown(found.flow))
    plan = idc_view.plan_of(idc.COLLECTIONS, "")
    images = st.checkbox(f"With images ({words.size(plan.bytes)})", value=False)
    fetching.panel(
        target, ["fetch", "liu2024", str(target), "--yes", *([] if images else ["--no-images"])],
        "Go on with the study folder" if target.is_dir() else "Prepare the study folder",
    )  # fmt: skip
    st.subheader("What is missing", anchor=False)
    show.table(words.missing_table(found.missing), "missing")


@st.cache_data(max_entries=4, show_spinner="Reading the index")
def _survey(target: str, stamp: tuple[int, ...]) -> Any:  # noqa: ARG001  (part of the key)
    return survey(Path(target))[0]


def _stamp(target: Path) -> tuple[int, ...]:
    """Changes with the user's tables, with Xena's, and with every image, mask and series."""
    watched = ["", "clinical.csv", "exclusions.csv", "images", "masks", "archives/xena", "archives/idc"]
    paths = [target / name for name in watched]
    return tuple(path.stat().st_mtime_ns for path in paths if path.exists())
