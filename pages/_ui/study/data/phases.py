"""Which phase of the dynamic series is measured."""

import streamlit as st

from core.importing.drafts import Draft
from core.study.intake.patterns import Preview
from core.study.intake.plan import CohortPlan
from pages._ui.study.data import drafting

MOST = 12
FIRST = 1


def choose(draft: Draft, cohort: CohortPlan, shown: Preview) -> None:
    """One of those that the names hold; of exams read by their headers, a number."""
    named = sorted({phase for files in shown.files.values() for phase in files.phases})
    options = list(range(MOST)) if any(files.exam for files in shown.files.values()) else named
    if not options:
        return
    name, usual = f"phase_{cohort.name}", FIRST if FIRST in options else options[0]
    if draft.get(name, FIRST) not in options:
        draft.put(**{name: usual})
    st.selectbox(
        "Phase for the features (0 is the one before contrast)", options, format_func=_title, width=320,
        **drafting.kept(draft, name, usual, options),
    )  # fmt: skip


def _title(phase: int) -> str:
    words = {0: "before contrast", 1: "first after contrast (usual)"}
    return f"{phase}: {words.get(phase, 'after contrast')}, phase {phase + 1} of the series"
