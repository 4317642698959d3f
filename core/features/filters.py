"""The images that are measured, original and filtered, as intensities of the lesion's voxels.

Bit for bit those of PyRadiomics: a value that straddles the edge of a grey level would shift every feature.
Hence its ITK filters for LoG and gradient, and PyWavelets; the filters of single voxels see the lesion only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pywt
import SimpleITK as sitk
from numpy.typing import NDArray
from radiomics import imageoperations

_WAVELET = "coif1"


@dataclass(frozen=True, slots=True)
class Lesion:
    """An image, its mask, the lesion's box (z, y, x) and flat indices of its voxels, in C order."""

    image: sitk.Image
    mask: sitk.Image
    box: tuple[slice, ...]
    voxels: NDArray[np.int64]

    def of(self, volume: NDArray[Any]) -> NDArray[Any]:
        """A volume's values in the lesion."""
        return volume.reshape(-1)[self.voxels]


def filtered(lesion: Lesion, types: dict[str, dict[str, Any]]) -> Iterator[tuple[str, NDArray[Any]]]:
    """Name and intensities of each image; ``types`` maps PyRadiomics' image types to their settings."""
    volume = sitk.GetArrayFromImage(lesion.image)
    for name, setting in types.items():
        if name == "Original":
            yield "original", lesion.of(volume)
        elif name == "Wavelet":
            yield from _wavelets(lesion, volume)
        elif name in _POINT:
            peak = float(np.abs(volume).max())
            yield name.lower(), _POINT[name](lesion.of(volume).astype(np.float64), peak)
        else:
            yield from _by_itk(lesion, name, setting)


def _by_itk(lesion: Lesion, name: str, setting: dict[str, Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    """PyRadiomics' LoG and Gradient."""
    made = getattr(imageoperations, f"get{name}Image")(lesion.image, lesion.mask, **setting)
    for image, called, _ in made:
        yield called, lesion.of(sitk.GetArrayViewFromImage(image))


def _wavelets(lesion: Lesion, volume: NDArray[Any]) -> Iterator[tuple[str, NDArray[Any]]]:
    """One level of the stationary wavelet transform; an axis of odd length is wrapped by one voxel."""
    even = np.pad(volume, [(0, n % 2) for n in volume.shape], "wrap")
    bands = pywt.swtn(even, _WAVELET, level=1, start_level=0, axes=(2, 1, 0))[0]
    inside = tuple(slice(n) for n in volume.shape)
    for name, band in bands.items():
        yield (
            f"wavelet-{name.replace('a', 'L').replace('d', 'H')}",
            lesion.of(np.ascontiguousarray(band[inside])),
        )


def _square(x: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    return (1 / np.sqrt(peak) * x) ** 2


def _square_root(x: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    return np.sign(x) * np.sqrt(np.abs(x) * peak)


def _logarithm(x: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    logs = np.sign(x) * np.log(np.abs(x) + 1)
    return logs * (peak / np.log(np.array([peak + 1]))[0])


def _exponential(x: NDArray[np.float64], peak: float) -> NDArray[np.float64]:
    return np.exp(np.log(peak) / peak * x)


_POINT = {
    "Square": _square,
    "SquareRoot": _square_root,
    "Logarithm": _logarithm,
    "Exponential": _exponential,
}
