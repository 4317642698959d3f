"""A fat-suppressed sagittal breast without a lesion: outline, skin, parenchyma, vessels, chest wall."""

from dataclasses import dataclass

import numpy as np

from core.study.demo.noise import Array, Axes, ridge, sigmoid, smooth_noise
from core.study.demo.sizes import Grid

# Signal before contrast, arbitrary units; the fat is suppressed.
FAT, GLAND, SKIN, MUSCLE, RIB, LUNG, ORGAN = 16.0, 54.0, 60.0, 36.0, 14.0, 4.0, 48.0


@dataclass(frozen=True, slots=True)
class Breast:
    """Signal before contrast and its relative rise in the early and the late phase.

    Arrays are (slices, rows, columns). Axes in mm: x towards the patient's right, z down, y back.
    ``depth`` is the distance to the skin (positive inside), ``wall`` that to the chest wall.
    """

    axes: Axes
    pre: Array
    early: Array
    late: Array
    depth: Array
    wall: Array


def axes_of(grid: Grid) -> Axes:
    """Coordinates of slices, rows and columns in mm; x and z centred, y from the front."""
    x, z, y = (
        np.arange(n, dtype=np.float32) * np.float32(d) for n, d in zip(grid.shape, grid.spacing, strict=True)
    )
    return x - x.mean(), z - z.mean(), y


def build(grid: Grid, left: bool, rng: np.random.Generator) -> Breast:
    """One random breast of the size that ``grid.anatomy`` asks for."""
    axes = axes_of(grid)
    wall = _chest_wall(axes, grid, rng)
    depth = _outline(axes, wall, grid, rng)
    pre, early, late = _breast_tissue(axes, depth, wall, rng)
    _paint_skin(axes, (pre, early, late), depth, rng)
    _paint_chest(axes, (pre, early, late), wall, left, rng)
    pre *= sigmoid(depth / 0.2)
    return Breast(axes, pre, early, late, depth, wall)


def _chest_wall(axes: Axes, grid: Grid, rng: np.random.Generator) -> Array:
    """Distance in front of the chest wall, mm (negative behind it)."""
    x, z, y = axes[0][:, None, None], axes[1][None, :, None], axes[2][None, None, :]
    scale = grid.anatomy
    place = 0.69 * float(axes[2].max()) + rng.uniform(-4, 4) * scale
    curve = 9 * (x / (50 * scale)) ** 2 + 7 * (z / (75 * scale)) ** 2
    slope = rng.uniform(-0.04, 0.10) * z + 1.2 * smooth_noise(axes, (40.0, 22.0, 500.0), rng)[:, :, :1]
    return np.asarray(place + scale * curve + slope - y, np.float32)


def _outline(axes: Axes, wall: Array, grid: Grid, rng: np.random.Generator) -> Array:
    """Approximate distance to the skin, mm: a sagging half-ellipsoid joined to the chest."""
    x, z = axes[0][:, None, None], axes[1][None, :, None]
    scale = grid.anatomy
    wide, tall, far = rng.uniform(60, 68) * scale, rng.uniform(52, 60) * scale, rng.uniform(76, 90) * scale
    front = np.maximum(wall, 0) / far
    sunk = z + 4 * scale - rng.uniform(8, 22) * scale * front**2
    height = np.where(sunk < 0, tall * 1.2, tall)
    nipple = 0.06 * np.exp(-((x / (5 * scale)) ** 2 + (sunk / (5 * scale)) ** 2)) * (front > 0.8)
    breast = (1 + nipple - np.sqrt((x / wide) ** 2 + (sunk / height) ** 2 + front**2)) * 0.8 * far
    chest = rng.uniform(10, 15) * scale - wall
    blend = np.maximum(16 * scale - np.abs(breast - chest), 0) / (16 * scale)
    return np.asarray(np.maximum(breast, chest) + blend**2 * 4 * scale, np.float32)


