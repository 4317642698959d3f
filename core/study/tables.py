"""Reading the clinical table of a study; every problem is reported at once, with row and column."""

from pathlib import Path

import pandas as pd

from core.errors import TableError

SHOWN_PROBLEMS = 20


def read_clinical(path: Path, outcome: str, positive: list[object]) -> pd.DataFrame:
    """Clinical table with ``patient``, ``cohort`` and ``lnm`` (0 or 1) from the outcome column.

    Args:
        path: CSV with one row per patient.
        outcome: column that tells node status; a row without it is a problem.
        positive: its values that mean LNM positive; every other value means negative.

    Raises:
        TableError: TABLE-MISSING, TABLE-READ, TABLE-COLUMN, TABLE-ROWS (all faulty rows).
    """
    table = _read_csv(path)
    missing = [c for c in dict.fromkeys(("patient", "cohort", outcome)) if c not in table.columns]
    if missing:
        raise TableError(
            "TABLE-COLUMN",
            f"The clinical table has the columns patient, cohort and {outcome}",
            f"no {', '.join(missing)}",
            "Add the column, or name another outcome column in study.toml.",
        )
    problems = _row_problems(table, outcome)
    if problems:
        more = f" and {len(problems) - SHOWN_PROBLEMS} more" if len(problems) > SHOWN_PROBLEMS else ""
        raise TableError(
            "TABLE-ROWS",
            "Every row of the clinical table has a code of its own, a cohort and an outcome",
            "; ".join(problems[:SHOWN_PROBLEMS]) + more,
            "Correct or remove these rows.",
        )
    wanted = {str(value) for value in positive}
    table["lnm"] = table[outcome].map(lambda value: int(_text(value) in wanted))
    return table


def _read_csv(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise TableError("TABLE-MISSING", "The clinical table stands in the study folder", "no such file")
    try:
        return pd.read_csv(path, dtype={"patient": str, "cohort": str})
    except (ValueError, UnicodeDecodeError) as error:
        raise TableError(
            "TABLE-READ", "The clinical table is a CSV file in UTF-8", str(error).split("\n")[0]
        ) from error


def _row_problems(table: pd.DataFrame, outcome: str) -> list[str]:
    problems = []
    repeated = table["patient"].duplicated(keep="first")
    for number, (index, row) in enumerate(table.iterrows(), start=2):
        empty = [c for c in dict.fromkeys(("patient", "cohort", outcome)) if pd.isna(row[c])]
        problems += [f"row {number}, column {c}: empty" for c in empty]
        if repeated[index] and "patient" not in empty:
            problems.append(f"row {number}, column patient: {row['patient']} appears before")
    return problems


def _text(value: object) -> str:
    # A column of 0 and 1 with a gap is read as 0.0 and 1.0.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
