"""A second table that says of which cohort each patient is: chosen, its columns named, its codes joined."""

from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import NodescopeError
from core.importing.drafts import Draft
from core.regular import LARGEST_TABLE
from core.study.intake.cohort_file import Assigned, assigned, likely_columns
from core.study.intake.columns import guess_mapping
from core.study.intake.privacy import identifying
from core.study.intake.tables import SourceTable, read_table
from pages._ui.guard import guarded
from pages._ui.study.data import drafting, place

WAY, KEPT = "file", "cohorts.csv"
NAMES = {
    "patient": "Patient", "matched": "Code in the file", "cohort": "Cohort", "rule": "Joined by",
    "problem": "Problem",
}  # fmt: skip


def draw(draft: Draft, found: SourceTable) -> None:
    """The table, its two columns, and every code of either side that has no counterpart."""
    from pages._ui.study.data.table import ENDINGS

    with guarded():
        place.choose(draft, "cohorts", "Table of cohorts", ENDINGS, _save, LARGEST_TABLE >> 20)
        given = _given(draft)
        if given is None:
            st.caption("Two columns: the patient code, and the name of the cohort.")
            return
        names = [str(name) for name in given.frame.columns]
        for side, (name, title), likely in zip(
            st.columns(2), (("cohorts_code", "Patient code"), ("cohorts_name", "Cohort")),
            likely_columns(given.frame), strict=True,
        ):  # fmt: skip
            side.selectbox(title, names, **drafting.kept(draft, name, likely, names))
        _joined(_assigned(draft, found, given))


def joined(draft: Draft, found: SourceTable) -> SourceTable:
    """The clinical table with the cohorts of the file; as it was where none can be read."""
    try:
        given = _given(draft)
        result = None if given is None else _assigned(draft, found, given)
    except NodescopeError:
        result = None
    if result is None:
        return found
    with_them = SourceTable(result.frame, found.read_as, found.sheets, found.warnings)
    return drafting.memo(draft, "with_cohorts", (id(found), id(result)), lambda: with_them)


def _given(draft: Draft) -> SourceTable | None:
    known = place.known(draft, "cohorts")
    if not known:
        return None
    path = Path(known)
    mark = (known, path.stat().st_mtime_ns)
    return drafting.memo(draft, "cohorts", mark, lambda: read_table(path))


def _assigned(draft: Draft, found: SourceTable, given: SourceTable) -> Assigned | None:
    """None while the column of the patients is not known."""
    guess = drafting.memo(draft, "own_patient", id(found), lambda: guess_mapping(found.frame).patient)
    patient, likely = draft.get("map_patient", guess), likely_columns(given.frame)
    if patient not in found.frame.columns:
        return None
    pair = (draft.get("cohorts_code", likely[0]), draft.get("cohorts_name", likely[1]))
    pair = pair if set(pair) <= set(given.frame.columns) else likely
    mark = (id(found), id(given), patient, *pair)
    return drafting.memo(
        draft, "assigned", mark, lambda: assigned(found.frame, patient, given.frame, *pair)
    )  # fmt: skip


def _joined(result: Assigned | None) -> None:
    if result is None:
        return
    table, matches = result.table, result.matches
    n, lost = len(matches.pairs), len(matches.unused)
    st.markdown(f"**{n} of {len(matches.table)} patients have a cohort** in this file.")
    if n < len(matches.table):
        st.caption("Who has none there is of no cohort and stays out of the study.")
    if lost:
        codes = "1 code of the file is" if lost == 1 else f"{lost} codes of the file are"
        st.warning(f"{codes} of no patient of the clinical table.", icon=":material/link_off:")
    open_ = bool(lost) or n < len(matches.table)
    with st.expander("Which code is whose", expanded=open_):
        st.dataframe(table.rename(columns=NAMES), hide_index=True, height=min(38 + 35 * len(table), 320))


def _save(draft: Draft, files: list[UploadedFile]) -> str:
    """Columns that may tell who a patient is stay off the disk. Raises TableError."""
    frame = read_table(files[0].getvalue()).frame
    risky = [n for n in frame.columns if identifying(str(n), frame[n].dropna().astype(str))]
    draft.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    frame.drop(columns=risky).to_csv(draft.files / KEPT, index=False)
    return KEPT
