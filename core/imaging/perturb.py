"""Another reader's mask, as far as one reader's can tell: the contour moved in, out, aside, or unsteadily.

Every change is made on the signed distance to the contour in mm, so that a millimetre is one along each axis
of an anisotropic grid (Zwanenburg et al., Sci Rep 2019, perturb masks for the same end).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, shift

from core.checks import bounding_box
from core.errors import MaskError
from core.settings import RobustnessSettings

Distance = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Lesion:
    """A lesion and its surroundings: where they lie, and the signed distance (z, y, x) to it in mm.

    Outside a voxel the distance is to the nearest voxel of the lesion, inside to the nearest one outside it,
    negative; between voxel centres, exact.
    """

    box: tuple[slice, ...]
    away: Distance
    spacing: Distance
    whole: sitk.Image

    def image(self, inside: NDArray[np.bool_]) -> sitk.Image:
        """A region of the surroundings on the grid of the mask."""
        array = np.zeros(self.whole.GetSize()[::-1], dtype=np.uint8)
        array[self.box] = inside
        image = sitk.GetImageFromArray(array)
        image.CopyInformation(self.whole)
        return image


def perturbed(
    mask: sitk.Image, settings: RobustnessSettings, seed: int, label: int = 1
) -> dict[str, sitk.Image]:
    """The mask eroded, dilated, shifted and with an unsteady contour, each on its grid with label 1.

    ``seed``: of the direction of the shift and of the noise. A perturbation that leaves no voxel is left out.
    Raises MaskError (MASK-EMPTY).
    """
    reach = max(settings.dilate_mm, settings.shift_mm, 4 * settings.noise_mm) + 2 * settings.smooth_mm
    lesion = _lesion(mask, label, reach)
    # The contour runs half-way between voxels in and out.
    away = lesion.away - np.sign(lesion.away) * lesion.spacing.min() / 2
    random = np.random.default_rng(seed)
    made: dict[str, Callable[[], Distance]] = {
        "eroded": lambda: away + settings.erode_mm,
        "dilated": lambda: away - settings.dilate_mm,
        "shifted": lambda: _shifted(away, lesion.spacing, settings.shift_mm, random),
        "unsteady": lambda: away + _noise(away.shape, lesion.spacing, settings, random),
    }
    masks = {name: make() <= 0 for name, make in made.items()}
    return {name: lesion.image(inside) for name, inside in masks.items() if inside.any()}


def ring(mask: sitk.Image, width_mm: float, label: int = 1) -> sitk.Image:
    """The peritumoral ring: voxels outside the lesion at most ``width_mm`` from one of its voxels, in mm.

    Raises MaskError (MASK-EMPTY).
    """
    lesion = _lesion(mask, label, width_mm)
    return lesion.image((lesion.away > 0) & (lesion.away <= width_mm))


def _lesion(mask: sitk.Image, label: int, reach_mm: float) -> _Lesion:
    inside = sitk.GetArrayViewFromImage(mask) == label
    if not inside.any():
        raise MaskError("MASK-EMPTY", f"The mask must hold voxels of label {label}", "none")
    spacing = np.array(mask.GetSpacing()[::-1])
    more = np.ceil(reach_mm / spacing).astype(int) + 1
    box = tuple(
        slice(max(0, s.start - m), s.stop + m) for s, m in zip(bounding_box(inside), more, strict=True)
    )
    near = inside[box]
    outer: Distance = distance_transform_edt(~near, sampling=spacing)
    return _Lesion(box, outer - distance_transform_edt(near, sampling=spacing), spacing, mask)


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
