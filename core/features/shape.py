"""Shape features: mesh, diameters and axes of the lesion."""

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled

_CORNERS = tuple(product((0, 1), repeat=3))
_HARMLESS = -1e-10  # an eigenvalue between this and 0 is a rounding error


def shape(lesion: NDArray[np.bool_], spacing: tuple[float, ...]) -> dict[str, float]:
    """Features of a boolean array cut to its bounding box; ``spacing`` in mm in the array's axis order."""
    mask = np.pad(lesion, 1)
    mm = np.array(spacing, dtype=float)
    area, volume = _mesh(mask, mm)
    z, y, x = mm
    found = {
        "MeshVolume": volume,
        "VoxelVolume": np.count_nonzero(mask) * (z * x * y),
        "SurfaceArea": area,
        "SurfaceVolumeRatio": area / volume,
        "Sphericity": (36 * np.pi * volume**2) ** (1 / 3) / area,
        **_diameters(mask, mm),
        **_axes(mask, mm),
    }
    return {name: float(value) for name, value in found.items()}


def _mesh(mask: NDArray[np.bool_], mm: NDArray[np.float64]) -> tuple[float, float]:
    """Area (mm2) and volume (mm3) of the marching-cubes surface through the middle of voxel edges."""
    cut = [tuple(slice(c, n - 1 + c) for c, n in zip(corner, mask.shape, strict=True)) for corner in _CORNERS]
    pattern = np.bitwise_or.reduce([mask[part].astype(np.uint8) << k for k, part in enumerate(cut)])
    places = np.nonzero((pattern > 0) & (pattern < 255))
    kinds = pattern[places]
    areas, volumes, slopes = _patterns(tuple(mm))
    moved = sum((slopes[kinds, axis] * places[axis]).sum() for axis in range(3))
    return float(areas[kinds].sum()), float(volumes[kinds].sum() + moved)


@lru_cache(maxsize=8)
def _patterns(mm: tuple[float, ...]) -> tuple[NDArray[np.float64], ...]:
    """PyRadiomics' own triangles: of each of 256 corner patterns its area and signed volume at the origin,
    and by how much the volume grows for one voxel away from it along each axis.
    """
    areas, volumes, slopes = np.zeros(256), np.zeros(256), np.zeros((256, 3))
    for kind in range(256):
        cube = np.array([kind >> k & 1 for k in range(8)], dtype=bool).reshape(2, 2, 2)
        areas[kind], volumes[kind] = _stock_mesh(cube, mm)
        for axis in range(3):
            below = np.concatenate([np.zeros_like(cube.take([0], axis)), cube.take([0], axis)], axis)
            both = np.concatenate([below, cube.take([1], axis)], axis)
            moved = _stock_mesh(both, mm)[1] - _stock_mesh(below, mm)[1]
            slopes[kind, axis] = moved - volumes[kind]
    return areas, volumes, slopes


def _stock_mesh(mask: NDArray[np.bool_], mm: tuple[float, ...]) -> tuple[float, float]:
    from radiomics import cShape

    area, volume, _ = cShape.calculate_coefficients(np.ascontiguousarray(mask), np.array(mm))
    return area, volume


def _diameters(mask: NDArray[np.bool_], mm: NDArray[np.float64]) -> dict[str, float]:
    """Largest distance (mm) between mesh vertices, in space and within each plane of the grid."""
    points = _vertices(mask)
    names = ("Maximum2DDiameterSlice", "Maximum2DDiameterColumn", "Maximum2DDiameterRow")
    half = mm / 2
    found = {
        name: _farthest(_ends(points, [(axis + 1) % 3, (axis + 2) % 3]), half, axis)
        for axis, name in enumerate(names)
    }
    return {"Maximum3DDiameter": _farthest(_ends(points, [0, 1, 2]), half, -1), **found}


def _vertices(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Vertices of the mesh in half voxels (n, 3): midway between two neighbours of which one is inside."""
    found = []
    for axis in range(3):
        places = np.argwhere(np.diff(mask, axis=axis)) * 2
        places[:, axis] += 1
        found.append(places)
    return np.concatenate(found)


def _ends(points: NDArray[np.int64], axes: list[int]) -> NDArray[np.int64]:
    """Points that are the first or last of their line along each axis: only they can be farthest apart."""
    for axis in axes:
        width = int(points.max()) + 1
        a, b = (other for other in range(3) if other != axis)
        line = points[:, a] * width + points[:, b]
        order = np.argsort(line * width + points[:, axis])
        line, points = line[order], points[order]
        change = np.diff(line) != 0
        points = points[np.append(True, change) | np.append(change, True)]
    return points


def _farthest(points: NDArray[np.int64], half: NDArray[np.float64], plane: int) -> float:
    """Largest distance in mm; with ``plane`` 0 to 2 only between points that agree along that axis."""
    if plane >= 0:
        points = points[np.argsort(points[:, plane], kind="stable")]
    return float(np.sqrt(_farthest_square(points * half, plane)))


@compiled
def _farthest_square(points: NDArray[np.float64], plane: int) -> float:
    best = 0.0
    for a in range(len(points)):
        for b in range(a + 1, len(points)):
            if plane >= 0 and points[a, plane] != points[b, plane]:
                break
            square = 0.0
            for axis in range(3):
                square += (points[a, axis] - points[b, axis]) ** 2
            best = max(best, square)
    return best


def _axes(mask: NDArray[np.bool_], mm: NDArray[np.float64]) -> dict[str, float]:
    """Lengths (mm) and ratios of the voxel centres' principal axes; NaN where rounding made one negative."""
    places = np.argwhere(mask) * mm
    places -= np.mean(places, axis=0)
    places /= np.sqrt(len(places))
    # Two that are equal but for rounding come as complex.
    values = np.linalg.eigvals(np.dot(places.T.copy(), places)).real
    values[(values < 0) & (values > _HARMLESS)] = 0
    least, minor, major = np.sort(values)
    return {
        "MajorAxisLength": 4 * np.sqrt(major),
        "MinorAxisLength": 4 * np.sqrt(minor),
        "LeastAxisLength": 4 * np.sqrt(least),
        "Elongation": np.sqrt(minor / major),
        "Flatness": np.sqrt(least / major),
    }
