"""One tumour: its key slice with the patch's frame, its surface in 3D, its enhancement over the phases."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.palette import FONT, Theme, style, tint
from core.figures.slices import OUTLINE, Slice, slice_figure

Box = tuple[float, float, float, float]


def key_slice_figure(shown: Slice, box: Box, theme: Theme, height: int = 350) -> go.Figure:
    """The key slice with the tumour's outline and the frame of the patch.

    Args:
        shown: the slice.
        box: top, left, bottom, right edge of the patch in pixels of the slice.
        theme: light or dark.
        height: px.
    """
    figure = slice_figure(shown, theme, height)
    top, left, bottom, right = box
    figure.add_shape(
        type="rect", x0=left * shown.col_mm, x1=right * shown.col_mm, y0=top * shown.row_mm,
        y1=bottom * shown.row_mm, line={"color": "#ffffff", "width": 1.2, "dash": "dot"},
    )  # fmt: skip
    return figure


def surface_figure(
    vertices: NDArray[np.float32],
    faces: NDArray[np.int32],
    plane: NDArray[np.float32],
    theme: Theme,
    height: int = 350,
) -> go.Figure:
    """The tumour in 3D, to be turned, with the plane of its key slice.

    Args:
        vertices: (n, 3), mm to the patient's left, back and head.
        faces: (m, 3) vertex numbers.
        plane: (4, 3) corners of the key slice's plane, in the same mm; empty: none.
        theme: light or dark.
        height: px.
    """
    light = {"ambient": 0.45, "diffuse": 0.8, "specular": 0.15, "roughness": 0.7}
    figure = go.Figure(_mesh(vertices, faces, color=OUTLINE, lighting=light, hoverinfo="skip"))
    if len(plane):
        sides = np.array([(0, 1, 2), (0, 2, 3)])
        figure.add_trace(_mesh(plane, sides, color=theme.accent, opacity=0.22, hoverinfo="skip"))
    axis = {
        "backgroundcolor": "rgba(0,0,0,0)", "gridcolor": theme.rule, "color": theme.quiet,
        "zeroline": False, "tickfont": {"size": 10.5}, "nticks": 5,
    }  # fmt: skip
    names = {"xaxis": "right - left (mm)", "yaxis": "front - back (mm)", "zaxis": "feet - head (mm)"}
    axes = {name: {**axis, "title": {"text": text, "font": {"size": 11.5}}} for name, text in names.items()}
    # An oblique view from the patient's front, head up.
    camera = {"eye": {"x": -1.4, "y": -1.95, "z": 0.9}, "up": {"x": 0, "y": 0, "z": 1}}
    return figure.update_layout(
        template=go.layout.Template(), height=height, margin={"l": 0, "r": 0, "t": 0, "b": 0},
        font={"family": FONT, "size": 13, "color": theme.ink}, paper_bgcolor="rgba(0,0,0,0)",
        scene={**axes, "aspectmode": "data", "camera": camera, "dragmode": "orbit"}, showlegend=False,
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": theme.quiet, "activecolor": theme.accent},
    )  # fmt: skip


def _mesh(vertices: NDArray[Any], faces: NDArray[Any], **look: Any) -> go.Mesh3d:
    (x, y, z), (i, j, k) = vertices.T, faces.T
    return go.Mesh3d(x=x, y=y, z=z, i=i, j=j, k=k, **look)


def kinetics_figure(table: pd.DataFrame, titles: Mapping[int, str], theme: Theme) -> go.Figure:
    """Enhancement of the tumour over the phases: its mean, and median and quartiles of its voxels.

    Args:
        table: [phase, enhancement, median, q1, q3, n], in % of the first phase.
        titles: of the phases.
        theme: light or dark.
    """
    x = [titles[phase] for phase in table["phase"]]
    figure = go.Figure()
    ends = [*table["q3"], *table["q1"][::-1]]
    figure.add_scatter(
        x=[*x, *x[::-1]], y=ends, fill="toself", mode="none", fillcolor=tint(theme.accent, 0.16),
        name="quartiles of the voxels", hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=table["median"], mode="lines+markers", name="median of the voxels",
        line={"color": theme.accent, "width": 2.2}, marker={"size": 8}, customdata=table[["q1", "q3"]],
        hovertemplate="median %{y:.0f}% (%{customdata[0]:.0f} to %{customdata[1]:.0f}%)<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=x, y=table["enhancement"], mode="markers", name="mean signal of the tumour",
        marker={"symbol": "circle-open", "size": 10, "color": theme.ink, "line": {"width": 1.8}},
        hovertemplate="mean signal %{y:.0f}%<extra></extra>",
    )  # fmt: skip
    figure.update_layout(legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"})
    figure.update_yaxes(title_text="Enhancement (% of pre-contrast)", rangemode="tozero")
    style(figure, theme, 330, top=34)
    figure.update_xaxes(tickfont={"color": theme.ink, "size": 12.5}, showgrid=False)
    return figure
