"""Volumes written without what files may say of the patient besides the voxels and their place."""

from pathlib import Path

import SimpleITK as sitk

from core.imaging.masks import read_mask
from core.imaging.parts import likely_label
from core.imaging.volumes import write_volume


def write_bare(image: sitk.Image, path: Path) -> None:
    """Voxels, spacing, origin and direction, and nothing else of the header. Raises CannotRun (WRITE)."""
    bare = sitk.GetImageFromArray(sitk.GetArrayViewFromImage(image))
    bare.CopyInformation(image)
    write_volume(bare, path)


def lesion_alone(mask: sitk.Image) -> tuple[sitk.Image, tuple[str, ...]]:
    """The mask as 0 and 1 (uint8), and a note where another label than 1 was taken as the lesion."""
    label = likely_label(mask)
    note = () if label == 1 else (f"[MASK-LABEL-TAKEN] Label {label} of the mask was taken as the lesion.",)
    return sitk.Cast(mask == label, sitk.sitkUInt8), note


def read_lesion_of(path: Path, reference: sitk.Image) -> tuple[sitk.Image, tuple[str, ...]]:
    """A mask of any format as 0 and 1, and notes. Raises ImageError or MaskError as ``read_mask``."""
    mask, notes = read_mask(path, reference)
    drawn, taken = lesion_alone(mask)
    return drawn, (*notes, *taken)
