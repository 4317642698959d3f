"""Slices of DCE-MRI with the tumour's outline: one slice, a gallery, the phases side by side."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image
from plotly.subplots import make_subplots

from core.figures.palette import LNM, Theme, style

OUTLINE = "#00dcff"  # seen on fat, on gland and on an enhancing lesion
DENSITY = 2  # pixels of a tile per pixel of the screen
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Slice:
    """One windowed slice (uint8, rows x columns), its mask, and the size of a pixel in mm."""

    image: Pixels
    mask: Pixels
    row_mm: float
    col_mm: float
    title: str = ""
    lnm: int | None = None


def slice_figure(shown: Slice, theme: Theme, height: int = 560) -> go.Figure:
    """One slice in mm with the outline of the mask."""
    figure = go.Figure()
    _draw(figure, shown, 1, 1)
    figure.update_layout(title={"text": shown.title, "font": {"size": 13.5}, "x": 0.0, "xanchor": "left"})
    style(figure, theme, height, top=34 if shown.title else 8)
    _image_axes(figure)
    return figure


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


def gallery_figure(slices: Sequence[Slice], theme: Theme, columns: int = 6, side: int = 165) -> go.Figure:
    """Square tiles around each tumour, outlined; title and frame have the colour of the label."""
    rows = -(-len(slices) // columns)
    step_x, step_y = side + 8, side + 26
    tiles = [
        _tile(shown, k % columns * step_x, k // columns * step_y, side) for k, shown in enumerate(slices)
    ]
    images, bars, titles = ([tile[part] for tile in tiles] for part in ("image", "bar", "title"))
    figure = go.Figure()
    figure.update_layout(images=images, shapes=bars, annotations=titles)
    figure.update_xaxes(visible=False, range=[0, columns * step_x], constrain="domain")
    figure.update_yaxes(
        visible=False, range=[rows * step_y - 22, -22], scaleanchor="x", constrain="domain",
        constraintoward="top",
    )  # fmt: skip
    return style(figure, theme, rows * step_y + 14, top=4)


def _tile(shown: Slice, x: float, y: float, side: int) -> dict[str, dict[str, Any]]:
    """Picture, title and a 20 mm bar (tiles differ in their field of view) at a place of the gallery."""
    pixels, field = thumbnail(shown, DENSITY * side)
    sign = "" if shown.lnm is None else f" <b style='color:{LNM[shown.lnm]}'>LNM{'-+'[shown.lnm]}</b>"
    right, low = x + side - 8, y + side - 9
    return {
        "image": {
            "source": _jpeg(pixels), "x": x, "y": y, "sizex": side, "sizey": side, "xref": "x", "yref": "y",
            "layer": "below", "xanchor": "left", "yanchor": "top",
        },
        "title": {
            "x": x, "y": y, "text": shown.title + sign, "showarrow": False, "xanchor": "left",
            "yanchor": "bottom",
        },
        "bar": {
            "type": "line", "x0": right - side * 20.0 / field, "x1": right, "y0": low, "y1": low,
            "line": {"color": "#ffffff", "width": 2.5},
        },
    }  # fmt: skip


def thumbnail(shown: Slice, side: int, least_mm: float = 70.0) -> tuple[Pixels, float]:
    """RGB tile (side x side x 3) around the tumour, and the width of its field in mm."""
    where = np.argwhere(shown.mask > 0)
    size = np.array([shown.row_mm, shown.col_mm])
    low, high = (where.min(0), where.max(0) + 1) if len(where) else ([0, 0], shown.image.shape)
    centre, extent = (np.add(low, high) / 2) * size, np.subtract(high, low) * size
    field = max(least_mm, 1.8 * float(extent.max()))
    box = [*((centre - field / 2) / size)[::-1], *((centre + field / 2) / size)[::-1]]
    grey = _resized(shown.image.astype(np.float32), box, side, Image.Resampling.BICUBIC)
    inside = _resized((shown.mask > 0).astype(np.float32), box, side, Image.Resampling.BILINEAR) > 0.5
    tile = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    tile[_edge(inside, DENSITY)] = [int(OUTLINE[i : i + 2], 16) for i in (1, 3, 5)]
    return tile, field


def _draw(figure: go.Figure, shown: Slice, row: int, column: int) -> None:
    place = {"x0": shown.col_mm / 2, "dx": shown.col_mm, "y0": shown.row_mm / 2, "dy": shown.row_mm}
    panel = {"row": row, "col": column} if figure._has_subplots() else {}
    figure.add_trace(go.Image(source=_png(shown.image), hoverinfo="skip", **place), **panel)
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


def _resized(
    values: NDArray[np.float32], box: list[float], side: int, how: Image.Resampling
) -> NDArray[np.float32]:
    # PIL cannot sample outside an image: pad with black to the box first.
    height, width = values.shape
    pad = int(np.ceil(max(0.0, -box[0], -box[1], box[2] - width, box[3] - height)))
    padded = np.pad(values, pad)
    shifted = (box[0] + pad, box[1] + pad, box[2] + pad, box[3] + pad)
    return np.asarray(Image.fromarray(padded).resize((side, side), how, box=shifted))


def _edge(inside: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    core = inside
    for _ in range(width):
        padded = np.pad(core, 1)
        core = core & padded[2:, 1:-1] & padded[:-2, 1:-1] & padded[1:-1, 2:] & padded[1:-1, :-2]
    return inside & ~core


def _png(pixels: Pixels) -> str:
    return _data_uri(pixels, "png")


def _jpeg(pixels: Pixels) -> str:
    """For tiles only: a gallery of PNG weighs megabytes."""
    return _data_uri(pixels, "jpeg", quality=88, subsampling=0)


def _data_uri(pixels: Pixels, kind: str, **options: int) -> str:
    stream = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(stream, format=kind, **options)
    return f"data:image/{kind};base64," + base64.b64encode(stream.getvalue()).decode()
