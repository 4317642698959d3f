"""Key slices of many patients as tiles in full rows, each tile a mark that can be clicked."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from core.figures.palette import LNM, Theme, style
from core.figures.slices import OUTLINE, Pixels, Slice, data_uri

WIDTH, GAP, TITLE = 1010, 8, 25  # in units of the axes: pixels of a window 1440 wide
COLUMNS, ROWS = 6, 4
FEWEST = 4  # fewer tiles than that do not fill their row: they would grow out of the window
BAR_MM = 20.0
DENSITY = 2  # pixels of a tile per pixel of the screen
Box = tuple[float, float, float]  # left, top, side


def page_sizes(count: int, columns: int = COLUMNS, rows: int = ROWS) -> list[int]:
    """Tiles on each page such that all rows are full: they differ by one tile, pages by one row."""
    lengths = row_lengths(count, columns)
    per_page = _shares(len(lengths), -(-len(lengths) // rows))
    ends = np.cumsum([0, *per_page])
    return [sum(lengths[a:b]) for a, b in zip(ends, ends[1:], strict=False)]


def row_lengths(count: int, columns: int = COLUMNS) -> list[int]:
    """Tiles in each row, at most ``columns``, the longer rows first."""
    return _shares(count, -(-count // columns))


def _shares(count: int, parts: int) -> list[int]:
    return [count // parts + (k < count % parts) for k in range(parts)]


def gallery_figure(slices: Sequence[Slice], theme: Theme, selected: Collection[str] = ()) -> go.Figure:
    """Square tiles around each tumour, outlined, with a 20 mm bar; the rows fill the width.

    Args:
        slices: title = patient code, note = a text in the tile, hover = what is said of it.
        theme: light or dark.
        selected: codes of the patients whose tiles get a frame.
    """
    boxes = _boxes(len(slices))
    tiles = [_tile(shown, box) for shown, box in zip(slices, boxes, strict=True)]
    images, bars = ([tile[part] for tile in tiles] for part in ("image", "bar"))
    figure = go.Figure(_marks(slices, boxes, selected, theme))
    figure.update_layout(images=images, shapes=bars, annotations=[a for t in tiles for a in t["texts"]])
    figure.update_xaxes(visible=False, range=[-2, WIDTH + 2], constrain="domain", constraintoward="left")
    bottom = max((top + side for _, top, side in boxes), default=0)
    figure.update_yaxes(
        visible=False, range=[bottom + 3, -TITLE], scaleanchor="x", constrain="domain", constraintoward="top"
    )
    style(figure, theme, round(bottom + TITLE + 36), top=30)
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    figure.update_layout(margin={"l": 0, "r": 0, "b": 2}, showlegend=False, hovermode="closest")
    return figure


def _boxes(count: int) -> list[Box]:
    boxes, top = [], 0.0
    for length in row_lengths(count):
        side = (WIDTH + GAP) / max(length, FEWEST if count < FEWEST else 1) - GAP
        boxes += [(k * (side + GAP), top, side) for k in range(length)]
        top += side + TITLE + 3
    return boxes


def _tile(shown: Slice, box: Box) -> dict[str, Any]:
    """Picture, texts and bar (tiles differ in their field of view) at a place of the gallery."""
    left, top, side = box
    pixels, field = thumbnail(shown, round(DENSITY * side))
    right, low = left + side - 8, top + side - 9
    sign = "" if shown.lnm is None else f" <b style='color:{LNM[shown.lnm]}'>LNM{'-+'[shown.lnm]}</b>"
    text = {"showarrow": False, "xanchor": "left", "yanchor": "bottom"}
    note = {"text": shown.note, "font": {"color": "#ffffff", "size": 12}}
    return {
        "image": {
            "source": data_uri(pixels, "jpeg", quality=88, subsampling=0),  # PNG would weigh megabytes
            "x": left, "y": top, "sizex": side, "sizey": side, "xref": "x", "yref": "y", "layer": "below",
            "xanchor": "left", "yanchor": "top",
        },
        "texts": [{"x": left, "y": top, "text": shown.title + sign, **text}]
        + [{"x": left + 2, "y": top + side, **note, **text}] * bool(shown.note),
        "bar": {
            "type": "line", "x0": right - side * BAR_MM / field, "x1": right, "y0": low, "y1": low,
            "line": {"color": "#ffffff", "width": 2.5},
        },
    }  # fmt: skip


def _marks(slices: Sequence[Slice], boxes: list[Box], selected: Collection[str], theme: Theme) -> go.Bar:
    """What is clicked: a see-through bar over each tile, which grows and shrinks with it."""
    frames = [theme.accent if shown.title in selected else "rgba(0,0,0,0)" for shown in slices]
    return go.Bar(
        x=[left + side / 2 for left, _, side in boxes],
        base=[top for _, top, _ in boxes],
        y=[side for _, _, side in boxes],
        width=[side for _, _, side in boxes],
        ids=[shown.title for shown in slices],
        customdata=[shown.title for shown in slices],
        hovertext=[shown.hover for shown in slices],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": "rgba(0,0,0,0)", "line": {"color": frames, "width": 4}},
    )


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
