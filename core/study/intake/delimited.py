"""Tables of text: which encoding, separator and decimal mark they were written with."""

import csv
import sys
from collections import Counter
from io import StringIO

from core.study.intake.cells import Cell, Row, has_comma, trimmed
from core.study.intake.faults import unreadable

SEPARATORS = ("\t", ",", ";", "|")
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_LOOKED_AT = 200
_MARKUP = ("<html", "<!doctype", "<table", "<?xml", "{\\rtf", "%pdf")


def read_delimited(
    data: bytes, encoding: str, separator: str, decimal: str
) -> tuple[dict[int, Row], tuple[str, str, str], tuple[str, ...]]:
    """Rows by number, the encoding, separator and decimal mark that were given or guessed, and warnings."""
    text, used, warnings = _decoded(data, encoding)
    separator = separator or _separator(text)
    csv.field_size_limit(min(sys.maxsize, 1 << 24))
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise unreadable(f"a fault of its form: {error}", "Save it as CSV or XLSX.") from error
    cells = [cell.strip() for line in lines[:_LOOKED_AT] for cell in line]
    # A comma between digits is a decimal mark only where commas do not separate the cells.
    comma = separator != "," and sum(map(has_comma, cells)) > sum(map(_has_point, cells))
    rows = {n: trimmed([Cell(cell.strip()) for cell in line]) for n, line in enumerate(lines, start=1)}
    return rows, (used, separator, decimal or ("," if comma else ".")), warnings


def _decoded(data: bytes, encoding: str) -> tuple[str, str, tuple[str, ...]]:
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    try:
        text, used = data.decode(encoding or marked or "utf-8"), encoding or marked or "utf-8"
    except LookupError as error:
        raise unreadable("an encoding of an unknown name", "Choose utf-8, cp1252 or utf-16.") from error
    except UnicodeError as error:
        if encoding or marked:
            raise unreadable(
                f"bytes that are not {encoding or marked}", "Choose another encoding."
            ) from error
        text, used = data.decode("cp1252", errors="replace"), "cp1252"
    if _is_binary(text):
        raise unreadable("a binary file", "Export the table as CSV, TSV or XLSX.")
    if text.lstrip().lower().startswith(_MARKUP):
        raise unreadable("a web page or a document", "Export the table as CSV, TSV or XLSX.")
    warned = ("The encoding was guessed (Western European): check names with accents.",)
    return text, used, warned if used == "cp1252" and not encoding else ()


def _is_binary(text: str) -> bool:
    odd = sum(character < " " and character not in "\t\r\n\f" for character in text[:100_000])
    unknown = text[:100_000].count("�")
    return "\0" in text or odd + unknown > 0.01 * len(text[:100_000])


def _separator(text: str) -> str:
    """The one that cuts most lines into the same number of cells, more than one."""
    head = "\n".join([line for line in text.splitlines() if line.strip()][:_LOOKED_AT])
    best, found = (0, 0), ","
    for separator in SEPARATORS:
        try:
            widths = Counter(len(row) for row in csv.reader(StringIO(head), delimiter=separator))
        except csv.Error:
            continue
        width, lines = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda wn: wn[::-1], default=(1, 0)
        )
        if (lines, width) > best:
            best, found = (lines, width), separator
    return found


def _has_point(text: str) -> bool:
    whole, point, rest = text.partition(".")
    return bool(point) and rest.isdigit() and whole.lstrip("+-").isdigit()
