"""A lesion in several parts: the largest alone, each for itself, or all of them."""

from typing import Literal

import numpy as np
import SimpleITK as sitk

from core.errors import MaskError

Which = Literal["all", "largest", "each"]


def labels_of(mask: sitk.Image) -> dict[int, int]:
    """Label -> voxels, without the background 0, of a mask of whole numbers."""
    values = sitk.GetArrayViewFromImage(mask)
    labels, counts = np.unique(values[values != 0], return_counts=True)
    return {int(label): int(n) for label, n in zip(labels, counts, strict=True)}


def lesions(mask: sitk.Image, label: int = 1, which: Which = "all") -> tuple[sitk.Image, ...]:
    """Masks (uint8, 0 or 1) to be measured: one of all parts, one of the largest, or one per part by size.

    Parts do not touch, not even by a corner. Raises MaskError (MASK-LABEL) where no voxel has the label.
    """
    whole = sitk.Cast(mask == label, sitk.sitkUInt8)
    numbered = sitk.RelabelComponent(sitk.ConnectedComponent(whole, True), sortByObjectSize=True)
    count = int(sitk.GetArrayViewFromImage(numbered).max())
    if not count:
        choose = " or ".join(str(v) for v in labels_of(mask)) or "another mask"
        raise MaskError("MASK-LABEL", f"Label {label} is not in the mask", "none", f"Choose {choose}.")
    if which == "all":
        return (whole,)
    last = 1 if which == "largest" else count
    return tuple(sitk.Cast(numbered == k, sitk.sitkUInt8) for k in range(1, last + 1))
