"""From rows of cells to a frame of texts: where the header is, and what is wrong with the rest."""

from collections import Counter
from typing import Literal

import pandas as pd

from core.errors import TableError, listed
from core.study.intake.cells import Row, faulty_cells, has_comma, is_date, plain_number

_HEADER_WITHIN = 30
_CODES = "CDE_ID:"  # third header row of TCGA's own clinical files


def header_row(rows: dict[int, Row]) -> int:
    """The first row that is about as wide as the table and holds words, different from one another."""
    width = Counter(len(row) for row in rows.values()).most_common(1)[0][0]
    for number, row in list(rows.items())[:_HEADER_WITHIN]:
        words = [cell.text for cell in row if cell.text]
        numbers = sum(_is_value(word) for word in words)
        if len(words) >= max(1, 0.6 * width) and 4 * numbers <= len(words) and not words[0].startswith("#"):
            return number
    return next(iter(rows))


def assembled(
    rows: dict[int, Row], top: int, decimal: str, faulty: Literal["refuse", "empty"]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Frame of the rows below the header, and warnings.

    Raises TableError (TABLE-EMPTY, TABLE-COLUMN, TABLE-ROWS, TABLE-CELLS).
    """
    if top not in rows:
        raise _empty("The header row must hold names", f"row {top} empty", "Choose another header row.")
    body = {number: row for number, row in rows.items() if number > top}
    header = _header([cell.text for cell in rows[top]], body)
    body, notes = _without_codes(header, body)
    if not body:
        raise _empty("The table must have rows under its header", "none", "Check the header row.")
    wrong = faulty_cells(header, body)
    if wrong and faulty == "refuse":
        fix = "Correct these cells, or have them taken as empty."
        raise TableError(
            "TABLE-CELLS", "Every cell must hold what was measured", listed(list(wrong.values())), fix
        )
    notes += [f"Taken as empty: {listed(list(wrong.values()))}"] if wrong else []
    width = range(len(header))
    texts = [[None if (n, k) in wrong else _text(row, k, decimal) for k in width] for n, row in body.items()]
    return pd.DataFrame(texts, columns=header, index=list(body), dtype=object), tuple(notes)


def _header(names: list[str], body: dict[int, Row]) -> list[str]:
    """An unnamed column with values gets a number."""
    wide = [f"row {n}: {len(row)} cells" for n, row in body.items() if len(row) > len(names)]
    if wide and len(wide) <= len(body) / 2:
        expected = f"Rows must have at most {len(names)} cells, as the header"
        raise TableError("TABLE-ROWS", expected, listed(wide), "Choose the header row, or correct the rows.")
    if wide:  # R writes row names without a name above them
        names = ["", *names] if all(len(row) <= len(names) + 1 for row in body.values()) else names
    if any(len(row) > len(names) for row in body.values()):
        expected = f"The header must name all columns, {max(map(len, body.values()))}"
        raise TableError("TABLE-ROWS", expected, f"{len(names)} names", "Choose the header row.")
    header = [name or f"column {k}" for k, name in enumerate(names, start=1)]
    counts = Counter(name.casefold() for name in header)
    repeated = sorted({name for name in header if counts[name.casefold()] > 1})
    if repeated:
        expected = "Every column must have a name of its own"
        raise TableError("TABLE-COLUMN", expected, f"more than one {listed(repeated)}", "Rename them.")
    return header


def _without_codes(header: list[str], body: dict[int, Row]) -> tuple[dict[int, Row], list[str]]:
    """Without further header rows: TCGA's files name each column three times."""
    more = [n for n, row in list(body.items())[:2] if _is_header(header, row)]
    if not any(cell.text.startswith(_CODES) for n in more for cell in body[n]):
        return body, []
    note = f"Rows {', '.join(map(str, more))} name the columns again and were left out."
    return {n: row for n, row in body.items() if n not in more}, [note]


def _is_header(header: list[str], row: Row) -> bool:
    words = [cell.text for cell in row]
    return any(w.startswith(_CODES) for w in words) or len(set(words) & set(header)) > len(header) / 4


def _text(row: Row, at: int, decimal: str) -> str | None:
    if at >= len(row) or not row[at].text:
        return None
    return plain_number(row[at].text) if decimal == "," else row[at].text


def _is_value(text: str) -> bool:
    plain = text.replace(".", "", 1).lstrip("+-")
    return plain.isdigit() or has_comma(text) or is_date(text)


def _empty(expected: str, found: str, fix: str) -> TableError:
    return TableError("TABLE-EMPTY", expected, found, fix)
