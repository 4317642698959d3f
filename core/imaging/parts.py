"""A lesion in several parts: the largest alone, each for itself, or all of them."""

from typing import Literal

import numpy as np
import SimpleITK as sitk

from core.checks import SMALLEST
from core.errors import MaskError

Which = Literal["all", "largest", "each"]


def labels_of(mask: sitk.Image) -> dict[int, int]:
    """Label -> voxels, without the background 0, of a mask of whole numbers."""
    values = sitk.GetArrayViewFromImage(mask)
    labels, counts = np.unique(values[values != 0], return_counts=True)
    return {int(label): int(n) for label, n in zip(labels, counts, strict=True)}


def likely_label(mask: sitk.Image) -> int:
    """1 where the mask holds it, or nothing else; else the label of most voxels, the lower one of equals."""
    values = sitk.GetArrayViewFromImage(mask)
    labels, counts = np.unique(values[np.isfinite(values) & (values >= 1)], return_counts=True)
    return 1 if not len(labels) or 1 in labels else int(labels[counts.argmax()])


def lesions(mask: sitk.Image, label: int = 1, which: Which = "all") -> tuple[sitk.Image, ...]:
    """Masks (uint8, 0 or 1) to be measured: one of all parts, one of the largest, or one per part by size.

    Parts do not touch, not even by a corner; each has at least 8 voxels, unless none has.
    Raises MaskError (MASK-LABEL) where no voxel has the label.
    """
    if which == "all":
        _numbered(mask, label)
        return (sitk.Cast(mask == label, sitk.sitkUInt8),)
    large = [k for k, n in enumerate(sizes_of_parts(mask, label)) if n >= SMALLEST] or [0]
    return tuple(part(mask, k, label) for k in (large[:1] if which == "largest" else large))


def part(mask: sitk.Image, number: int, label: int = 1) -> sitk.Image:
    """Mask (uint8, 0 or 1) of one part, 0 the largest. Raises MaskError (MASK-LABEL)."""
    return sitk.Cast(_numbered(mask, label) == number + 1, sitk.sitkUInt8)


def sizes_of_parts(mask: sitk.Image, label: int = 1) -> tuple[int, ...]:
    """Voxels of each part, the largest first. Raises MaskError (MASK-LABEL)."""
    numbered = _numbered(mask, label)  # held: a view does not keep its image alive
    counts = np.bincount(sitk.GetArrayViewFromImage(numbered).ravel())[1:]
    return tuple(int(n) for n in counts)


def _numbered(mask: sitk.Image, label: int) -> sitk.Image:
    """Parts numbered from 1, the largest first."""
    whole = sitk.Cast(mask == label, sitk.sitkUInt8)
    if not sitk.GetArrayViewFromImage(whole).any():
        choose = " or ".join(str(v) for v in labels_of(mask)) or "another mask"
        raise MaskError("MASK-LABEL", f"Label {label} is not in the mask", "none", f"Choose {choose}.")
    return sitk.RelabelComponent(sitk.ConnectedComponent(whole, True), sortByObjectSize=True)
