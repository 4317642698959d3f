"""IBSI's digital phantom, voxel by voxel, and its measurement.

The phantom is by Alex Zwanenburg, https://github.com/theibsi/data_sets (ibsi_1_digital_phantom), licensed
under CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. Here it is written out as text: 80 voxels of
2 x 2 x 2 mm, a row of x in each word, rows of y on each line, a line for each z.
"""

from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk

from core.errors import ImageError

INTENSITIES = (
    "14411 14611 41641 44641",
    "14411 11611 11311 44611",
    "14411 11111 11911 11611",
    "14411 11111 11111 11611",
)
LESION = (
    "11111 11111 11111 11111",
    "11111 11111 01111 11111",
    "11100 11111 11011 11111",
    "11100 11111 11111 11111",
)
SPACING_MM = 2.0
# What is compiled to measure it; with six grey levels the GLCM takes PyRadiomics' own formulas.
COMPILED = tuple(f"core.features.{m}" for m in ("binning", "matrices", "ngtdm", "shape", "size_matrix"))
# No discretisation beyond the phantom's own grey levels, and intensities squared as they are.
SETTING: dict[str, Any] = {
    "binWidth": 1, "label": 1, "normalize": False, "interpolator": None, "voxelArrayShift": 0,
}  # fmt: skip


def phantom() -> tuple[sitk.Image, sitk.Image]:
    """The phantom and the mask of its lesion (74 voxels of label 1), both int16."""
    return _image(INTENSITIES), _image(LESION)


def measure(image: sitk.Image, mask: sitk.Image) -> dict[str, float]:
    """Every 3D feature of the engine by its PyRadiomics class and name: ``glcm_JointAverage``."""
    from core.features.extractor import Extractor

    found = Extractor(SETTING, {"Original": {}}).execute(image, mask)
    return {name.removeprefix("original_"): value for name, value in found.items()}


def phantom_files(folder: Path) -> tuple[Path, Path]:
    """Image and mask in a folder as IBSI publishes it. Raises ImageError (IBSI-PHANTOM)."""
    for root in (folder, folder / "nifti"):
        files = root / "image" / "phantom.nii.gz", root / "mask" / "mask.nii.gz"
        if all(path.is_file() for path in files):
            return files
    raise ImageError(
        "IBSI-PHANTOM",
        "The folder must hold image/phantom.nii.gz and mask/mask.nii.gz",
        "no such files",
        "Name the folder ibsi_1_digital_phantom of github.com/theibsi/data_sets.",
    )


def _image(slices: tuple[str, ...]) -> sitk.Image:
    voxels = np.array([[list(row) for row in plane.split()] for plane in slices]).astype(np.int16)
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing((SPACING_MM,) * 3)
    return image
