"""One image of one phase: a volume file, or a folder with the DICOM slices of that phase."""

from pathlib import Path

import SimpleITK as sitk

from core.errors import ImageError
from core.imaging.dicom import read_tree
from core.imaging.phases import split_phases
from core.imaging.pixels import scale_note
from core.imaging.stack import to_image
from core.imaging.volumes import read_volume
from core.regular import exists


def read_image(path: Path) -> tuple[sitk.Image, tuple[str, ...]]:
    """A 3D image and warnings on how it was read ("[CODE] text").

    Raises ImageError: IMAGE-* as ``read_volume``; of a folder DICOM-FOLDER unless it holds one series of one
    phase, DICOM-* as ``to_image``.
    """
    if not (exists(path) and path.is_dir()):
        return read_volume(path), ()
    series = [one.slices for one in read_tree(path)[0] if one.slices]
    if len(series) != 1:
        raise _not_one(f"{len(series)} series")
    if (phases := len(split_phases(series[0]).phases)) > 1:
        raise _not_one(f"{phases} phases")
    return to_image(series[0]), scale_note(series[0])


def _not_one(found: str) -> ImageError:
    expected = "An image folder must hold one DICOM series of one phase"
    return ImageError("DICOM-FOLDER", expected, found, "Put each phase into a folder of its own.")
