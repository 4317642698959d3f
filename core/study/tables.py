"""Reading the clinical tables of a study; every problem is reported at once, with row and column."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.errors import Problem, TableError
from core.faults import RAISE, Faults
from core.study.cells import check_cells, place_of
from core.study.csv_file import listed, read_csv
from core.study.schema import meant

NAME = "clinical table"
ROWS = f"Every row of the {NAME} must have a code of its own, a cohort and an outcome"
TAKEN = ("role", "lnm")
AS_MANY_VALUES = (
    "The outcome column must hold the positive and negative values that study.toml names, "
    "or besides the positive ones a single other"
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The column that tells node status, and what of it means positive.

    ``negative``: the values that mean negative; without them one value besides ``positive`` may occur.
    ``column`` is "" and ``positive`` empty where study.toml does not tell.
    """

    column: str
    positive: tuple[object, ...]
    negative: tuple[object, ...] = ()

    @property
    def known(self) -> bool:
        """Whether labels can be told from it."""
        return bool(self.column and self.positive)

    @property
    def columns(self) -> list[str]:
        """Columns that the clinical table must have."""
        return list(dict.fromkeys(filter(None, ("patient", "cohort", self.column))))


def read_clinical(
    files: Mapping[str, Path], outcome: Outcome, faults: Faults = RAISE, used: Sequence[str] = ()
) -> pd.DataFrame:
    """Clinical tables, one under the other, and ``lnm`` (0 or 1) from the outcome column.

    Args:
        files: CSV files by their names in the study, one row per patient: patient, cohort, the outcome,
            anything else.
        outcome: numbers are equal however they are written; a row without it is a problem.
        faults: where it collects, rows without a code of their own or a cohort are left out, and ``lnm`` is
            missing where it is not known.
        used: further columns that the study uses; their gaps are told where ``faults`` collects.

    Returns:
        index (file, row in it); patient, cohort, ..., lnm.

    Adds TableError: TABLE-MISSING, TABLE-READ, TABLE-COLUMN, TABLE-ROWS (all faulty rows), TABLE-OUTCOME.
    """
    tables = [pd.DataFrame(columns=["patient", "cohort", *filter(None, [outcome.column])], dtype=object)]
    for name, path in files.items():
        with faults.noting(file=name):
            table = read_csv(path, NAME, ("patient", "cohort"), faults.placed(file=name))
            _check_columns(table, outcome, faults.placed(file=name))
            table = table.drop(columns=_taken(table, outcome))
            tables.append(table.set_index(pd.MultiIndex.from_product([[name], table.index])))
    read = [table for table in tables[1:] if {"patient", "cohort"} <= set(table)]
    table = pd.concat(read or tables[:1])
    problems = list(_row_problems(table, outcome))
    if problems:
        several = len(files) > 1
        found = listed([_said(problem, several) for problem in problems])
        faults.add(TableError("TABLE-ROWS", ROWS, found, "Correct or remove these rows.").listing(problems))
    unusable = {(p.file, p.row) for p in problems if p.column != outcome.column}
    sound = table.loc[~table.index.isin(list(unusable))].copy() if unusable else table
    if faults.collect:
        check_cells(sound, outcome.columns, used, faults)
    return _labelled(sound, outcome, faults)


def plain(value: object) -> float | str:
    """An outcome value such that 1, 1.0, "1" and " 1" are equal."""
    text = str(value).strip()
    try:
        return float(text)
    except ValueError:
        return text.lower() if text.lower() in ("true", "false") else text


