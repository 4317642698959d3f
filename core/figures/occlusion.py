"""The patch of a deep signature with what hiding its places changes."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import sample_colorscale

from core.figures.palette import DIVERGING, Theme
from core.figures.slices import Slice, slice_figure
from core.figures.text import signed

OPAQUE = 0.85
STEPS = 21


def occlusion_figure(shown: Slice, heat: NDArray[np.float64], theme: Theme, height: int = 420) -> go.Figure:
    """The patch in grey, its tumour outlined, under the change in probability; see-through where that is 0.

    Args:
        shown: the patch.
        heat: (m, m) change in P(LNM+) of its cells, top row first.
        theme: light or dark.
        height: px.
    """
    figure = slice_figure(shown, theme, height)
    rows, columns = (n * mm for n, mm in zip(shown.image.shape, (shown.row_mm, shown.col_mm), strict=True))
    high, wide = rows / heat.shape[0], columns / heat.shape[1]
    most = float(np.abs(heat).max()) or 0.01
    marks = [most * k / 2 for k in range(-2, 3)]
    bar = {"thickness": 11, "outlinewidth": 0, "x": 1.02, "xanchor": "left", "tickvals": marks}
    bar |= {"title": {"text": "change in P(LNM+)", "side": "right"}, "tickfont": {"color": theme.quiet}}
    bar |= {"len": 0.88, "y": 0, "yanchor": "bottom"}
    bar |= {"ticktext": [signed(mark, 2 if most > 0.1 else 3) for mark in marks]}
    figure.add_heatmap(
        z=heat, x0=wide / 2, dx=wide, y0=high / 2, dy=high, zmin=-most, zmax=most, colorscale=_veil(),
        colorbar=bar, hovertemplate="hidden here: %{z:+.3f}<extra></extra>", name="change",
    )  # fmt: skip
    return figure


def _veil() -> list[tuple[float, str]]:
    """The diverging scale, the more see-through the nearer to its middle."""
    places = np.linspace(0, 1, STEPS)
    colours = sample_colorscale(DIVERGING, list(places))
    return [
        (float(t), c.replace("rgb(", "rgba(").replace(")", f", {OPAQUE * abs(2 * t - 1):.3f})"))
        for t, c in zip(places, colours, strict=True)
    ]
