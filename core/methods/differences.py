"""The table of differences between groups of patients, as printed."""

from typing import Any

import pandas as pd

from core.figures.palette import LNM_NAMES
from core.figures.panels import cohorts_of
from core.figures.text import measured, number, p_number, title
from core.study.differences import Differences

SIDES = {"cohort": "cohorts", "lnm": "LNM"}


def differences_table(found: Differences, clinical: pd.DataFrame) -> pd.DataFrame:
    """Table 1 of a paper: a row per variable, or per level of one; P and q of each comparison."""
    sizes = {"cohort": clinical["cohort"].value_counts(), "lnm": clinical["lnm"].value_counts()}
    names = {("cohort", c): f"{c}, n = {sizes['cohort'][c]}" for c, _ in cohorts_of(clinical)}
    names |= {("lnm", k): f"{LNM_NAMES[k]}, n = {n}" for k, n in sorted(sizes["lnm"].items())}
    return pd.DataFrame(
        [row for variable in found.tests["variable"].unique() for row in _rows(found, variable, names)]
    )


def _rows(found: Differences, variable: str, names: dict[tuple[str, Any], str]) -> list[dict[str, str]]:
    groups = found.groups[found.groups["variable"] == variable]
    tests = found.tests[found.tests["variable"] == variable].set_index("by")
    used = {SIDES[by]: test for by, test in tests["test"].items() if test}
    same = len(set(used.values())) < 2
    said = next(iter(used.values()), "") if same else "; ".join(f"{s}: {t}" for s, t in used.items())
    rows = []
    for k, level in enumerate(dict.fromkeys(groups["level"])):
        shown = f"{_level_name(variable, level)}, n (%)" if level else "median [IQR]"
        row = {"Variable": "" if k else title(variable) if level else measured(variable), "": shown}
        for by, side in SIDES.items():
            row |= _cells(groups[(groups["by"] == by) & (groups["level"] == level)], by, names)
            for column, letter in (("p", "P"), ("q", "q")):
                made = k == 0 and by in tests.index
                row[f"{letter}, {side}"] = p_number(tests[column][by]) if made else ""
        rows.append({**row, "Test": "" if k else said})
    return rows


def _cells(groups: pd.DataFrame, by: str, names: dict[tuple[str, Any], str]) -> dict[str, str]:
    found = {row["group"]: _cell(row) for row in groups.to_dict("records")}
    return {name: found.get(group, "") for (side, group), name in names.items() if side == by}


def _level_name(variable: str, level: str) -> str:
    return {"0": "negative", "1": "positive"}.get(level, level) if variable == "lnm" else level


def _cell(row: dict[str, Any]) -> str:
    if not row["n"]:
        return ""
    if not row["level"]:
        return f"{number(row['median'], 1)} [{number(row['q1'], 1)}-{number(row['q3'], 1)}]"
    return f"{row['count']:.0f} ({100 * row['share']:.0f}%)"
