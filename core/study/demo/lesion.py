"""A mass with a star-shaped margin, a rim, a heterogeneous inside and kinetics of its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

from core.study.demo.anatomy import Breast
from core.study.demo.noise import Array, Axes, ridge, sigmoid, smooth_noise

PRE = 46.0  # signal before contrast, a little below glandular tissue


@dataclass(frozen=True, slots=True)
class LesionParameters:
    """What distinguishes one lesion. Shares are of the lesion's mean early enhancement.

    volume (mm3); irregularity (log SD of the radius); spiculation (height of spicules, share of the
    radius); rim and heterogeneity (shares); uptake (early relative enhancement); washout (share of
    the early enhancement that is lost by the late phase, negative if it still rises).
    """

    volume: float
    irregularity: float
    spiculation: float
    rim: float
    heterogeneity: float
    uptake: float
    washout: float


def insert(breast: Breast, lesion: LesionParameters, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Write a lesion into the breast's signals in place; return its mask (slices, rows, columns)."""
    mask = np.zeros(breast.pre.shape, np.uint8)
    centre = _place(breast, lesion, rng)
    box = _box(breast.axes, centre, 2.4 * (lesion.volume * 3 / (4 * np.pi)) ** (1 / 3) + 4)
    axes = tuple(axis[part] - at for axis, part, at in zip(breast.axes, box, centre, strict=True))
    radius, outer = _radius((axes[0], axes[1], axes[2]), lesion, rng)
    voxel = float(np.prod([axis[1] - axis[0] for axis in breast.axes]))
    size = float(np.partition(radius.ravel(), round(lesion.volume / voxel))[round(lesion.volume / voxel)])
    pieces, _ = label(radius < size)
    mask[box] = pieces == pieces.flat[radius.argmin()]  # tips of spicules may lie apart
    presence = sigmoid((1 - outer / size) * size / 0.45) * (breast.depth[box] > 2)
    early, late = _enhancement((axes[0], axes[1], axes[2]), radius / size, lesion, rng)
    for signal, value in ((breast.pre, PRE), (breast.early, early), (breast.late, late)):
        signal[box] += presence * (value - signal[box])
    return mask


def _place(breast: Breast, lesion: LesionParameters, rng: np.random.Generator) -> tuple[float, float, float]:
    """A centre deep enough below the skin, clear of the chest wall and of the outer slices."""
    need = 1.45 * (lesion.volume * 3 / (4 * np.pi)) ** (1 / 3)
    x, z, y = breast.axes
    room = (breast.depth > need) & (breast.wall > need + 2)
    room &= (np.abs(x) < 0.72 * x.max() - 0.5 * need)[:, None, None]
    while not room.any():
        need *= 0.95
        room = (breast.depth > need) & (breast.wall > need)
    k, r, c = np.unravel_index(rng.choice(np.flatnonzero(room)), room.shape)
    return float(x[k]), float(z[r]), float(y[c])


def _box(axes: Axes, centre: tuple[float, float, float], reach: float) -> tuple[slice, slice, slice]:
    ends = [np.flatnonzero(np.abs(axis - at) <= reach) for axis, at in zip(axes, centre, strict=True)]
    a, b, c = (slice(int(e[0]), int(e[-1]) + 1) for e in ends)
    return a, b, c


def _radius(axes: Axes, lesion: LesionParameters, rng: np.random.Generator) -> tuple[Array, Array]:
    """Distance from the centre over that of the margin, for the mask and for the signal.

    The outline that a reader draws follows half the height of a spicule.
    """
    stretch = np.exp(rng.uniform(-0.14, 0.14, 3))
    grid = np.stack(np.meshgrid(*axes, indexing="ij")) / stretch[:, None, None, None].astype(np.float32)
    length = np.sqrt((grid**2).sum(axis=0)) + np.float32(1e-3)
    unit = grid / length
    margin = np.exp(lesion.irregularity * _waves(unit, rng))
    spikes = _spikes(unit, lesion.spiculation, rng)
    return length / (margin + 0.5 * spikes), length / (margin + spikes)


def _waves(unit: Array, rng: np.random.Generator) -> Array:
    """Smooth random function of the direction, variance about 1."""
    total = np.zeros(unit.shape[1:], np.float32)
    for _ in range(16):
        wave = rng.standard_normal(3)
        wave *= rng.uniform(2.0, 6.0) / np.linalg.norm(wave)
        total += np.cos(
            np.tensordot(wave.astype(np.float32), unit, axes=1) + np.float32(rng.uniform(0, 2 * np.pi))
        )
    return total * np.float32(np.sqrt(2 / 16))


def _spikes(unit: Array, height: float, rng: np.random.Generator) -> Array:
    total = np.zeros(unit.shape[1:], np.float32)
    for _ in range(14):
        tip = rng.standard_normal(3)
        cosine = np.tensordot((tip / np.linalg.norm(tip)).astype(np.float32), unit, axes=1)
        total += np.float32(height * rng.uniform(0.5, 1.3)) * np.exp(70 * (cosine - 1))
    return total


def _enhancement(
    axes: Axes, place: Array, lesion: LesionParameters, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Relative enhancement early and late; ``place`` is 0 in the centre and 1 at the margin."""
    texture = 0.75 * smooth_noise(axes, 2.6, rng) + 0.66 * smooth_noise(axes, 5.5, rng)
    texture = 1.6 * np.tanh(texture / 1.6)  # no single voxel may dominate the range
    rim = ridge(place - 0.86, 0.13) - 0.9 * sigmoid((0.6 - place) / 0.09)
    shape = np.maximum(1 + lesion.rim * rim, 0.1) * np.exp(lesion.heterogeneity * texture)
    early = lesion.uptake * shape / shape[place < 1].mean()
    late = early * (1 - lesion.washout * (0.6 + 0.4 * np.minimum(place, 1)))
    return np.asarray(early, np.float32), np.asarray(late, np.float32)
