"""Calibration: observed share of LNM against the predicted probability, one panel per cohort."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import Theme, dash, model_colour, model_width, style
from core.figures.panels import cohort_panels, cohorts_of, legend_in_panel


def calibration_figure(
    calibration: pd.DataFrame, sizes: pd.DataFrame, models: Sequence[str], theme: Theme
) -> go.Figure:
    """Smoothed curves, with groups of patients and their 95% CI when one model is shown.

    Args:
        calibration: [cohort, role, model, kind "group" or "smooth", predicted, observed, low, high, n].
        sizes: [cohort, n, positives].
        models: models to draw.
        theme: light or dark.
    """
    shown = calibration[calibration["model"].isin(models)]
    figure = cohort_panels(shown, sizes)
    for column, (cohort, role) in enumerate(cohorts_of(shown), start=1):
        legend = legend_in_panel(figure, column, x=0.02, y=0.98, xanchor="left", yanchor="top")
        _ideal(figure, column, theme)
        for model in models:
            rows = shown[(shown["cohort"] == cohort) & (shown["model"] == model)]
            figure.add_trace(_smooth(rows, role, model, theme, legend), row=1, col=column)
            if len(models) == 1:
                figure.add_trace(_groups(rows, model, theme, legend), row=1, col=column)
        square = {"scaleanchor": f"x{'' if column == 1 else column}", "constrain": "domain"}
        figure.update_yaxes(title_text="Observed share" if column == 1 else None, **square, row=1, col=column)
    ticks = {"range": [-0.02, 1.02], "tickvals": [0, 0.25, 0.5, 0.75, 1], "constrain": "domain"}
    figure.update_xaxes(title_text="Predicted probability of LNM", constraintoward="left", **ticks)
    figure.update_yaxes(constraintoward="top", **ticks)
    return style(figure, theme, 460)


def _ideal(figure: go.Figure, column: int, theme: Theme) -> None:
    line = {"color": theme.quiet, "width": 1, "dash": "dot"}
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line=line, hoverinfo="skip", showlegend=False, row=1, col=column
    )


def _smooth(rows: pd.DataFrame, role: str, model: str, theme: Theme, legend: str) -> go.Scatter:
    curve = rows[rows["kind"] == "smooth"].sort_values("predicted")
    return go.Scatter(
        x=curve["predicted"],
        y=curve["observed"],
        mode="lines",
        name=model,
        legend=legend,
        line={"color": model_colour(model, theme), "width": model_width(model), "dash": dash(role)},
        hovertemplate=f"<b>{model}</b><br>predicted %{{x:.2f}}<br>observed %{{y:.2f}}<extra></extra>",
    )


def _groups(rows: pd.DataFrame, model: str, theme: Theme, legend: str) -> go.Scatter:
    groups = rows[rows["kind"] == "group"]
    colour = model_colour(model, theme)
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
        legend=legend,
        marker={"color": theme.paper, "size": 9, "line": {"color": colour, "width": 1.8}},
        hovertemplate="n = %{customdata}<br>predicted %{x:.2f}<br>observed %{y:.2f}<extra></extra>",
    )
