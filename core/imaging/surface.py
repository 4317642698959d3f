"""The tumour's surface in mm, by marching cubes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from skimage.measure import marching_cubes

from core.checks import bounding_box
from core.errors import MaskError
from core.imaging.masks import read_mask
from core.imaging.reading import read_image
from core.imaging.volumes import read_volume

MOST_FACES = 30_000
STEPS = (1, 2, 4, 8)  # voxels between the points of the grid


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """Triangles of a closed surface.

    ``vertices`` (n, 3): mm to the patient's left, back and head (LPS), from the centre of the tumour's
    box; ``faces`` (m, 3): vertex numbers; ``volume_mm3``: enclosed; ``voxel_mm3``: of the mask's voxels;
    ``plane`` (4, 3): corners of a slice through it, empty where none was asked for; ``direction``: nine
    cosines of the mask's axes.
    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int32]
    volume_mm3: float
    voxel_mm3: float
    plane: NDArray[np.float32]
    direction: tuple[float, ...]


def read_surface(mask: Path, index: int | None = None, label: int = 1, image: Path | None = None) -> Surface:
    """``surface`` of a file; a mask that brings no grid of its own needs its ``image``.

    Raises ImageError (IMAGE-* and those of ``read_mask``) or MaskError (MASK-EMPTY).
    """
    drawn = read_volume(mask) if image is None else read_mask(mask, read_image(image)[0])[0]
    return surface(drawn, index, label)


def surface(mask: sitk.Image, index: int | None = None, label: int = 1) -> Surface:
    """Surface half-way between tumour and background voxels, not smoothed.

    Args:
        mask: any grid; its direction is applied.
        index: slice along the third axis whose plane is to be marked.
        label: the tumour.

    Raises:
        MaskError: MASK-EMPTY where no voxel has the label.
    """
    lesion = sitk.GetArrayViewFromImage(mask) == label
    if not lesion.any():
        raise MaskError("MASK-EMPTY", f"The mask must hold voxels of label {label}", "none")
    box = bounding_box(lesion)
    start, stop = (np.array([getattr(s, end) for s in box], dtype=float) for end in ("start", "stop"))
    centre, to_mm = (start + stop - 1) / 2, _matrix(mask)
    corners, faces = _cubes(lesion[box])
    vertices = (corners + start - centre) @ to_mm
    return Surface(
        vertices=vertices.astype(np.float32),
        faces=faces.astype(np.int32),
        volume_mm3=_volume(vertices, faces),
        voxel_mm3=float(lesion.sum() * np.prod(mask.GetSpacing())),
        plane=_plane(index, start, stop, centre, to_mm),
        direction=tuple(mask.GetDirection()),
    )


def _cubes(lesion: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Vertices (z, y, x) in voxels; a coarser grid where the triangles would be too many to draw."""
    room = STEPS[-1]  # of background all around: the surface is closed at every step
    part = np.pad(lesion, room).astype(np.float32)
    for step in STEPS:
        vertices, faces, _, _ = marching_cubes(part, 0.5, step_size=step)
        if len(faces) <= MOST_FACES:
            break
    return vertices.astype(float) - room, faces


def _matrix(mask: sitk.Image) -> NDArray[np.float64]:
    """(3, 3): row vectors (z, y, x) in voxels times it are (x, y, z) in mm of the patient."""
    axes = np.array(mask.GetDirection()).reshape(3, 3) * np.array(mask.GetSpacing())
    return np.ascontiguousarray(axes.T[::-1])


def _volume(vertices: NDArray[np.float64], faces: NDArray[np.int64]) -> float:
    """Divergence theorem over the triangles."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    return float(abs(np.einsum("ij,ij->", a, np.cross(b, c))) / 6)


def _plane(
    index: int | None,
    start: NDArray[np.float64],
    stop: NDArray[np.float64],
    centre: NDArray[np.float64],
    to_mm: NDArray[np.float64],
) -> NDArray[np.float32]:
    if index is None:
        return np.empty((0, 3), dtype=np.float32)
    (_, y0, x0), (_, y1, x1) = start - 1, stop
    corners = np.array([(index, y0, x0), (index, y0, x1), (index, y1, x1), (index, y1, x0)], dtype=float)
    return ((corners - centre) @ to_mm).astype(np.float32)