def _breast_tissue(
    axes: Axes, depth: Array, wall: Array, rng: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Fat crossed by ligaments, glandular tissue that fans out behind the nipple, vessels."""
    coarse, fine = smooth_noise(axes, (10.0, 9.0, 13.0), rng), smooth_noise(axes, 2.6, rng)
    inside = sigmoid((depth - 8) / 2.0) * sigmoid((wall - 7) / 2.0)
    central = 1 - np.hypot(axes[0][:, None, None] / 38, axes[1][None, :, None] / 38)
    gland = inside * sigmoid((coarse + 0.4 * fine + 0.9 * central + rng.uniform(-0.9, -0.2)) / 0.3)
    gland *= 0.6 + 0.4 * sigmoid(2.5 * fine)
    sheets = np.maximum(ridge(smooth_noise(axes, 9.0, rng), 0.08), ridge(smooth_noise(axes, 6.0, rng), 0.07))
    tissue = np.maximum(gland, 0.5 * inside * sheets)
    vessel = _vessels(axes, depth, rng)
    pre = FAT * (1 + 0.08 * fine) + (GLAND - FAT) * tissue + 15 * vessel
    uptake = rng.uniform(0.1, 0.25) * gland * np.maximum(1 + 0.4 * coarse, 0)
    early, late = 0.05 + uptake + 1.4 * vessel, 0.07 + 1.4 * uptake + 1.1 * vessel
    return np.asarray(pre, np.float32), np.asarray(early, np.float32), np.asarray(late, np.float32)


def _vessels(axes: Axes, depth: Array, rng: np.random.Generator) -> Array:
    """Thin tubes where two smooth fields vanish together."""
    first, second = smooth_noise(axes, 19.0, rng), smooth_noise(axes, 19.0, rng)
    return np.asarray(ridge(first, 0.05) * ridge(second, 0.05) * sigmoid((depth - 3) / 0.7), np.float32)


def _paint(
    signals: tuple[Array, Array, Array], cover: Array, values: tuple[Array | float, float, float]
) -> None:
    """Blend a tissue (signal, early and late rise) into the signals in place; cover is 0 to 1."""
    where = np.nonzero(cover > 0.01)
    share = cover[where]
    for signal, value in zip(signals, values, strict=True):
        new = np.broadcast_to(value, cover.shape)[where]
        signal[where] += share * (new - signal[where])


def _paint_skin(
    axes: Axes, signals: tuple[Array, Array, Array], depth: Array, rng: np.random.Generator
) -> None:
    thick = 1.9 + 0.35 * smooth_noise(axes, 25.0, rng)
    _paint(signals, sigmoid((thick - depth) / 0.25), (SKIN, 0.12, 0.2))


def _paint_chest(
    axes: Axes, signals: tuple[Array, Array, Array], wall: Array, left: bool, rng: np.random.Generator
) -> None:
    """Pectoral muscle, ribs, lung, and the heart (left) or the liver (right)."""
    x, z = axes[0][:, None, None], axes[1][None, :, None]
    strand = MUSCLE * (1 + 0.13 * smooth_noise(axes, (6.0, 12.0, 2.5), rng))
    thick = rng.uniform(8, 12) * np.clip(1 - z / 160, 0.6, 1.5)
    behind = wall + thick  # distance in front of the ribs
    _paint(signals, sigmoid(-wall / 0.5), (strand, 0.12, 0.2))
    _paint(signals, sigmoid(-(behind + 10) / 0.6), (LUNG, 0.3, 0.3))
    low, size = (24.0, 36.0) if left else (40.0, 40.0)
    organ = 1 - np.hypot((behind + 11 + size * rng.uniform(0.7, 0.95)) / size, (z - low + 0.2 * x) / size)
    blood = ORGAN * (1 + 0.07 * smooth_noise(axes, 8.0, rng))
    _paint(signals, sigmoid(organ * size / 0.7) * sigmoid(-(behind + 11) / 0.6), (blood, 0.6, 0.55))
    along = (z + 0.35 * x + rng.uniform(0, 30)) % 30 - 15
    rib = 1 - np.hypot((behind + 5.5) / 4.8, along / 7.5)
    _paint(signals, sigmoid(rib * 5 / 0.5), (RIB + 14 * sigmoid((rib - 0.35) * 20), 0.05, 0.08))
