"""Sentences and tables of the robustness page, of two readers and of perturbed contours."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.features.reliability import RELIABLE
from core.figures.robustness import READINGS, overlap_figure, readers_figure
from core.figures.text import estimate, number
from core.methods.imaging import readers_methods, robustness_methods
from core.settings import Settings
from pages._ui import access

KINDS = {"Image type": "group", "Class": "class"}
ROWS = 15


@dataclass(frozen=True, slots=True)
class Source:
    """Where other contours come from: its stage, what is said of it, and how it is drawn."""

    stage: str
    contours: str
    note: str
    agreement: Callable[[pd.DataFrame], str]
    draw: Callable[..., go.Figure]
    methods: Callable[[Settings, int], str]


def sources() -> dict[str, Source]:
    """Sources of the chosen study by title, two readers first."""
    return {title: one for title, one in SOURCES.items() if one.stage in access.pipeline().keys}


def judges(source: Source) -> bool:
    """Whether the study's selection goes by the ICC of this source: two readers' where there are two."""
    return source == next(iter(sources().values()))


def folds() -> dict[str, int] | None:
    """How many features the folds of the radiomics signature keep."""
    return (access.frame("signature_radiomics", "info") or {}).get("features")


def headline(table: pd.DataFrame, contours: str) -> str:
    """How many features can be reproduced over these contours."""
    kept = int((table["icc"] >= RELIABLE).sum())
    return (
        f"**{kept:,} of {len(table):,}** features have an ICC of at least {RELIABLE:g} {contours}; "
        f"median ICC {number(table['icc'].median())}."
    )


def overlap_said(overlap: pd.DataFrame) -> str:
    """Median Dice of each way to draw the contour."""
    median = overlap.groupby("reading")["dice"].median()
    parts = [f"{name.lower()} {number(median[key])}" for key, name in READINGS.items() if key in median]
    return f"Median Dice with the drawn mask: {', '.join(parts)}."


def readers_said(overlap: pd.DataFrame) -> str:
    """Median and worst Dice of the two readers, and median distances."""
    median, worst = overlap[["dice", "mean_mm", "hausdorff95_mm"]].median(), overlap["dice"].idxmin()
    return (
        f"Median over {len(overlap)} patients: Dice {number(median['dice'])} (lowest "
        f"{number(overlap.loc[worst, 'dice'])}, {overlap.loc[worst, 'patient']}), mean surface distance "
        f"{number(median['mean_mm'])} mm, 95% Hausdorff distance {number(median['hausdorff95_mm'], 1)} mm."
    )


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


def cases(overlap: pd.DataFrame) -> pd.DataFrame:
    """Two readers' agreement case by case, the least first."""
    rows = overlap.sort_values("dice", kind="stable")
    return pd.DataFrame(
        {
            "Patient": rows["patient"],
            "Dice": [number(v, 3) for v in rows["dice"]],
            "Mean surface distance (mm)": [number(v) for v in rows["mean_mm"]],
            "95% Hausdorff distance (mm)": [number(v, 1) for v in rows["hausdorff95_mm"]],
            "Volume, first reader (cc)": [number(v / 1000, 2) for v in rows["first_mm3"]],
            "Volume, second reader (cc)": [number(v / 1000, 2) for v in rows["second_mm3"]],
        }
    )


SOURCES = {
    "Two readers": Source(
        "readers", "between the two readers' contours of {n} patients",
        "Two readers' masks; ICC(2,1) of all patients with both, whatever their cohort",
        readers_said, readers_figure, readers_methods,
    ),
    "Perturbed contours": Source(
        "robustness", "over {readings} contours of each of {n} patients",
        "One reader's masks, perturbed; ICC(2,1) of {n} training patients drawn by the seed",
        overlap_said, overlap_figure, robustness_methods,
    ),
}  # fmt: skip
