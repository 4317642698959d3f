"""Cells of a table as texts, and those that a spreadsheet spoilt: formula errors, mangled dates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "formula"]
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|#+)")
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WEEKDAY = "(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_DAY_MONTH = re.compile(rf"\d{{1,2}}[- .]{_MONTH}", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"{_MONTH}[- .]\d{{1,4}}", re.IGNORECASE)
_TIME = r"(?:[T ,]+\d{1,2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?(?: ?[ap]m)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_DATE = re.compile(
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})"
    rf"|\d{{1,2}}[- .]{_MONTH}[- .,]+\d{{2,4}}|(?:{_WEEKDAY},? )?{_MONTH}\.? \d{{1,2}},? \d{{4}}"
    rf"|{_WEEKDAY},? \d{{1,2}} {_MONTH} \d{{4}}){_TIME}"
    rf"|\d{{8}}T\d{{4,6}}(?:\.\d+)?(?:Z|[+-]\d{{2}}:?\d{{2}})?",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+),\d+(?:[eE][+-]?\d+)?")
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` without blanks around it, "" for an empty cell; ``kind``: what a spreadsheet says of it."""

    text: str
    kind: Kind = "text"


Row = list[Cell]
EMPTY = Cell("")


def trimmed(row: Row) -> Row:
    """Without the empty cells at its end."""
    last = max((k for k, cell in enumerate(row) if cell.text or cell.kind == "formula"), default=-1)
    return row[: last + 1]


def is_date(text: str) -> bool:
    """Whether it reads as a calendar date with its year."""
    return _DATE.fullmatch(text) is not None


def plain_number(text: str) -> str:
    """A number with a decimal comma written with a point; anything else as it is."""
    return text.replace(".", "").replace(",", ".") if _COMMA.fullmatch(text) else text


def has_comma(text: str) -> bool:
    """Whether it is a number with a decimal comma."""
    return _COMMA.fullmatch(text) is not None


def faulty_cells(header: list[str], rows: Mapping[int, Row]) -> dict[tuple[int, int], str]:
    """What is wrong with a cell, by row number and column from 0.

    A formula's error, a formula without a stored value, a date without a year, and one in a column where most
    filled cells are none: spreadsheets make 2-Mar or 2026-03-02 of a "2-3".
    """
    found: dict[tuple[int, int], str] = {}
    for at, name in enumerate(header):
        cells = {n: row[at] for n, row in rows.items() if at < len(row) and row[at] != EMPTY}
        dates = sum(_dated(cell) for cell in cells.values())
        for number, cell in cells.items():
            fault = _fault(cell, dates <= MOSTLY * len(cells))
            if fault:
                found[number, at] = f"row {number}, column {name}: {fault}"
    return dict(sorted(found.items()))


def _fault(cell: Cell, alone: bool) -> str:
    if cell.kind == "formula":
        return "a formula without a stored value (open and save the file in the spreadsheet program)"
    if _ERROR.fullmatch(cell.text.upper()):
        return f"the error {cell.text}"
    if _DAY_MONTH.fullmatch(cell.text):
        return f"{cell.text}, a date that a spreadsheet made of something else"
    if alone and _dated(cell):
        return f"{cell.text}, a date among other values"
    return ""


def _dated(cell: Cell) -> bool:
    return cell.kind == "date" or bool(_MONTH_YEAR.fullmatch(cell.text)) or is_date(cell.text)
