"""An eigengene or a gene against one trait: boxes for two groups, a scatter for numbers; points: patients."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.families import MODELS
from core.figures.palette import LNM, LNM_NAMES, Theme, model_colour, style, tint

HEIGHT = 380
HIGH_RISK = " high risk"


def group_names(trait: str) -> tuple[str, str]:
    """What 0 and 1 of a two-valued trait are called."""
    if trait == "LNM":
        return LNM_NAMES[0], LNM_NAMES[1]
    return ("low risk", "high risk") if trait.endswith(HIGH_RISK) else ("no", "yes")


def pair_figure(
    points: pd.DataFrame,
    title: str,
    trait: str,
    line: tuple[float, float],
    lnm: dict[str, int],
    theme: Theme,
) -> go.Figure:
    """What patients have of something, the eigengene of a module for example, against a trait.

    Args:
        points: [patient, trait, eigengene].
        title: what stands in ``eigengene``, as the axis names it.
        trait: name of the trait; values 0 and 1 alone make it boxes.
        line: slope and intercept of the regression line, NaN for none.
        lnm: LNM of each patient, the colour of a point.
        theme: light or dark.
    """
    if points["trait"].isin([0, 1]).all():
        figure = _boxes(points, trait, theme)
    else:
        figure = _scatter(points, lnm)
        if np.isfinite(line[0]):
            figure.add_trace(_line(points["trait"], *line, theme))
        figure.update_xaxes(title_text=f"{trait} (years)" if trait == "Age" else f"{trait}{_unit(trait)}")
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    figure.update_yaxes(title_text=title)
    return style(figure, theme, HEIGHT, top=30)


def _unit(trait: str) -> str:
    return " signature (out-of-fold probability)" if trait in MODELS else ""


def _boxes(points: pd.DataFrame, trait: str, theme: Theme) -> go.Figure:
    figure = go.Figure()
    colours = (LNM[0], LNM[1]) if trait == "LNM" else (theme.quiet, _risk_colour(trait, theme))
    for value, (name, colour) in enumerate(zip(group_names(trait), colours, strict=True)):
        rows = points[points["trait"] == value]
        label = f"{name}<br>n = {len(rows)}"
        figure.add_trace(
            go.Box(
                x=[label] * len(rows), y=rows["eigengene"], ids=list(rows["patient"]), name=label,
                boxpoints="all", jitter=0.5, pointpos=0, line={"color": colour, "width": 1.2},
                fillcolor=tint(colour, 0.12), marker={"color": colour, "size": 6, "opacity": 0.8},
                hovertemplate="%{id}<br>%{y:.3f}<extra></extra>", showlegend=False,
            )
        )  # fmt: skip
    figure.update_xaxes(title_text=trait)
    return figure


def _risk_colour(trait: str, theme: Theme) -> str:
    return model_colour(trait.removesuffix(HIGH_RISK), theme)


def _scatter(points: pd.DataFrame, lnm: dict[str, int]) -> go.Figure:
    figure = go.Figure()
    label = points["patient"].map(lnm)
    for value in (0, 1):
        rows = points[label == value]
        figure.add_scatter(
            x=rows["trait"], y=rows["eigengene"], ids=list(rows["patient"]), mode="markers",
            name=f"{LNM_NAMES[value]}, n = {len(rows)}",
            marker={"color": LNM[value], "size": 7, "opacity": 0.8},
            hovertemplate="%{id}<br>%{x:.3g}, %{y:.3f}<extra></extra>",
        )  # fmt: skip
    return figure


def _line(x: pd.Series, slope: float, intercept: float, theme: Theme) -> go.Scatter:
    ends = np.array([x.min(), x.max()])
    return go.Scatter(
        x=ends, y=intercept + slope * ends, mode="lines", line={"color": theme.ink, "width": 1.4},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip
