"""Slices of DCE-MRI with the tumour's outline: one slice with its scale, the phases side by side."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image
from plotly.subplots import make_subplots

from core.figures.palette import Theme, style

OUTLINE = "#00dcff"  # seen on fat, on gland and on an enhancing lesion
BARS_MM = (1, 2, 5, 10, 20, 50, 100)
WHITE = "#ffffff"
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Slice:
    """One windowed slice (uint8, rows x columns), its mask, and the size of a pixel in mm.

    ``edges``: letters at the left, right, top and bottom; ``note``, ``hover``: texts in and over a tile.
    """

    image: Pixels
    mask: Pixels
    row_mm: float
    col_mm: float
    title: str = ""
    lnm: int | None = None
    edges: tuple[str, str, str, str] | None = None
    note: str = ""
    hover: str = ""


def slice_figure(shown: Slice, theme: Theme, height: int = 560) -> go.Figure:
    """One slice in mm with the outline of the mask, a scale bar, and letters of orientation if known."""
    figure = go.Figure()
    _draw(figure, shown, 1, 1)
    _scale(figure, shown)
    _letters(figure, shown)
    # No plotly title: a saved file has its line of provenance in that place.
    figure.add_annotation(
        text=shown.title, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", yshift=4,
        showarrow=False, font={"size": 13.5},
    )  # fmt: skip
    style(figure, theme, height, top=34 if shown.title else 8)
    _image_axes(figure)
    return figure


def bar_mm(width_mm: float) -> float:
    """Length of the scale bar: the longest round one that takes a quarter of the width at most."""
    return float(max((b for b in BARS_MM if b <= width_mm / 4), default=BARS_MM[0]))


def _scale(figure: go.Figure, shown: Slice) -> None:
    height, width = shown.image.shape[0] * shown.row_mm, shown.image.shape[1] * shown.col_mm
    length, right, low = bar_mm(width), 0.97 * width, 0.965 * height
    figure.add_shape(
        type="line", x0=right - length, x1=right, y0=low, y1=low, line={"color": WHITE, "width": 3}
    )
    figure.add_annotation(
        text=f"{length:g} mm", x=right - length / 2, y=low, yanchor="bottom", showarrow=False,
        font={"color": WHITE, "size": 12.5},
    )  # fmt: skip


def _letters(figure: go.Figure, shown: Slice) -> None:
    height, width = shown.image.shape[0] * shown.row_mm, shown.image.shape[1] * shown.col_mm
    places = ((0.02, 0.5), (0.98, 0.5), (0.5, 0.025), (0.5, 0.975))
    anchors = (("left", "middle"), ("right", "middle"), ("center", "top"), ("center", "bottom"))
    for letter, (x, y), (across, along) in zip(shown.edges or (), places, anchors, strict=False):
        figure.add_annotation(
            text=f"<b>{letter}</b>", x=x * width, y=y * height, xanchor=across, yanchor=along,
            showarrow=False, font={"color": WHITE, "size": 14}, bgcolor="rgba(0,0,0,0.45)",
        )  # fmt: skip


def phases_figure(phases: Sequence[Slice], theme: Theme, height: int = 380) -> go.Figure:
    """The same slice in every DCE phase, side by side on one grey scale."""
    titles = [phase.title for phase in phases]
    figure = make_subplots(rows=1, cols=len(phases), subplot_titles=titles, horizontal_spacing=0.01)
    for column, note in enumerate(figure.layout.annotations, start=1):
        left = figure.get_subplot(1, column).xaxis.domain[0]
        note.update(x=left, xanchor="left", font={"size": 13.5})
    for column, phase in enumerate(phases, start=1):
        _draw(figure, phase, 1, column)
    style(figure, theme, height)
    _image_axes(figure)
    return figure


def _draw(figure: go.Figure, shown: Slice, row: int, column: int) -> None:
    place = {"x0": shown.col_mm / 2, "dx": shown.col_mm, "y0": shown.row_mm / 2, "dy": shown.row_mm}
    panel = {"row": row, "col": column} if figure._has_subplots() else {}
    figure.add_trace(go.Image(source=data_uri(shown.image, "png"), hoverinfo="skip", **place), **panel)
    if shown.mask.any():
        figure.add_trace(_outline(shown), **panel)


def _outline(shown: Slice) -> go.Contour:
    """The border of the mask as vector lines, from the part of the slice that holds it."""
    where = np.argwhere(shown.mask > 0)
    low, high = np.maximum(where.min(0) - 1, 0), where.max(0) + 2
    part = np.pad(shown.mask[low[0] : high[0], low[1] : high[1]] > 0, 1).astype(np.uint8)
    return go.Contour(
        z=part,
        x0=(low[1] - 0.5) * shown.col_mm,
        dx=shown.col_mm,
        y0=(low[0] - 0.5) * shown.row_mm,
        dy=shown.row_mm,
        contours={"start": 0.5, "end": 0.5, "size": 1, "coloring": "none"},
        line={"color": OUTLINE, "width": 2, "smoothing": 0},
        showscale=False,
        hoverinfo="skip",
        name="tumour",
        showlegend=False,
    )


def _image_axes(figure: go.Figure) -> None:
    figure.update_xaxes(visible=False, constrain="domain", constraintoward="left")
    figure.update_yaxes(visible=False, constrain="domain", constraintoward="top")


def data_uri(pixels: Pixels, kind: str, **options: int) -> str:
    """Pixels as the address of a PNG or JPEG that holds them."""
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, format=kind, **options)
    return f"data:image/{kind};base64," + base64.b64encode(stream.getvalue()).decode()
