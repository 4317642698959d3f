"""Reading the clinical tables of a study; every problem is reported at once, with row and column."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.errors import TableError
from core.study.csv_file import listed, read_csv

NAME = "clinical table"


def read_clinical(
    files: Sequence[Path], outcome: str, positive: Sequence[object], negative: Sequence[object] = ()
) -> pd.DataFrame:
    """Clinical tables, one under the other, and ``lnm`` (0 or 1) from the outcome column.

    Args:
        files: CSV files with one row per patient: patient, cohort, the outcome, anything else.
        outcome: column that tells node status; a row without it is a problem.
        positive: its values that mean LNM positive; numbers are equal however they are written.
        negative: its values that mean negative; without them one value besides the positive ones may occur.

    Raises:
        TableError: TABLE-MISSING, TABLE-READ, TABLE-COLUMN, TABLE-ROWS (all faulty rows), TABLE-OUTCOME.
    """
    tables = []
    for file in files:
        table = read_csv(file, NAME, ("patient", "cohort"))
        _check_columns(table, outcome)
        before = f"{file.name}, " if len(files) > 1 else ""
        tables.append(table.set_axis([f"{before}row {number}" for number in table.index], axis=0))
    table = pd.concat(tables)
    problems = _row_problems(table, outcome)
    if problems:
        raise TableError(
            "TABLE-ROWS",
            f"Every row of the {NAME} must have a code of its own, a cohort and an outcome",
            listed(problems),
            "Correct or remove these rows.",
        )
    table["lnm"] = _labels([plain(value) for value in table[outcome]], positive, negative)
    return table.reset_index(drop=True)


def plain(value: object) -> float | str:
    """An outcome value such that 1, 1.0, "1" and " 1" are equal."""
    text = str(value).strip()
    try:
        return float(text)
    except ValueError:
        return text.lower() if text.lower() in ("true", "false") else text


def _check_columns(table: pd.DataFrame, outcome: str) -> None:
    missing = [c for c in dict.fromkeys(("patient", "cohort", outcome)) if c not in table.columns]
    if missing:
        raise TableError(
            "TABLE-COLUMN",
            f"The {NAME} must have the columns patient, cohort and {outcome}",
            f"no {', '.join(missing)}",
            "Add the column, or name another outcome column in study.toml.",
        )
    taken = [c for c in ("role", "lnm") if c in table.columns and (c == "role" or c != outcome)]
    if taken:
        raise TableError(
            "TABLE-COLUMN",
            f"The {NAME} must leave the column {' and '.join(taken)} to Nodescope, "
            "which takes it from study.toml",
            f"a column {', '.join(taken)}",
            "Rename it, or name lnm as the outcome column.",
        )


def _row_problems(table: pd.DataFrame, outcome: str) -> list[str]:
    problems = []
    wanted = list(dict.fromkeys(("patient", "cohort", outcome)))
    rows = zip(table.index, table["patient"].duplicated(), table[wanted].to_dict("records"), strict=True)
    for place, repeated, row in rows:
        empty = [c for c in wanted if pd.isna(row[c])]
        problems += [f"{place}, column {c}: empty" for c in empty]
        code = row["patient"]
        if "patient" in empty:
            continue
        if not code.isprintable() or ".." in code or "/" in code or "\\" in code:
            problems.append(f"{place}, column patient: {code!r} holds / \\ .. or a control character")
        if repeated:
            problems.append(f"{place}, column patient: {code!r} appears before")
    return problems


def _labels(values: list[float | str], positive: Sequence[object], negative: Sequence[object]) -> list[int]:
    yes, no = {plain(value) for value in positive}, {plain(value) for value in negative}
    others = set(values) - yes - no
    if len(others) > (0 if negative else 1):
        found = sorted(f"{value:g}" if isinstance(value, float) else value for value in set(values))
        raise TableError(
            "TABLE-OUTCOME",
            "The outcome column must hold the positive and negative values that study.toml names, "
            "or besides the positive ones a single other",
            listed(found),
            "Name all positive values, or add negative = [...] to [outcome].",
        )
    return [int(value in yes) for value in values]
