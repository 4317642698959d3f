"""The gene dendrogram over its module colours."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.module_colours import module_colour
from core.figures.palette import Theme, style

Line = NDArray[np.float64]
TREE, BAR = (0.2, 1.0), (0.0, 0.17)  # shares of the height


def dendrogram_figure(x: Line, y: Line, strips: pd.DataFrame, chosen: str, theme: Theme) -> go.Figure:
    """Dendrogram as one line, module colours below, and under them the chosen module alone.

    Args:
        x: leaf positions of the line, NaN between strokes.
        y: heights (1 - TOM).
        strips: [start, end, module] of the colour bar, in leaf positions.
        chosen: module that is picked out in the lower bar.
        theme: light or dark.
    """
    figure = go.Figure(_tree(x, y, theme))
    figure.add_trace(_bar(strips, chosen))
    leaves = int(strips["end"].max())
    style(figure, theme, 430, top=12)
    figure.update_xaxes(
        range=[-0.5, leaves - 0.5], anchor="y2", showgrid=False, showline=False, ticks="",
        showticklabels=False, title_text=f"Genes in the order of the tree, n = {leaves:,}",
    )  # fmt: skip
    frame = {"color": theme.quiet, "width": 0.6}
    figure.add_shape(type="rect", x0=-0.5, x1=leaves - 0.5, y0=0.5, y1=1.5, yref="y2", line=frame)
    figure.update_layout(
        yaxis={"domain": TREE, "title": {"text": "Height (1 - TOM)"}, "showgrid": False},
        yaxis2={
            "domain": BAR, "tickvals": [0, 1], "ticktext": [chosen, "Modules"], "range": [-0.5, 1.5],
            "showgrid": False, "zeroline": False, "showline": False, "ticks": "", "automargin": True,
            "tickfont": {"color": theme.ink, "size": 12}, "fixedrange": True,
        },
    )  # fmt: skip
    return figure


def _tree(x: Line, y: Line, theme: Theme) -> go.Scatter:
    line = {"color": theme.ink, "width": 0.8}
    # Half the bytes: a screen has no use for more than seven digits.
    short = {"x": x.astype(np.float32), "y": y.astype(np.float32)}
    return go.Scatter(**short, mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _bar(strips: pd.DataFrame, chosen: str) -> go.Heatmap:
    names = list(dict.fromkeys(strips["module"]))
    codes = strips["module"].map({name: i for i, name in enumerate(names)}).to_numpy(dtype=np.float32)
    alone = np.where(strips["module"] == chosen, codes, np.nan).astype(np.float32)
    scale = []
    for i, name in enumerate(names):
        scale += [[i / len(names), module_colour(name)], [(i + 1) / len(names), module_colour(name)]]
    edges = np.append(strips["start"], strips["end"].iloc[-1]).astype(np.float32) - 0.5
    return go.Heatmap(
        x=edges, y=[0, 1], z=np.stack([alone, codes]), yaxis="y2", colorscale=scale, showscale=False,
        zmin=-0.5, zmax=len(names) - 0.5, text=[list(strips["module"])] * 2, hoverongaps=False,
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip
