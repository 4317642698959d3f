"""The lesion as the texture classes see it: a volume of grey levels with a border, and directions in it."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

# One of each pair of opposite neighbours, z, y, x.
DIRECTIONS = np.array([d for d in product((-1, 0, 1), repeat=3) if d > (0, 0, 0)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Region:
    """A lesion's voxels in C order within its bounding box, which has a border of one voxel.

    ``shape``: of the box with its border. ``voxels``: flat indices, int64. ``steps``: what leads to the next
    voxel along each of the 13 directions. ``meets``: directions in which some line holds two voxels of it.
    """

    shape: tuple[int, int, int]
    voxels: NDArray[np.int64]
    steps: NDArray[np.int64]
    meets: NDArray[np.bool_]

    @property
    def longest(self) -> int:
        """No run of voxels is longer."""
        return max(self.shape) - 2

    def volume(self, ranks: NDArray[np.int32]) -> NDArray[np.int32]:
        """Flat volume of grey-level ranks, -1 outside the lesion."""
        volume = np.full(int(np.prod(self.shape)), -1, dtype=np.int32)
        volume[self.voxels] = ranks
        return volume


def region_of(lesion: NDArray[np.bool_]) -> Region:
    """Region of a boolean array that is cut to the lesion's bounding box."""
    bordered = np.pad(lesion, 1)
    z, y, x = bordered.shape
    steps = DIRECTIONS @ np.array([y * x, x, 1])
    flat = bordered.ravel()
    voxels = np.flatnonzero(flat)
    meets = [
        bool(flat[voxels + s].any()) or _shares_line(lesion, d)
        for s, d in zip(steps, DIRECTIONS, strict=True)
    ]
    return Region((z, y, x), voxels, steps, np.array(meets))


def _shares_line(lesion: NDArray[np.bool_], direction: NDArray[np.int64]) -> bool:
    """Whether two voxels, however far apart, lie on one line along the direction."""
    places = np.argwhere(lesion)
    axis = int(np.flatnonzero(direction)[0])
    along = places[:, axis] * direction[axis]
    feet = places - along[:, None] * direction
    return len(np.unique(feet, axis=0)) < len(feet)
