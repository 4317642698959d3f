"""A study that cannot be read: every problem of its study.toml and its tables, not the first alone."""

from pathlib import Path

import streamlit as st

from core.errors import NodescopeError, Problem
from core.faults import Faults
from core.figures.text import plain
from core.study.folder import Study
from core.study.manifest import read_study
from pages._ui import access

SHOWN = 50
MORE = "`python -m core validate STUDY --html report.html` also opens images, expression and gene sets."


def readable() -> Study | None:
    """The chosen study; None where there is none, or none that can be read."""
    try:
        return access.study()
    except NodescopeError:
        return None


def draw() -> bool:
    """List the problems of a study that cannot be read; whether that was needed."""
    try:
        access.study()
    except NodescopeError:
        _list(_problems(access.study_folder(), access.preset()))
        return True
    return False


def _problems(folder: Path, preset: str) -> list[Problem]:
    faults = Faults()
    with faults.noting():
        read_study(folder, preset, faults)
    return [problem for problem in faults.problems if problem.severity == "error"]


def _list(problems: list[Problem]) -> None:
    count = f"{len(problems):,} problems" if len(problems) > 1 else "1 problem"
    with st.expander(f"{count} of this study", expanded=True, icon=":material/rule:"):
        for problem in problems[:SHOWN]:
            st.markdown(plain(f"{problem.place}: {problem}"))
        more = f"{len(problems) - SHOWN:,} more are not shown here. " if len(problems) > SHOWN else ""
        st.caption(more + MORE)
