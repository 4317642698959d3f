"""Volumes in and out of files: NIfTI, NRRD, MHA; three dimensions, one value per voxel."""

import os
from collections.abc import Callable
from pathlib import Path

import SimpleITK as sitk

from core.checks import require_volume
from core.errors import CannotRun, ImageError
from core.imaging.faults import require_file, unreadable
from core.imaging.headers import read_promise, require_kept
from core.imaging.nifti import count_not_finite
from core.regular import is_utf8

SUFFIXES = (".nii", ".nii.gz", ".nrrd", ".mha", ".mhd")

# ITK prints its warnings, file names included, to stderr; what matters is raised.
sitk.ProcessObject.SetGlobalWarningDisplay(False)


def is_volume_file(path: Path) -> bool:
    """Whether the name ends as one of the formats that ``read_volume`` reads."""
    return path.name.lower().endswith(SUFFIXES)


def read_volume(path: Path, require: Callable[[sitk.Image], None] = require_volume) -> sitk.Image:
    """A 3D scalar volume; header and file size are compared before ITK sees the file.

    Raises ImageError: IMAGE-READ (no such image), IMAGE-SIZE (absurd header), IMAGE-TRUNCATED,
    IMAGE-NAN (NIfTI, whose NaN ITK would set to 0); and what ``require`` raises of one that is not 3D or has
    several values per voxel (IMAGE-DIMENSION). No text holds the file's name.
    """
    if not is_volume_file(path):
        raise unreadable("a file of another kind")
    require_file(path)
    require_kept(read_promise(path))
    if path.name.lower().endswith((".nii", ".nii.gz")):
        _require_numbers(path)
    try:
        image = sitk.ReadImage(str(path))
    except RuntimeError as error:
        if "allocate" in str(error):
            raise MemoryError from None
        skewed = "orthonormal" in str(error)
        raise unreadable("axes that are not at right angles" if skewed else "a damaged file") from error
    image = _without_last_axis(image)
    require(image)
    return image


def write_volume(image: sitk.Image, path: Path) -> None:
    """Write, compressed, in the format of the name's ending; whole or not at all.

    Raises CannotRun (WRITE) where the folder or the format does not allow it.
    """
    # ITK would print the whole path to stderr before it fails.
    if not os.access(path.parent, os.W_OK | os.X_OK) or not path.parent.is_dir():
        raise _no_place("a folder that is missing or not writable")
    if not is_utf8(path):
        raise _no_place("a path with letters that are not UTF-8")
    if not path.name.lower().endswith(SUFFIXES[:-1]):
        raise _no_place("a name with another ending")
    part = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        sitk.WriteImage(image, str(part), useCompression=True)
        part.replace(path)
    except (RuntimeError, OSError) as error:
        part.unlink(missing_ok=True)
        raise _no_place("none") from error


def _no_place(found: str) -> CannotRun:
    fix = f"Choose a writable folder and one of {', '.join(SUFFIXES[:-1])}."
    return CannotRun("WRITE", "The volume needs a place that it can be written to", found, fix)


def _require_numbers(path: Path) -> None:
    if count := count_not_finite(path):
        fix = "Export the file again with a number in every voxel."
        raise ImageError("IMAGE-NAN", "Every voxel must hold a number", f"{count:,} NaN or infinite", fix)


def _without_last_axis(image: sitk.Image) -> sitk.Image:
    """NIfTI writers often add a fourth axis of length 1."""
    if image.GetDimension() == 4 and image.GetSize()[3] == 1:
        return image[:, :, :, 0]
    return image
