"""Calibration: observed share of LNM against the predicted probability, one panel per cohort."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, model_colour, style
from core.figures.panels import (
    Curve,
    band,
    cohort_panels,
    diagonal,
    each_cohort,
    each_curve,
    legend_in_panel,
    square,
)

STEP, TOP = 0.045, -0.06  # of the rows of ticks below the panel


def calibration_figure(
    calibration: pd.DataFrame,
    sizes: pd.DataFrame,
    models: Sequence[str],
    theme: Theme,
    patients: pd.DataFrame | None = None,
    bands: pd.DataFrame | None = None,
) -> go.Figure:
    """Smoothed curves, with groups of patients and their 95% CI when one model is shown.

    Args:
        calibration: [cohort, role, model, kind "group" or "smooth", predicted, observed, low, high, n].
        sizes: [cohort, n, positives].
        models: models to draw.
        theme: light or dark.
        patients: [patient, cohort, role, lnm, one probability per model]: a tick each below the curves,
            one row per model, or by LNM when one model is shown.
        bands: [cohort, role, model, predicted, low, high] of the smoothed curves.
    """
    figure = cohort_panels(calibration, sizes)
    diagonal(figure, theme)
    for curve in each_curve(bands, models) if bands is not None else ():
        colour = model_colour(curve.model, theme)
        figure.add_trace(band(curve.rows, "predicted", curve.model, colour), **curve.place)
    for curve in each_curve(calibration, models):
        legend = legend_in_panel(figure, curve.column, x=0.02, y=0.98, xanchor="left", yanchor="top")
        figure.add_trace(_smooth(curve, theme, legend), **curve.place)
        if len(models) == 1:
            figure.add_trace(_groups(curve, theme, legend), **curve.place)
    rows = 0
    for column, _, frame in each_cohort(patients) if patients is not None else ():
        ticks = _ticks(frame, models, theme)
        rows = len(ticks)
        figure.add_traces(ticks, rows=1, cols=column)
    square(figure, "Predicted probability of LNM", "Observed share", -0.02 if not rows else TOP - rows * STEP)
    return style(figure, theme, 480 if rows else 460)


def _smooth(curve: Curve, theme: Theme, legend: str) -> go.Scatter:
    rows = curve.rows[curve.rows["kind"] == "smooth"].sort_values("predicted")
    model = curve.model
    return go.Scatter(
        x=rows["predicted"],
        y=rows["observed"],
        mode="lines",
        name=model,
        legendgroup=model,
        legend=legend,
        line=curve.line(theme),
        hovertemplate=f"<b>{model}</b><br>predicted %{{x:.2f}}<br>observed %{{y:.2f}}<extra></extra>",
    )


def _groups(curve: Curve, theme: Theme, legend: str) -> go.Scatter:
    groups, colour = curve.rows[curve.rows["kind"] == "group"], model_colour(curve.model, theme)
    error = {
        "array": groups["high"] - groups["observed"],
        "arrayminus": groups["observed"] - groups["low"],
        "color": colour,
        "thickness": 1.2,
        "width": 3,
    }
    return go.Scatter(
        x=groups["predicted"],
        y=groups["observed"],
        customdata=groups["n"],
        error_y=error,
        mode="markers",
        name="groups, 95% CI",
        legendgroup="groups",
        legend=legend,
        marker={"color": theme.paper, "size": 9, "line": {"color": colour, "width": 1.8}},
        hovertemplate="n = %{customdata}<br>predicted %{x:.2f}<br>observed %{y:.2f}<extra></extra>",
    )


def _ticks(frame: pd.DataFrame, models: Sequence[str], theme: Theme) -> list[go.Scatter]:
    """A row of ticks per model, or of one model by LNM."""
    if len(models) == 1:
        parts = [(LNM_NAMES[k], LNM[k], models[0], frame[frame["lnm"] == k]) for k in (1, 0)]
    else:
        parts = [(m, model_colour(m, theme), m, frame) for m in models]
    return [
        _tick_row(name, colour, rows["patient"], rows[model], TOP - i * STEP)
        for i, (name, colour, model, rows) in enumerate(parts)
    ]


def _tick_row(name: str, colour: str, codes: pd.Series, at: pd.Series, y: float) -> go.Scatter:
    return go.Scatter(
        x=at, y=[y] * len(at), ids=codes, mode="markers", name=f"patients: {name}", showlegend=False,
        marker={"symbol": "line-ns", "size": 9, "color": colour, "line": {"color": colour, "width": 1.3}},
        hovertemplate=f"%{{id}}<br>{name}<br>predicted %{{x:.2f}}<extra></extra>",
    )  # fmt: skip
