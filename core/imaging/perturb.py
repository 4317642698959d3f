"""Another reader's mask, as far as one reader's can tell: the contour moved in, out, aside, or unsteadily.

Every change is made on the signed distance to the contour in mm, so that a millimetre is one along each axis
of an anisotropic grid (Zwanenburg et al., Sci Rep 2019, perturb masks for the same end).
"""

from collections.abc import Callable

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, shift

from core.errors import MaskError
from core.settings import RobustnessSettings

Distance = NDArray[np.float64]


def distance(mask: sitk.Image, label: int = 1) -> Distance:
    """Signed distance (z, y, x) in mm to the region ``label``: outside to its nearest voxel, inside to the
    nearest voxel outside it, negative; exact and Euclidean. Raises MaskError (MASK-EMPTY)."""
    inside = sitk.GetArrayViewFromImage(mask) == label
    if not inside.any():
        raise MaskError("MASK-EMPTY", f"The mask must hold voxels of label {label}", "none")
    spacing = mask.GetSpacing()[::-1]
    outer: Distance = distance_transform_edt(~inside, sampling=spacing)
    return outer - distance_transform_edt(inside, sampling=spacing)


def perturbed(
    mask: sitk.Image, settings: RobustnessSettings, seed: int, label: int = 1
) -> dict[str, sitk.Image]:
    """The mask eroded, dilated, shifted and with an unsteady contour, each on its grid with label 1.

    ``seed``: of the direction of the shift and of the noise. A perturbation that leaves no voxel is left out.
    """
    spacing = np.array(mask.GetSpacing()[::-1])
    away = distance(mask, label)
    away -= np.sign(away) * spacing.min() / 2  # the contour runs half-way between voxels in and out
    random = np.random.default_rng(seed)
    made: dict[str, Callable[[], Distance]] = {
        "eroded": lambda: away + settings.erode_mm,
        "dilated": lambda: away - settings.dilate_mm,
        "shifted": lambda: _shifted(away, spacing, settings.shift_mm, random),
        "unsteady": lambda: away + _noise(away.shape, spacing, settings, random),
    }
    masks = {name: make() <= 0 for name, make in made.items()}
    return {name: _image(inside, mask) for name, inside in masks.items() if inside.any()}


def ring(mask: sitk.Image, width_mm: float, label: int = 1) -> sitk.Image:
    """The peritumoral ring: voxels outside the lesion at most ``width_mm`` from one of its voxels, in mm."""
    away = distance(mask, label)
    return _image((away > 0) & (away <= width_mm), mask)


def _shifted(away: Distance, spacing: Distance, length: float, random: np.random.Generator) -> Distance:
    direction = random.normal(size=3)
    step = direction / np.linalg.norm(direction) * length / spacing
    moved: Distance = shift(away, step, order=1, mode="nearest")
    return moved


def _noise(
    shape: tuple[int, ...], spacing: Distance, settings: RobustnessSettings, random: np.random.Generator
) -> Distance:
    """Smooth noise of standard deviation ``noise_mm``: a hand moves neighbouring points together."""
    field: Distance = gaussian_filter(random.normal(size=shape), settings.smooth_mm / spacing)
    return field * (settings.noise_mm / field.std())


def _image(inside: NDArray[np.bool_], like: sitk.Image) -> sitk.Image:
    image = sitk.GetImageFromArray(inside.astype(np.uint8))
    image.CopyInformation(like)
    return image
