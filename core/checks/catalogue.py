"""Every check that an image and its mask pass through, with its code: what it asks, and what fails it."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["left out", "kept"]


@dataclass(frozen=True, slots=True)
class Check:
    """``asks``: the demand, as a reader would say it; ``outcome`` of a patient who misses it."""

    asks: str
    outcome: Outcome = "left out"


CATALOGUE = {
    "MASK-GRID": Check("Mask on the image's voxel grid"),
    "MASK-FLIP": Check("Axes of mask and image run the same way"),
    "MASK-OUTSIDE": Check("Lesion inside the image"),
    "MASK-BORDER": Check("Lesion clear of the image's border", "kept"),
    "MASK-EMPTY": Check("Mask not empty"),
    "MASK-VOXEL": Check("Lesion larger than one voxel"),
    "MASK-SMALL": Check("Lesion of at least 8 voxels"),
    "MASK-FEW": Check("Lesion of at least 64 voxels", "kept"),
    "MASK-FLAT": Check("Lesion thicker than one slice", "kept"),
    "MASK-PARTS": Check("Lesion in one part", "kept"),
    "MASK-LABEL": Check("Label of the lesion in the mask"),
    "MASK-FLOAT": Check("Labels are whole numbers"),
    "MASK-INTENSITY": Check("Mask is no intensity image"),
    "MASK-DIMENSION": Check("Mask 3D, one label per voxel"),
    "IMAGE-DIMENSION": Check("Image 3D, one value per voxel"),
    "IMAGE-NAN": Check("A number in every voxel"),
    "IMAGE-RANGE": Check("Intensities within reason"),
    "IMAGE-CONSTANT": Check("Intensities vary in the lesion"),
    "IMAGE-LEVELS": Check("At most 1,024 grey levels in the lesion", "kept"),
    "IMAGE-ANISOTROPIC": Check("Voxels at most 4 times as long as wide", "kept"),
    "IMAGE-RESAMPLE": Check("Reasonable size after resampling"),
    "IMAGE-SIZE": Check("Header of a reasonable size"),
    "IMAGE-READ": Check("File is a readable image"),
    "IMAGE-TRUNCATED": Check("File complete"),
    "DICOM-MISSING": Check("No slice missing"),
    "DICOM-DUPLICATE": Check("No slice twice"),
    "DICOM-RESCALE": Check("One rescale slope for all slices", "kept"),
    "DICOM-LOSSY": Check("No lossy compression"),
    "DICOM-SYNTAX": Check("Supported transfer syntax"),
}
