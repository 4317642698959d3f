"""Clinical tables as people have them: CSV, TSV or XLSX, of any encoding, separator and decimal mark."""

import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pandas as pd

from core.errors import TableError
from core.regular import LARGEST_TABLE, table_bytes, unzipped
from core.study.intake.assembled import assembled, header_row
from core.study.intake.delimited import read_delimited
from core.study.intake.faults import too_large, unreadable
from core.study.intake.workbook import OLE, ZIP, read_workbook, refuse_ole

MOST_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a table is read; what is empty is guessed, and the answer says what was guessed.

    ``header_row``: its number in the file, from 1; ``separator``, ``decimal``, ``encoding``: of texts;
    ``faulty``: cells that hold a formula's error, or a date that a spreadsheet made of something else, are
    refused, or taken as "empty" with a warning.
    """

    sheet: str = ""
    header_row: int = 0
    separator: str = ""
    decimal: str = ""
    encoding: str = ""
    faulty: Literal["refuse", "empty"] = "refuse"


@dataclass(frozen=True, slots=True, eq=False)
class SourceTable:
    """A table of texts: every cell as written, numbers with a point, dates as 2020-01-31, empty ones missing.

    ``frame``: its index is the number of the row in the file; ``read_as``: how, with what was guessed;
    ``sheets``: names of the workbook's, empty for text; ``warnings``: in words.
    """

    frame: pd.DataFrame
    read_as: ReadAs
    sheets: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_table(source: Path | bytes, how: ReadAs | None = None) -> SourceTable:
    """Read a table from a file, or from the bytes of an upload; content tells its kind, not a name.

    Raises TableError: TABLE-MISSING (no such file), TABLE-READ (binary, damaged, protected, legacy .xls),
    TABLE-SHEET, TABLE-EMPTY, TABLE-COLUMN (a name twice), TABLE-ROWS (wider than the header), TABLE-CELLS
    (formula errors, dates among other values; all at once), TABLE-SIZE.
    """
    data, how = _bytes(source), how or ReadAs()
    if data.startswith(OLE):
        refuse_ole(data)
    sheets: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    if data.startswith(ZIP):
        rows, sheet, sheets = read_workbook(data, how.sheet)
        found = replace(how, sheet=sheet, separator="", decimal="", encoding="")
    else:
        rows, used, warnings = read_delimited(data, how.encoding, how.separator, how.decimal)
        found = replace(how, sheet="", encoding=used[0], separator=used[1], decimal=used[2])
    filled = {number: row for number, row in rows.items() if row}
    if not filled:
        raise TableError("TABLE-EMPTY", "The table must have rows", "none", "Choose another sheet or file.")
    if sum(map(len, filled.values())) > MOST_CELLS:
        raise too_large(f"more than {MOST_CELLS:,} cells")
    found = replace(found, header_row=how.header_row or header_row(filled))
    frame, notes = assembled(filled, found.header_row, found.decimal, how.faulty)
    return SourceTable(frame, found, sheets, (*warnings, *notes))


def _bytes(source: Path | bytes) -> bytes:
    data = source if isinstance(source, bytes) else _file(source)
    try:
        data = unzipped(data)
    except (EOFError, zlib.error, OSError) as error:
        raise unreadable("a compressed file that is damaged", "Download it again.") from error
    if len(data) > LARGEST_TABLE:
        raise too_large(f"more than {LARGEST_TABLE >> 20} MB")
    return data


def _file(path: Path) -> bytes:
    try:
        return table_bytes(path)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        fix = "Choose it again."
        raise TableError("TABLE-MISSING", "The table must be a file", "no such file", fix) from error
    except OSError as error:
        raise unreadable("a file that cannot be read") from error
