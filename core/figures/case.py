"""One case: the box around its tumour, its place and interval, the features that pushed its signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.figures.palette import LNM, LNM_NAMES, Theme, style, tint
from core.figures.place import place_figure
from core.figures.slices import Slice, phases_figure
from core.figures.text import number

Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """A plane with the edges of the box in it, in pixels: left, top, right, bottom; None outside the box."""

    plane: Slice
    edges: Edges | None


def box_figure(views: Sequence[View], theme: Theme, height: int = 340) -> go.Figure:
    """Planes side by side, the tumour outlined, the box drawn."""
    figure = phases_figure([view.plane for view in views], theme, height)
    for column, view in enumerate(views, start=1):
        if view.edges is None:
            continue
        left, top, right, bottom = view.edges
        across, down = view.plane.col_mm, view.plane.row_mm
        figure.add_shape(
            type="rect", x0=left * across, x1=right * across, y0=top * down, y1=bottom * down,
            line={"color": "#ffd400", "width": 1.6}, row=1, col=column,
        )  # fmt: skip
    return figure


def among_figure(predictions: pd.DataFrame, case: dict[str, Any], theme: Theme) -> go.Figure:
    """The case among the training patients, and as the resampled models see it.

    Args:
        predictions: [lnm, DLRN] of the training patients, out-of-fold.
        case: ``Prediction.as_dict()``: probability, its low and high, cutoff, resampled.
        theme: light or dark.
    """
    figure = place_figure(predictions, case["probability"], theme)
    figure.add_vline(x=case["cutoff"], line={"color": theme.quiet, "width": 1, "dash": "dot"})
    figure.add_annotation(
        x=case["cutoff"], y=0, yref="paper", yanchor="bottom", xanchor="left", xshift=3, showarrow=False,
        text=f"cut-off {number(case['cutoff'])}", font={"size": 12, "color": theme.quiet},
    )  # fmt: skip
    if case["resampled"]:
        _resampled(figure, case, theme)
    return figure


def _resampled(figure: go.Figure, case: dict[str, Any], theme: Theme) -> None:
    low, high, values = case["probability_low"], case["probability_high"], case["resampled"]
    figure.add_trace(
        go.Box(
            x=values, y=[2] * len(values), orientation="h", boxpoints="all", jitter=0.7, pointpos=0,
            fillcolor="rgba(0,0,0,0)", line={"color": "rgba(0,0,0,0)"}, showlegend=False,
            marker={"color": theme.accent, "size": 5, "opacity": 0.6}, name="resampled models",
            hovertemplate="%{x:.2f}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_shape(
        type="rect", x0=low, x1=high, y0=1.68, y1=2.32, line={"width": 0},
        fillcolor=tint(theme.accent, 0.16), layer="below",
    )  # fmt: skip
    names = [*figure.layout.yaxis.ticktext, f"This case, by<br>{len(values)} resampled models"]
    figure.update_yaxes(tickvals=[0, 1, 2], ticktext=names, range=[-0.6, 2.6])
    figure.update_layout(height=320)


def pushes_figure(contributions: pd.DataFrame, theme: Theme, height: int = 0) -> go.Figure:
    """Bars of the features that pushed the radiomics signature most, the largest on top.

    Args:
        contributions: [feature, value, z, contribution], largest magnitude first.
        theme: light or dark.
        height: 0 for as high as its bars need.
    """
    places = pd.Series(range(len(contributions))[::-1], index=contributions.index)
    figure = go.Figure()
    for lnm, side in ((1, contributions["contribution"] > 0), (0, contributions["contribution"] <= 0)):
        rows = contributions[side]
        figure.add_bar(
            x=rows["contribution"], y=places[side], orientation="h", width=0.66,
            marker={"color": LNM[lnm]}, name=f"towards {LNM_NAMES[lnm]}",
            customdata=rows[["feature", "value", "z"]].to_numpy(),
            hovertemplate="%{customdata[0]}<br>value %{customdata[1]:.4g}, z %{customdata[2]:.2f}"
            "<br>%{x:+.4f}<extra></extra>",
        )  # fmt: skip
    widest = 1.08 * (float(contributions["contribution"].abs().max()) or 1.0)
    figure.update_xaxes(title_text="Change of the radiomics signature", range=[-widest, widest], nticks=6)
    labels = [f"{r.feature} ({number(r.z, 1)} SD)" for r in contributions.itertuples()]
    figure.update_yaxes(tickvals=places, ticktext=labels, showgrid=False)
    figure.add_vline(x=0, line={"color": theme.quiet, "width": 1})
    style(figure, theme, height or 100 + 24 * len(contributions), top=34)
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    figure.update_yaxes(showline=False, ticks="", tickfont={"color": theme.ink, "size": 12})
    return figure