def _check_columns(table: pd.DataFrame, outcome: Outcome, faults: Faults) -> None:
    missing = [c for c in outcome.columns if c not in table.columns]
    if missing:
        *first, last = outcome.columns
        expected = f"The {NAME} must have the columns {', '.join(first)} and {last}"
        fix = "Add the column, or name another outcome column in study.toml."
        each = [
            Problem("TABLE-COLUMN", expected, f"no {c}", _near(c, table, fix), row=1, column=c)
            for c in missing
        ]
        faults.add(TableError("TABLE-COLUMN", expected, f"no {', '.join(missing)}", fix).listing(each))
    taken = _taken(table, outcome)
    if taken:
        said = f"The {NAME} must leave the column {{}} to Nodescope, which takes it from study.toml".format
        fix = "Rename it, or name lnm as the outcome column."
        each = [Problem("TABLE-COLUMN", said(c), f"a column {c}", fix, row=1, column=c) for c in taken]
        error = TableError("TABLE-COLUMN", said(" and ".join(taken)), f"a column {', '.join(taken)}", fix)
        faults.add(error.listing(each))


def _near(column: str, table: pd.DataFrame, fix: str) -> str:
    guess = meant(column, [str(c) for c in table.columns])
    return f"{guess} {fix}" if guess.startswith("Did") else fix


def _taken(table: pd.DataFrame, outcome: Outcome) -> list[str]:
    return [c for c in TAKEN if c in table.columns and (c == "role" or c != outcome.column)]


def _row_problems(table: pd.DataFrame, outcome: Outcome) -> Iterator[Problem]:
    def problem(at: Hashable, column: str, found: str, fix: str) -> Problem:
        return Problem("TABLE-ROWS", ROWS, found, fix, **place_of(at), column=column)

    wanted = [c for c in outcome.columns if c in table]
    rows = zip(table.index, table["patient"].duplicated(), table[wanted].to_dict("records"), strict=True)
    for at, repeated, row in rows:
        empty = [c for c in wanted if pd.isna(row[c])]
        yield from (problem(at, c, "empty", "Fill it in, or remove the row.") for c in empty)
        code = row["patient"]
        if "patient" in empty:
            continue
        if not code.isprintable() or ".." in code or "/" in code or "\\" in code:
            found = f"{code!r} holds / \\ .. or a control character"
            yield problem(at, "patient", found, "Choose another code.")
        if repeated:
            yield problem(at, "patient", f"{code!r} appears before", "Remove one of the rows.")


def _said(problem: Problem, several: bool) -> str:
    file = f"{problem.file}, " if several else ""
    return f"{file}row {problem.row}, column {problem.column}: {problem.found}"


def _labelled(table: pd.DataFrame, outcome: Outcome, faults: Faults) -> pd.DataFrame:
    """The table with ``lnm``, in the place of an outcome column of this name."""
    if not outcome.known or outcome.column not in table:
        return table.drop(columns="lnm", errors="ignore").assign(lnm=float("nan"))
    values = [None if pd.isna(value) else plain(value) for value in table[outcome.column]]
    yes, no = ({plain(value) for value in each} for each in (outcome.positive, outcome.negative))
    others = {value for value in values if value is not None} - yes - no
    if len(others) > (0 if no else 1):
        faults.add(_unnamed(table[outcome.column], values, others, bool(no)))
        values = [None if value in others else value for value in values]
    labels = [None if value is None else int(value in yes) for value in values]
    table["lnm"] = labels
    return table


def _unnamed(cells: "pd.Series[Any]", values: list[Any], others: set[Any], named: bool) -> TableError:
    """The error for outcome values that nobody named: of each row where it is plain which ones they are."""
    found = sorted({f"{v:g}" if isinstance(v, float) else v for v in values if v is not None})
    fix = "Name all positive values, or add negative = [...] to [outcome]."
    error = TableError("TABLE-OUTCOME", AS_MANY_VALUES, listed(found), fix)
    if not named:
        return error.at(file="study.toml", key="outcome")
    return error.listing(
        Problem("TABLE-OUTCOME", AS_MANY_VALUES, f"{cell!s:.40}", fix, **place_of(at), column=str(cells.name))
        for (at, cell), value in zip(cells.items(), values, strict=True)
        if value in others
    )
