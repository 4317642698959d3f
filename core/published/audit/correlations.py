"""Printed correlations: P from r and n, whether the printed P fits, and the least BH q over all tests."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import TableError
from core.genomics.correlation import student_p
from core.published.audit.printed import Printed, read_number
from core.published.audit.row import CUT, FITS, WRONG

SIGNS = {"": "=", "≤": "<", "<=": "<", "≥": ">", ">=": ">"}
P_TEXT = re.compile(r"(?:[pP]\s*)?(<=|>=|[<>=≤≥]?)\s*([\d.,·]+)")
SLACK = 1e-12  # of a P at the very end of what rounds to the printed one


@dataclass(frozen=True, slots=True)
class PrintedP:
    """``< 0.01``, ``= 0.04``, ``> 0.05``; ``sign`` is one of = < >."""

    sign: str
    number: Printed

    def __str__(self) -> str:
        return f"{self.sign} {self.number.text}"

    def verdict(self, least: float, most: float) -> str:
        """Whether a P between ``least`` and ``most`` can have been printed so."""
        value, step = self.number.value, 1 / self.number.scale
        if self.sign == "<":
            return FITS if least < value + SLACK else WRONG
        if self.sign == ">":
            return FITS if most > value - SLACK else WRONG
        if least <= value + step / 2 + SLACK and most >= value - step / 2 - SLACK:
            return FITS
        return CUT if least < value + step and most >= value else WRONG


def read_p(text: str) -> PrintedP | None:
    """A P value as printed; None where it is none."""
    found = P_TEXT.fullmatch(text.strip())
    number = read_number(found[2]) if found else None
    if found is None or number is None or number.value > 1:
        return None
    return PrintedP(SIGNS.get(found[1], found[1]), number)


def read_r(text: str) -> tuple[int, Printed] | None:
    """Sign and size of a correlation as printed; None where it is none."""
    found = re.fullmatch(r"([-−–+]?)\s*(.+)", text.strip())
    number = read_number(found[2]) if found else None
    if found is None or number is None or number.value > 1:
        return None
    return (-1 if found[1] in ("-", "−", "–") else 1), number


def audit_correlations(table: pd.DataFrame) -> pd.DataFrame:
    """P and q of printed correlations.

    Args:
        table: [row, what, family, n, r (text), p (text, '' where not printed), tests, rank (NaN: not
            given)], as ``tables.read_correlations`` gives it.

    Returns:
        The same and p_exact (at the printed r), p_low, p_high (over every r that rounds to it), verdict
        ('' without a printed P), rank (where not given the place among the family's rows), q_exact, q_low:
        Benjamini-Hochberg over ``tests`` from p_exact and p_low. They are the least that q can be if those
        of the other tests with a larger P do not pull it down, as only a smaller P tests / rank would.
    """
    rows = [_recomputed(row) for row in table.to_dict("records")]
    found = pd.DataFrame(rows, columns=[*table.columns, "p_exact", "p_low", "p_high", "verdict"])
    found["q_exact"] = found["q_low"] = np.nan
    # A row without a family is one of its own.
    family = found["family"].where(found["family"] != "", "row " + found["row"].astype(str))
    for _, part in found.groupby(family, sort=False):
        rank = part["rank"].fillna(part["p_exact"].rank(method="first"))
        found.loc[part.index, "rank"] = rank
        for kind in ("exact", "low"):
            found.loc[part.index, f"q_{kind}"] = _least_q(part[f"p_{kind}"], rank, part["tests"])
    return found


def _recomputed(row: dict[str, object]) -> dict[str, object]:
    """Two-sided P of r over n, t with n - 2 degrees of freedom, at r and at both ends of its rounding."""
    read = read_r(str(row["r"]))
    if read is None:  # the table was checked before
        expected = "r must be a number from -1 to 1 as printed"
        raise TableError("AUDIT-R", expected, repr(row["r"]), "Correct it.")
    size = read[1]
    ends = np.array([size.value, size.value + 0.5 / size.scale, size.value - 0.5 / size.scale])
    p, low, high = student_p(ends.clip(0, 1), np.full(3, float(str(row["n"]))))
    printed = read_p(str(row["p"]))
    verdict = printed.verdict(low, high) if printed else ""
    return {**row, "p_exact": p, "p_low": low, "p_high": high, "verdict": verdict}


def _least_q(p: pd.Series, rank: pd.Series, tests: pd.Series) -> pd.Series:
    """BH's step up over the rows given: least p tests / rank of this and all larger P."""
    down = p.sort_values(ascending=False, kind="stable").index
    stepped = (p * tests / rank).clip(upper=1)
    return stepped.loc[down].cummin()
