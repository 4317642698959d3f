"""Images and masks of each cohort: where they lie, how they are named, whether a mask lies on its tumour."""

import streamlit as st

from core.errors import NodescopeError
from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.intake.plan import CohortPlan, ImportPlan
from core.study.intake.tables import SourceTable
from pages._ui.guard import guarded
from pages._ui.study.data import drafting, overlay, patterns, phases, place, planned, uploaded

FIRST = "The clinical table comes first: it says which patients to look for."
APART = "The masks lie in another folder"


def draw(draft: Draft) -> None:
    """One cohort at a time."""
    found = planned.ready(draft)
    if found is None:
        st.info(FIRST, icon=":material/table:")
        return
    now = planned.plan(draft, found)
    names = [cohort.name for cohort in now.cohorts]
    name = names[0]
    if len(names) > 1:
        name = st.segmented_control(
            "Cohort", names, format_func=lambda n: f"{plain(n)}{_mark(draft, n)}", required=True,
            **drafting.kept(draft, "images_cohort", names[0], names),
        )  # fmt: skip
    st.markdown(
        "A folder with the DCE-MRI and the tumour masks of this cohort, in any of the usual layouts: DICOM, "
        "NIfTI, NRRD or MHA; masks also as DICOM SEG, RTSTRUCT or TCGA .les."
    )
    _like_first(draft, names[0], name)
    _folder(draft, name, "images", "Images")
    if st.toggle(APART, **drafting.kept(draft, f"masks_apart_{name}", False)):
        _folder(draft, name, "masks", "Masks")
    now = planned.plan(draft, found)
    cohort = next(c for c in now.cohorts if c.name == name)
    if not cohort.folder:
        st.info("Choose the folder, or upload it as zip.", icon=":material/folder_open:")
        return
    with guarded():
        _matched(draft, found, now, cohort)


def _matched(draft: Draft, found: SourceTable, now: ImportPlan, cohort: CohortPlan) -> None:
    patients = planned.patients(draft, found, now, cohort)
    cohort = patterns.choose(draft, cohort, patients)
    shown = patterns.checked(draft, cohort, patients) if cohort.images else None
    if shown is None:
        return
    patterns.preview(draft, cohort, shown)
    phases.choose(draft, cohort, shown)
    overlay.draw(draft, cohort, shown)


def missing(draft: Draft) -> str:
    """What is still to be chosen."""
    found = planned.ready(draft)
    if found is None:
        return "the clinical table comes first"
    now = planned.plan(draft, found)
    for cohort in now.cohorts:
        of = f" of {cohort.name}"
        if not cohort.folder:
            return f"choose the folder of the images{of}"
        if not cohort.images:
            return f"choose how the images{of} are named"
        if not _complete(draft, cohort, planned.patients(draft, found, now, cohort)):
            return f"find a pattern that matches patients{of}"
        if not overlay.confirmed(draft, cohort):
            return f"look at one case{of} and confirm that its mask lies on the tumour"
    return ""


def _complete(draft: Draft, cohort: CohortPlan, patients: list[str]) -> bool:
    try:
        return bool(planned.matched(draft, cohort, patients).complete)
    except NodescopeError:
        return False


def _folder(draft: Draft, name: str, part: str, title: str) -> None:
    what = f"{part}_{name}"
    with guarded():
        place.choose(draft, what, title, (), lambda d, files: uploaded.unpacked(d, files, _safe(what)))


def _like_first(draft: Draft, first: str, name: str) -> None:
    """Another cohort's files often lie beside the first one's: begin there."""
    for part in ("images", "masks"):
        if name != first and f"{part}_{name}_way" not in draft.choices:
            same = {end: draft.get(f"{part}_{first}_{end}") for end in ("way", "place", "file")}
            draft.put(**{f"{part}_{name}_{end}": value for end, value in same.items() if value})
    if name != first and f"masks_apart_{name}" not in draft.choices:
        draft.put(**{f"masks_apart_{name}": bool(draft.get(f"masks_apart_{first}"))})


def _safe(what: str) -> str:
    """A folder name: that of a cohort may be anything."""
    return "".join(letter if letter.isalnum() else "_" for letter in what)


def _mark(draft: Draft, name: str) -> str:
    return "" if not draft.get(f"seen_{name}") else " :material/check:"
