"""The feature engine: PyRadiomics' values, with each image binned once and its matrices built together."""

import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray
from radiomics import imageoperations

from core.checks import bounding_box
from core.features.binning import binned
from core.features.filters import Lesion, filtered
from core.features.firstorder import firstorder
from core.features.glcm import glcm
from core.features.matrices import neighbourhoods, pairs_and_runs
from core.features.ngtdm import ngtdm
from core.features.region import Region, region_of
from core.features.shape import shape
from core.features.size_matrix import gldm, glrlm, glszm


@dataclass(frozen=True, slots=True)
class Extractor:
    """PyRadiomics' settings and image types as plain dictionaries; all features of all 3D classes.

    Of the settings those count that ``parameter_file`` writes, and minimumROIDimensions.
    """

    setting: dict[str, Any]
    image_types: dict[str, dict[str, Any]]

    def execute(self, image: sitk.Image, mask: sitk.Image) -> dict[str, float]:
        """Values by PyRadiomics' names. Raises what ITK and PyRadiomics raise on odd volumes."""
        lesion = _prepared(image, mask, self.setting)
        inside = sitk.GetArrayViewFromImage(lesion.mask)[lesion.box] == self.setting.get("label", 1)
        spacing = lesion.image.GetSpacing()[::-1]
        values = {f"original_shape_{name}": value for name, value in shape(inside, spacing).items()}
        region, voxel = region_of(inside), float(np.prod(spacing[::-1]))
        with ThreadPoolExecutor(_threads()) as pool:  # compiled code runs beside the making of the next image
            found = [
                (name, pool.submit(copy_context().run, self._measure, region, intensities, voxel))
                for name, intensities in filtered(lesion, self.image_types)
            ]
        for name, measured in found:
            values |= {f"{name}_{feature}": value for feature, value in measured.result().items()}
        return values

    def _measure(self, region: Region, intensities: NDArray[Any], voxel_mm3: float) -> dict[str, float]:
        """First-order and texture features of one image, class and feature in their name."""
        grey = binned(intensities, self.setting.get("binWidth", 25))
        volume, levels = region.volume(grey.ranks), grey.levels
        lines = [pairs_and_runs(volume, region.voxels, s, len(levels), region.longest) for s in region.steps]
        zones, dependence, differences = neighbourhoods(volume, region.voxels, region.steps, levels)
        classes = {
            "firstorder": firstorder(intensities, grey, self.setting.get("voxelArrayShift", 0), voxel_mm3),
            "glcm": glcm([pairs for pairs, _ in lines], levels),
            "gldm": gldm(dependence, levels),
            "glrlm": glrlm(
                [runs for (_, runs), meets in zip(lines, region.meets, strict=True) if meets], levels
            ),
            "glszm": glszm(zones, levels),
            "ngtdm": ngtdm(differences, grey),
        }
        return {f"{kind}_{name}": value for kind, found in classes.items() for name, value in found.items()}


def _threads() -> int:
    """As many as numerical libraries may use: 1 in a worker process of a study's run."""
    limit = os.environ.get("OMP_NUM_THREADS", "")
    return int(limit) if limit.isdigit() and int(limit) else os.cpu_count() or 1


def _prepared(image: sitk.Image, mask: sitk.Image, setting: dict[str, Any]) -> Lesion:
    """Image normalised, both resampled and cut to the lesion's neighbourhood, as PyRadiomics does it."""
    labels = sitk.GetArrayViewFromImage(mask)
    if (labels == labels.flat[0]).all():
        raise ValueError("the mask must hold the lesion and voxels around it, not one value everywhere")
    mask = sitk.Cast(mask, sitk.sitkUInt32)
    if setting.get("normalize", False):
        image = imageoperations.normalizeImage(image, **setting)
    if setting.get("interpolator") is not None and setting.get("resampledPixelSpacing") is not None:
        image, mask = imageoperations.resampleImage(image, mask, **setting)
    inside = sitk.GetArrayViewFromImage(mask) == setting.get("label", 1)
    box = bounding_box(inside)
    if sum(part.stop - part.start > 1 for part in box) < setting.get("minimumROIDimensions", 2):
        raise ValueError("the lesion is a line of voxels; it must extend in two dimensions at least")
    return Lesion(image, mask, box, np.flatnonzero(inside))
