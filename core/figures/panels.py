"""Panels side by side, one per cohort, each with its own legend."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.figures.palette import ROLES, panel_title

Cohort = tuple[str, str]  # its name and role


def cohorts_of(frame: pd.DataFrame) -> list[Cohort]:
    """Cohorts that occur in a frame [cohort, role, ...], training first."""
    pairs = frame[["cohort", "role"]].drop_duplicates().itertuples(index=False)
    return sorted(((str(c), str(r)) for c, r in pairs), key=lambda pair: ROLES.index(pair[1]))


def cohort_panels(frame: pd.DataFrame, sizes: pd.DataFrame) -> go.Figure:
    """One panel per cohort of ``frame``; titles say n and positives from ``sizes`` [cohort, n, positives]."""
    cohorts = cohorts_of(frame)
    figure = make_subplots(
        rows=1,
        cols=max(len(cohorts), 1),
        subplot_titles=[_title(sizes, cohort) for cohort in cohorts] or [""],
        horizontal_spacing=0.09,
    )
    for column, note in enumerate(figure.layout.annotations, start=1):
        domain = figure.get_subplot(1, column).xaxis.domain
        # Panel titles stand on the left, as in a paper.
        note.update(x=domain[0], xanchor="left", yshift=4, font={"size": 13.5})
    return figure


def legend_in_panel(figure: go.Figure, column: int, **place: Any) -> str:
    """Name of the legend of panel ``column``, put inside the panel at a corner (fractions of the panel)."""
    panel = figure.get_subplot(1, column)
    (left, right), (bottom, upper) = panel.xaxis.domain, panel.yaxis.domain
    name = "legend" if column == 1 else f"legend{column}"
    x, y = place.pop("x"), place.pop("y")
    place.update(x=left + x * (right - left), y=bottom + y * (upper - bottom))
    figure.update_layout({name: {**place, "bgcolor": "rgba(0,0,0,0)", "font": {"size": 12.5}}})
    return name


def _title(sizes: pd.DataFrame, cohort: Cohort) -> str:
    name, role = cohort
    rows = sizes.loc[sizes["cohort"] == name]
    if rows.empty:
        return f"<b>{role.capitalize()}</b> {name}"
    return panel_title(role, name, int(rows["n"].iloc[0]), int(rows["positives"].iloc[0]))
