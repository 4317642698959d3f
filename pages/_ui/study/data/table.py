"""The clinical table of an import: where it comes from, how it is read, how it begins."""

from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.importing.drafts import Draft
from core.regular import LARGEST_TABLE
from core.study.intake.columns import ColumnMapping, Guess, guess_columns, guess_mapping
from core.study.intake.privacy import identifying
from core.study.intake.tables import ReadAs, SourceTable, read_table
from pages._ui.study.data import drafting, place
from pages._ui.study.data.cohort_table import WAY, joined

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".csv.gz", ".tsv.gz")
KEPT = "clinical.csv"
SHOWN = 8
HIDDEN = "(hidden)"
SEPARATORS = {"": "found out", ",": "comma", ";": "semicolon", "\t": "tab"}
DECIMALS = {"": "found out", ".": "point", ",": "comma"}


def choose(draft: Draft) -> None:
    """The uploader, or the place on the server."""
    place.choose(draft, "clinical", "Clinical table", ENDINGS, _save, LARGEST_TABLE >> 20)


def read(draft: Draft) -> SourceTable | None:
    """The table that was chosen, with the cohorts of a second one; None where none was.

    Raises NodescopeError."""
    found = alone(draft)
    return found if found is None or draft.get("cohort_way") != WAY else joined(draft, found)


def alone(draft: Draft) -> SourceTable | None:
    """The table as it was chosen. Raises NodescopeError."""
    source = _source(draft)
    if source is None:
        return None
    how = how_read(draft) if _whole(draft) else ReadAs()
    mark = (source if isinstance(source, bytes) else (str(source), source.stat().st_mtime_ns), how)
    found = drafting.memo(draft, "clinical", mark, lambda: read_table(source, how))
    if isinstance(source, bytes):
        confirmed = draft.get("map_confirmed", [])
        drafting.memo(draft, "stored", (mark, tuple(confirmed)), lambda: _store(draft, found, confirmed))
    return found


def how_read(draft: Draft) -> ReadAs:
    """How the user wants it read."""
    return ReadAs(
        sheet=draft.get("sheet", ""), header_row=int(draft.get("header_row") or 0),
        separator=draft.get("separator", ""), decimal=draft.get("decimal", ""),
        faulty="empty" if draft.get("faulty") else "refuse",
    )  # fmt: skip


def _source(draft: Draft) -> Path | bytes | None:
    if draft.get("clinical_way", place.UPLOAD) == place.SERVER:
        text = draft.get("clinical_place", "").strip()
        path = drafting.server().at(text) if text else None
        return path if path is not None and path.is_file() else None
    whole = st.session_state.get(drafting.key(draft, "clinical_bytes"))
    kept = draft.files / KEPT
    return whole if whole is not None else kept if draft.get("clinical_file") and kept.is_file() else None


def _whole(draft: Draft) -> bool:
    """Whether the file is there as it was made, not only the part of an upload that may be kept."""
    server = draft.get("clinical_way", place.UPLOAD) == place.SERVER
    return server or drafting.key(draft, "clinical_bytes") in st.session_state


def _save(draft: Draft, files: list[UploadedFile]) -> str:
    """The upload itself stays in this session's memory."""
    st.session_state[drafting.key(draft, "clinical_bytes")] = files[0].getvalue()
    return KEPT


def _store(draft: Draft, found: SourceTable, confirmed: list[str]) -> None:
    """On disk go the columns that identify nobody: they are there again after the browser was closed."""
    frame = found.frame
    draft.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    left = [name for name in risky(found) if name not in confirmed]
    frame.drop(columns=left).to_csv(draft.files / KEPT, index=False)


def guesses(draft: Draft, found: SourceTable) -> tuple[Guess, ...]:
    """What each column is taken for."""
    return drafting.memo(draft, "guesses", id(found), lambda: guess_columns(found.frame))


def likely(draft: Draft, found: SourceTable) -> ColumnMapping:
    """The likeliest use of the columns."""
    return drafting.memo(draft, "likely", id(found), lambda: guess_mapping(found.frame))


def forget(draft: Draft) -> None:
    """Drop an upload that cannot be read; the table before it is back."""
    st.session_state.pop(drafting.key(draft, "clinical_bytes"), None)


def reading(draft: Draft, found: SourceTable | None) -> None:
    """How the file is read, for where the guess is wrong."""
    if not _whole(draft):
        return
    with st.popover("Read it otherwise", icon=":material/tune:", type="tertiary"):
        if found is not None and len(found.sheets) > 1:
            st.selectbox(
                "Sheet", found.sheets,
                **drafting.kept(draft, "sheet", found.read_as.sheet, found.sheets),
            )  # fmt: skip
        st.number_input(
            "Row of the header (0: found out)", 0, 1000, **drafting.kept(draft, "header_row", 0)
        )  # fmt: skip
        if found is None or not found.sheets:
            for name, title, words in (("separator", "Cells end at", SEPARATORS),
                                       ("decimal", "Decimal mark", DECIMALS)):  # fmt: skip
                st.selectbox(
                    title, list(words), format_func=words.get, **drafting.kept(draft, name, "", list(words))
                )
        st.checkbox(
            "Take faulty cells (formula errors, dates that a spreadsheet made) as empty",
            **drafting.kept(draft, "faulty", False),
        )  # fmt: skip


def preview(found: SourceTable) -> None:
    """Its first rows, and what was guessed of the file."""
    rows, columns = found.frame.shape
    sheet = f", sheet {found.read_as.sheet}" if found.read_as.sheet else ""
    st.caption(
        f"{rows:,} rows, {columns} columns{sheet}; header in row {found.read_as.header_row}. The first rows:"
    )
    st.dataframe(_masked(found.frame.head(SHOWN), found), hide_index=True, height=38 + 35 * min(rows, SHOWN))
    for note in found.warnings:
        st.warning(note, icon=":material/warning:")


def _masked(rows: pd.DataFrame, found: SourceTable) -> pd.DataFrame:
    """Rows to show: what may tell who a patient is stays hidden."""
    return rows.assign(**dict.fromkeys(risky(found), HIDDEN))


def risky(found: SourceTable) -> dict[str, str]:
    """Columns that may tell who a patient is, and why."""
    why = {str(n): identifying(str(n), found.frame[n].dropna().astype(str)) for n in found.frame.columns}
    return {name: said for name, said in why.items() if said}
