"""Sentences and tables of the robustness page."""

import pandas as pd

from core.features.reliability import RELIABLE
from core.figures.robustness import READINGS
from core.figures.text import estimate, number

KINDS = {"Image type": "group", "Class": "class"}
ROWS = 15


def headline(table: pd.DataFrame, n: int, readings: int) -> str:
    """How many features can be reproduced."""
    kept = int((table["icc"] >= RELIABLE).sum())
    return (
        f"**{kept:,} of {len(table):,}** features have an ICC of at least {RELIABLE:g} over {readings} "
        f"contours of each of {n} patients; median ICC {number(table['icc'].median())}."
    )


def overlap_said(overlap: pd.DataFrame) -> str:
    """Median Dice of each way to draw the contour."""
    median = overlap.groupby("reading")["dice"].median()
    parts = [f"{name.lower()} {number(median[key])}" for key, name in READINGS.items() if key in median]
    return f"Median Dice with the drawn mask: {', '.join(parts)}."


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """The features of lowest ICC as printed."""
    worst = table[table["icc"] < RELIABLE].nsmallest(ROWS, "icc")
    return pd.DataFrame(
        {
            "Feature": worst["short"],
            "ICC (95% CI)": [estimate(*row) for row in worst[["icc", "low", "high"]].itertuples(index=False)],
            "Grade": worst["grade"].astype(str),
        }
    )
