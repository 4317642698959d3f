"""Sheets of an XLSX workbook as rows of texts."""

import datetime as dt
import zipfile
import zlib
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from core.errors import TableError
from core.study.intake.cells import EMPTY, Cell, Row, trimmed
from core.study.intake.faults import too_large, unreadable

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOST_UNPACKED = 1 << 30
_MOST_ROWS = 200_000


# What openpyxl, zipfile and the parser of XML (SyntaxError) raise for a damaged one.
DAMAGED = (
    KeyError, ValueError, TypeError, IndexError, AttributeError, OSError, EOFError, SyntaxError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip


def refuse_ole(data: bytes) -> None:
    """Raises TableError (TABLE-READ): a protected workbook, or one of Excel 97 to 2003."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise unreadable("a workbook with a password", "Remove the password, or save the sheet as CSV.")
    raise unreadable("a file of Excel 97-2003 (.xls)", "Save it as XLSX or CSV.")


def read_workbook(data: bytes, sheet: str) -> tuple[dict[int, Row], str, tuple[str, ...]]:
    """Rows by number of one sheet (default: the first that is visible and has cells), its name, all names.

    Raises TableError: TABLE-READ, TABLE-SHEET for a name that is not there, TABLE-SIZE.
    """
    _require_workbook(data)
    try:
        values, formulas = (_loaded(data, data_only) for data_only in (True, False))
        sheets = [name for name in values.sheetnames if isinstance(values[name], ReadOnlyWorksheet)]
        if sheet and sheet not in sheets:
            raise TableError(
                "TABLE-SHEET", "The sheet must be in the workbook", "no such name", "Choose it again."
            )
        if not sheets:
            raise unreadable("a workbook without a sheet of cells")
        shown = [name for name in sheets if values[name].sheet_state == "visible"] or sheets
        chosen = sheet or next((name for name in shown if _has_cells(values[name])), shown[0])
        return _rows(values[chosen], formulas[chosen]), chosen, tuple(sheets)
    except DAMAGED as error:
        raise unreadable("a damaged workbook") from error


def _require_workbook(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if sum(info.file_size for info in archive.infolist()) > _MOST_UNPACKED:
                raise too_large("a far larger workbook")
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise unreadable("a damaged workbook") from error
    if "xl/workbook.xml" not in names:
        kind = "an OpenDocument table" if "mimetype" in names else "an archive that is no XLSX workbook"
        raise unreadable(kind)


def _loaded(data: bytes, data_only: bool) -> Any:
    return load_workbook(BytesIO(data), read_only=True, data_only=data_only)


def _has_cells(sheet: Any) -> bool:
    return any(value is not None for row in sheet.iter_rows(max_row=50, values_only=True) for value in row)


def _rows(values: Any, formulas: Any) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    values.reset_dimensions(), formulas.reset_dimensions()  # what a writer declared may be wrong
    pairs = zip(values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=False)
    for number, (row, written) in enumerate(pairs, start=1):
        if number > _MOST_ROWS:
            raise too_large(f"more than {_MOST_ROWS:,} rows")
        if found := trimmed([_cell(*pair) for pair in zip(row, written, strict=False)]):
            rows[number] = found
    return rows


def _cell(value: Any, written: Any) -> Cell:
    if value is None:
        return Cell("", "formula") if isinstance(written, str) and written.startswith("=") else EMPTY
    if isinstance(value, dt.datetime):
        text = value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
        return Cell(text, "date")
    if isinstance(value, dt.date):
        return Cell(value.isoformat(), "date")
    if isinstance(value, bool):
        return Cell(str(value).lower())
    if isinstance(value, float):
        return Cell(str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value))
    return Cell(" ".join(str(value).split()))
