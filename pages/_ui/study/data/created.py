"""A study that was just created: who is in it, what its check found, and on to its results."""

from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from core.figures.text import plain
from core.importing.drafts import Draft
from core.importing.run import ImportRun
from core.importing.writing import Imported
from core.study_check import StudyReport, as_page
from pages._ui import access, show, wait
from pages._ui.study.data import drafting

SEVERITY = {"error": "Error", "warning": "Warning"}


def draw(draft: Draft, run: ImportRun) -> None:
    """What was created, what is wrong with it, and its computation."""
    done = run.imported
    st.success(
        f"{plain(draft.get('name'))}: {len(done.included)} patients are in the study.",
        icon=":material/check:",
    )
    _images(done)
    if run.report is not None:
        _checked(run.report)
    _compute(done.root)


def _images(done: Imported) -> None:
    if n := len(done.failures):
        st.warning(f"Left out since image or mask cannot be used: {n} patient{'s' * (n > 1)}.")
        show.table(done.failures[["patient", "message"]].rename(columns=str.capitalize), "import_left_out")
    if len(done.findings):
        with st.expander(f"How images and masks were read, notes: {len(done.findings)}"):
            st.dataframe(done.findings.rename(columns=str.capitalize), hide_index=True)


def _checked(report: StudyReport) -> None:
    st.markdown(f"**Check of the study.** Errors: {len(report.errors)}, warnings: {len(report.warnings)}.")
    if report.problems:
        rows = [
            (
                SEVERITY[p.severity],
                p.place,
                f"{p.expected}; found {p.found}" if p.found else p.expected,
                p.fix,
            )
            for p in report.problems
        ]
        show.table(pd.DataFrame(rows, columns=["Kind", "Where", "What", "What to do"]), "study_check")
    download(report)


def download(report: StudyReport) -> None:
    """The report as a page of its own."""
    st.download_button(
        "Report (HTML)", partial(as_page, report), f"{report.study}_check.html", "text/html",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _compute(folder: Path) -> None:
    if access.study_folder().name != folder.name:
        st.button(
            "Open it and compute",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_open,
            args=(folder.name,),
        )
        return
    wait.live("page")
    st.page_link("pages/study/overview.py", label="To its overview", icon=":material/dashboard:")


def _open(name: str) -> None:
    drafting.show_study(name)
    access.jobs().start(access.studies()[name], access.preset())
