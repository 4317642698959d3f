"""Reading CSV tables that people made: blanks, a byte-order mark and ragged rows are to be expected."""

import codecs
import csv
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

import pandas as pd

from core.errors import Problem, TableError, listed
from core.faults import RAISE, Faults
from core.regular import LARGEST_TABLE, table_bytes, unzipped

__all__ = ["listed", "parse_csv", "read_csv"]

MOST_COLUMNS, MOST_CELLS = 50_000, 20_000_000  # of a table, rows that are too short filled up
ENCODING = "Save it as CSV in UTF-8."


def read_csv(path: Path, name: str, text_columns: Sequence[str] = (), faults: Faults = RAISE) -> pd.DataFrame:
    """A CSV, plain or gzipped, without the blanks around headers and cells; the index is the row in the file.

    Args:
        path: the file.
        name: what messages call the table.
        text_columns: columns that stay text; of the others pandas finds the type.
        faults: where it collects, letters that are no UTF-8 are guessed, the first of columns of one name
            stands, and cells beyond the header are left out.

    Raises:
        TableError: TABLE-MISSING, TABLE-READ, TABLE-COLUMN (a name twice), TABLE-ROWS (none, or too wide).
    """
    return parse_csv(_content(path, name), name, text_columns, faults)


def parse_csv(
    data: bytes, name: str, text_columns: Sequence[str] = (), faults: Faults = RAISE
) -> pd.DataFrame:
    """The same of a CSV's content; lines before the header that begin with # tell where it comes from."""
    header, rows = _records(_text(data, name, faults), name)
    repeated = sorted(column for column, count in Counter(header).items() if column and count > 1)
    if repeated:
        faults.add(_repeated(repeated, name))
    width = len(header)
    wide = {n: f"{len(row)} cells" for n, row in rows.items() if len(row) > width}
    if wide or not rows:
        faults.add(_wide(wide, width, name))
    if width > MOST_COLUMNS or width * len(rows) > MOST_CELLS:
        found, fix = f"{len(rows):,} rows of {width:,} cells", "Take out the columns that are not needed."
        raise _unreadable(name, found, fix)
    padded = [row[:width] + [""] * (width - len(row)) for row in rows.values()]
    first = {column: i for i, column in reversed([*enumerate(header)])}
    once = [i for i, column in enumerate(header) if not column or first[column] == i]
    cells = ([row[i] for i in once] for row in padded)
    return _typed([header[i] for i in once], cells, text_columns).set_axis(list(rows), axis=0)


def _repeated(columns: list[str], name: str) -> TableError:
    expected = f"Every column of the {name} must have a name of its own"
    each = (
        Problem("TABLE-COLUMN", expected, f"more than one {c}", "Rename it.", row=1, column=c)
        for c in columns
    )
    return TableError("TABLE-COLUMN", expected, f"more than one {listed(columns)}", "Rename them.").listing(
        each
    )


def _wide(rows: dict[int, str], width: int, name: str) -> TableError:
    expected = f"The {name} must have rows of at most {width} cells under its header"
    if not rows:
        return TableError("TABLE-ROWS", expected, "no row", "Correct the table.")
    found = listed([f"row {n}: {cells}" for n, cells in rows.items()])
    fix = "Take the cells beyond the header out, or put a text that holds commas into quotes."
    each = (Problem("TABLE-ROWS", expected, cells, fix, row=n) for n, cells in rows.items())
    return TableError("TABLE-ROWS", expected, found, "Correct the table.").listing(each)


def _content(path: Path, name: str) -> bytes:
    try:
        data = unzipped(table_bytes(path))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        expected = f"The {name} must be a file"
        raise TableError("TABLE-MISSING", expected, "no such file", "Check its name.") from error
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _unreadable(name, "a file that cannot be read") from error
    if len(data) > LARGEST_TABLE:
        raise _unreadable(name, f"more than {LARGEST_TABLE >> 20} MB", "Take out what is not needed.")
    return data


def _text(data: bytes, name: str, faults: Faults) -> str:
    if b"\0" in data:
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        raise _unreadable(name, "text in UTF-16" if wide else "a binary file", ENCODING)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        faults.add(_unreadable(name, "text in another encoding, or no text", ENCODING).at(row=row))
        text = data.decode("cp1252", "replace")
    return re.sub(r"\A(?:#[^\n]*\n)+", lambda before: "\n" * before[0].count("\n"), text)


def _records(text: str, name: str) -> tuple[list[str], dict[int, list[str]]]:
    """Header, and the cells of each row that is not blank under its number in the file (1 the header)."""
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), strict=True)]
    except csv.Error as error:
        raise _unreadable(name, f"a fault of its form: {error}") from error
    filled = {number: row for number, row in enumerate(rows, start=1) if row not in ([], [""])}
    if not filled:
        raise _unreadable(name, "an empty file")
    header = filled.pop(min(filled))
    if len(header) == 1 and ";" in header[0]:
        raise _unreadable(name, "semicolons between the cells", "Save it with commas, and points in numbers.")
    return header, filled


def _typed(header: list[str], rows: Iterable[list[str]], text_columns: Sequence[str]) -> pd.DataFrame:
    clean = StringIO()
    csv.writer(clean).writerows([header, *rows])
    clean.seek(0)
    kinds = {column: str for column in text_columns if column in header}
    return pd.read_csv(clean, index_col=False, dtype=kinds, skip_blank_lines=False, low_memory=False)


def _unreadable(name: str, found: str, fix: str = "Save it as CSV.") -> TableError:
    return TableError("TABLE-READ", f"The {name} must be a CSV file in UTF-8", found, fix)
