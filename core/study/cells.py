"""Cells of a clinical table that stop no study and that its reader should know of."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.errors import Problem, listed
from core.faults import Faults

AGE = "age"
MOSTLY = 0.8  # share of numbers among the filled cells, from which on the others look like slips
SHOWN = 8


def place_of(at: Any) -> dict[str, Any]:
    """File and row of an index (file, row), as fields of a Problem."""
    file, row = at
    return {"file": file, "row": row}


def check_cells(table: pd.DataFrame, needed: Sequence[str], used: Sequence[str], faults: Faults) -> None:
    """Note ages that are no numbers (TABLE-NUMBER); warn of such cells in other columns of numbers.

    Warns of gaps in ``used`` columns (TABLE-GAPS). ``table``: index (file, row); its ``needed`` columns are
    looked at elsewhere.
    """
    for name in (c for c in table.columns if c not in needed):
        cells = table[name]
        _check_numbers(cells, faults)
        gaps = cells[cells.isna()]
        if len(gaps) and name in used:
            faults.warn(_gaps(gaps, len(cells)))


def _check_numbers(cells: "pd.Series[Any]", faults: Faults) -> None:
    filled = cells.dropna()
    odd = filled[pd.to_numeric(filled, errors="coerce").isna()]
    if not len(odd) or (cells.name != AGE and len(odd) > (1 - MOSTLY) * len(filled)):
        return
    for at, cell in odd.items():
        expected, found = f"The column {cells.name} must hold numbers", f"{str(cell)[:40]!r}"
        fix = "Write the number, or leave the cell empty where it is not known."
        problem = Problem("TABLE-NUMBER", expected, found, fix, **place_of(at), column=str(cells.name))
        if cells.name == AGE:  # held against the modules as a number
            faults.problems.append(problem)
        else:
            faults.warn(problem)


def _gaps(gaps: "pd.Series[Any]", rows: int) -> Problem:
    files = {file for file, _ in gaps.index}
    which = listed([str(row) for _, row in gaps.index], ", ", SHOWN)
    return Problem(
        "TABLE-GAPS",
        f"The column {gaps.name} should be known of every patient",
        f"{len(gaps)} of {rows} empty: row {which}",
        "Fill them in; whatever uses the column leaves these patients out.",
        file=files.pop() if len(files) == 1 else "",
        column=str(gaps.name),
    )
