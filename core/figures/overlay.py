"""A slice with a map of enhancement in colours over its greys."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.palette import Theme
from core.figures.slices import Slice, slice_figure

SCALE = "Viridis"  # perceptually uniform, and told apart without red and green


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """``values`` (rows, columns) of a map, NaN where nothing is drawn; ``title`` of the bar, with the unit.

    ``top``: the value of the brightest colour; 0 has the darkest.
    """

    values: NDArray[np.float32]
    title: str
    top: float


def overlay_figure(shown: Slice, colours: Colours, theme: Theme, height: int = 560) -> go.Figure:
    """The slice, the map over it with its colour bar, the outline on top."""
    figure = slice_figure(shown, theme, height)
    where = np.argwhere(np.isfinite(colours.values))
    low, high = (where.min(0), where.max(0) + 1) if len(where) else (np.zeros(2, int), np.ones(2, int))
    part = colours.values[low[0] : high[0], low[1] : high[1]]  # the rest holds nothing to draw
    name = colours.title.split(" ")[0]
    figure.add_heatmap(
        z=np.round(part, 2), x0=(low[1] + 0.5) * shown.col_mm, dx=shown.col_mm,
        y0=(low[0] + 0.5) * shown.row_mm, dy=shown.row_mm, zmin=0, zmax=colours.top, colorscale=SCALE,
        hoverongaps=False, hovertemplate=f"{name} %{{z:.4g}}<extra></extra>", name=name,
        colorbar={
            "title": {"text": colours.title, "side": "top"}, "thickness": 13, "len": 0.62, "x": 1.0,
            "xanchor": "left", "y": 1, "yanchor": "top", "outlinewidth": 0, "nticks": 6,
            "tickcolor": theme.quiet, "ticks": "outside", "ticklen": 4,
        },
    )  # fmt: skip
    grey, *lines, heat = figure.data
    figure.data = ()
    return figure.add_traces([grey, heat, *lines])
