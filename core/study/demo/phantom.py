"""One patient's sagittal DCE-MRI phantom: three phases and the lesion's mask, written as NIfTI."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from core.study.demo.anatomy import build
from core.study.demo.lesion import LesionParameters, insert
from core.study.demo.noise import Array, Axes, smooth_noise
from core.study.demo.sizes import Grid

# Columns of the direction matrix: image columns run back, rows down, slices towards the right
# (IOP [0, 1, 0, 0, 0, -1] of a sagittal GE series).
DIRECTION = (0.0, 0.0, -1.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0)


def simulate(
    grid: Grid, lesion: LesionParameters, gain: float, noise: float, left: bool, seed: list[int]
) -> tuple[list[NDArray[np.int16]], NDArray[np.uint8]]:
    """Phases 0 (before), 1 (first) and 2 (late after contrast) and the mask, (slices, rows, columns).

    ``gain`` scales all intensities; ``noise`` is the SD in each channel of the receiver.
    """
    rng = np.random.default_rng(seed)
    breast = build(grid, left, rng)
    mask = insert(breast, lesion, rng)
    coil = _coil(breast.axes, rng)
    signals = (breast.pre, breast.pre * (1 + breast.early), breast.pre * (1 + breast.late))
    return [_acquire(_blur(signal) * coil, gain, noise, rng) for signal in signals], mask


def _blur(signal: Array) -> Array:
    """Point spread of the acquisition within the slice, and a little slice cross-talk."""
    return np.asarray(gaussian_filter(signal, (0.3, 0.5, 0.5), truncate=3), np.float32)


def _coil(axes: Axes, rng: np.random.Generator) -> Array:
    """Sensitivity of a breast coil: high near the front, uneven, falling towards the chest."""
    fall = np.exp(-np.maximum(axes[2] - 35, 0) / rng.uniform(170, 230))[None, None, :]
    return np.asarray(fall * np.exp(0.06 * smooth_noise(axes, 60.0, rng)), np.float32)


def _acquire(signal: Array, gain: float, noise: float, rng: np.random.Generator) -> NDArray[np.int16]:
    """Magnitude image with Rician noise."""
    real, imaginary = (
        rng.standard_normal(signal.shape, dtype=np.float32) * np.float32(noise) for _ in range(2)
    )
    return np.rint(np.float32(gain) * np.hypot(signal + real, imaginary)).astype(np.int16)


def write_image(values: NDArray[np.int16] | NDArray[np.uint8], grid: Grid, left: bool, path: Path) -> None:
    """Sagittal NIfTI (gzip) of an array (slices, rows, columns)."""
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(grid.spacing[::-1])
    image.SetDirection(DIRECTION)
    slices, rows, _ = (n * d for n, d in zip(grid.shape, grid.spacing, strict=True))
    image.SetOrigin(((60.0 if left else -60.0) + slices / 2, -100.0, rows / 2))
    sitk.WriteImage(image, str(path), useCompression=True, compressionLevel=4)
