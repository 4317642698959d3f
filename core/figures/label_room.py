"""Where the names of points find room: clear of the other points, and of the names placed before."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# Plotly's text positions: which way the middle of a name lies from its point, y upwards; best first.
SIDES = {
    "top center": (0, 1), "bottom center": (0, -1), "middle right": (1, 0), "middle left": (-1, 0),
    "top right": (1, 1), "top left": (-1, 1), "bottom right": (1, -1), "bottom left": (-1, -1),
}  # fmt: skip
LETTER, LINE, GAP = 0.65, 1.25, 2.0  # width of a letter and height of a line in font sizes; pixels between


def label_room(
    points: ArrayLike, sizes: ArrayLike, names: Sequence[str], order: Iterable[int], font: float
) -> list[str | None]:
    """Text position of each name, None where it finds no room.

    Args:
        points: middles (n, 2) of the points in pixels, y upwards.
        sizes: their diameters (n,) in pixels.
        names: their names.
        order: who chooses first.
        font: size of the letters in pixels.
    """
    middle, half = np.asarray(points, dtype=np.float64), np.asarray(sizes, dtype=np.float64) / 2
    discs = np.hstack([middle - half[:, None], middle + half[:, None]])
    found: list[str | None] = [None] * len(names)
    placed = np.empty((0, 4))
    for i in order:
        taken = np.vstack([np.delete(discs, i, axis=0), placed])
        extent = np.array([LETTER * font * len(names[i]), LINE * font])
        for side, way in SIDES.items():
            box = _box(middle[i], half[i], extent, np.array(way, dtype=np.float64))
            if not _meets(box, taken):
                found[i], placed = side, np.vstack([placed, box])
                break
    return found


def _box(point: Floats, radius: float, extent: Floats, way: Floats) -> Floats:
    """(left, bottom, right, top) of a name on this side of its point."""
    centre = point + way * (radius + GAP + extent / 2)
    return np.concatenate([centre - extent / 2, centre + extent / 2])


def _meets(box: Floats, others: Floats) -> bool:
    """Whether it overlaps any of the other boxes (n, 4)."""
    return bool(((others[:, :2] < box[2:]) & (others[:, 2:] > box[:2])).all(axis=1).any())
