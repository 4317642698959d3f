"""What is wrong with an image or a mask by itself, where together they failed at something else."""

import numpy as np
import SimpleITK as sitk

from core.checks.cohort import asks
from core.checks.lesion import bounding_box, lesion_of, part_sizes, require_some
from core.checks.sampling import require_reasonable_size
from core.checks.values import require_sound
from core.checks.warnings import lesion_warnings
from core.errors import ImageError, Problem, coded
from core.faults import Faults

REMEDIES = {
    "MASK-BORDER": "Check that the lesion is drawn whole; it is measured as it is.",
    "MASK-FEW": "Check that the lesion is drawn whole; it is measured as it is.",
    "MASK-FLAT": "Draw the lesion on every slice that shows it, or leave the patient out.",
    "MASK-PARTS": "Check that every part is tumour, and that no voxel was drawn by mistake.",
    "IMAGE-LEVELS": "Look for an outlier in the tumour, and check the scale of the image.",
    "IMAGE-ANISOTROPIC": "Nothing needs to be done; take thinner slices where there are any.",
    "DICOM-RESCALE": "Check that the slices are of one series.",
}
LOOK = "Look at the overlay under Imaging, Gallery."


def kept(code: str, text: str, file: str = "") -> Problem:
    """The warning on a patient who is kept, as the checks of a pair word it."""
    return Problem(code, asks(code), f"{text[:1].lower()}{text[1:]}", REMEDIES.get(code, LOOK), file=file)


def check_apart(volume: sitk.Image | None, drawn: sitk.Image | None, label: int, faults: Faults) -> None:
    """Add what the checks of the pair (None: could not be read) would have found after their first error."""
    known = {problem.code for problem in faults.problems}
    own = Faults()
    if volume is not None:
        _image(volume, own.placed(file="image"))
    if drawn is not None:
        with own.noting(file="mask"):
            _mask(drawn, label, own.placed(file="mask"))
    faults.problems += [problem for problem in own.problems if problem.code not in known]


def _image(volume: sitk.Image, faults: Faults) -> None:
    """Voxels that are no numbers; how many lie in the tumour is not known here."""
    array = sitk.GetArrayViewFromImage(volume)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        try:
            require_sound(array, np.ones(array.shape, dtype=bool))
        except ImageError as error:
            faults.add(ImageError(error.code, error.expected, error.found.partition(", ")[0], error.fix))


def _mask(drawn: sitk.Image, label: int, faults: Faults) -> None:
    lesion = lesion_of(drawn, label)
    box, spacing = bounding_box(lesion), drawn.GetSpacing()[::-1]
    sizes = part_sizes(lesion[box])
    with faults.noting():
        require_reasonable_size(lesion.shape, box, spacing)
    require_some(int(sizes.sum()))
    for code, text in map(coded, lesion_warnings(sizes, float(np.prod(spacing)), box, lesion.shape)):
        faults.warn(kept(code, text))
