"""PE and SER maps from the phases of a DCE series, by the conventions of the I-SPY maps.

Read off the maps of a real patient (UCSF-BR-06, Breast-MRI-NACT-Pilot) and their DICOM headers: PE is cut
to whole percent and never negative, SER is rounded to 0.001 and cut at 3; both are 0 in the background, SER
also where PE is under 70%, the late signal is not above the first, or fewer than 4 of the 26 neighbours are
candidates (the header's PE_threshold 70 and minimum_neighbor_count 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.checks import bounding_box, require_same_grid
from core.errors import ImageError, MaskError

MIN_PE, MAX_SER = 70.0, 3.0
BACKGROUND, PERCENTILE = 0.6, 95
NEIGHBOURS = 4
PE_WITHIN, SER_WITHIN = 1.0, 0.01
ENOUGH = 0.999  # below this share of tumour voxels the maps stem from something else

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Share of tumour voxels whose given PE lies within 1, and SER within 0.01, of the computed one."""

    pe: float
    ser: float
    voxels: int

    def __str__(self) -> str:
        text = (
            f"Given and computed maps agree in {100 * self.pe:.2f}% (PE, within 1) and "
            f"{100 * self.ser:.2f}% (SER, within 0.01) of {self.voxels:,} tumour voxels."
        )
        doubt = "They may stem from other phases than those here: check the tumour volume."
        return text if min(self.pe, self.ser) >= ENOUGH else f"[MAP-DIFFER] {text} {doubt}"


def percent_enhancement(before: Floats, early: Floats) -> Floats:
    """PE = 100 (S1 - S0) / S0 in %; 0 where S0 is not positive or a value not finite."""
    return _ratio(100 * (early - before), before)  # whole signals then give exact whole percents


def enhancement_ratio(before: Floats, early: Floats, late: Floats) -> Floats:
    """SER = (S1 - S0) / (S2 - S0), no unit; 0 where S2 is not above S0 or a value not finite."""
    return _ratio(early - before, late - before)


def computed_maps(phases: Sequence[sitk.Image], region: sitk.Image) -> tuple[sitk.Image, sitk.Image]:
    """PE (whole %) and SER (to 0.001, no unit) as float32 on the grid of the phases.

    Args:
        phases: at least three in time order; S0, S1, S2 are the first, the second and the last.
        region: the volume of interest; its bounding box gives the background threshold, 60% of the 95th
            percentile of S0 there.

    Raises:
        ImageError: MAP-PHASES for fewer than three phases.
        MaskError: MASK-GRID where the region lies on another grid, MASK-EMPTY where it is empty.
    """
    if len(phases) < 3:
        fix = "Add the missing phases, or the PE and SER maps."
        raise ImageError("MAP-PHASES", "PE and SER must come from three phases", f"{len(phases)}", fix)
    require_same_grid(phases[0], region, "segmentation")
    before, early, late = (signal(phases[k]) for k in (0, 1, -1))
    tissue = before >= _background(before, sitk.GetArrayViewFromImage(region) > 0)
    percent = np.floor(np.maximum(percent_enhancement(before, early), 0)) * tissue
    kept = _clustered((percent >= MIN_PE) & (late > before))
    ratio = np.round(np.clip(enhancement_ratio(before, early, late), 0, MAX_SER), 3) * kept
    return like(percent.astype(np.float32), phases[0]), like(ratio.astype(np.float32), phases[0])


def agreement(
    given: tuple[sitk.Image, sitk.Image], computed: tuple[sitk.Image, sitk.Image], tumour: sitk.Image
) -> Agreement:
    """How far two pairs (PE, SER) of maps agree where ``tumour`` is not 0; all on one grid."""
    inside = sitk.GetArrayViewFromImage(tumour) > 0
    pe, ser = (
        float((np.abs(_inside(one, inside) - _inside(other, inside)) <= within).mean())
        for one, other, within in zip(given, computed, (PE_WITHIN, SER_WITHIN), strict=True)
    )
    return Agreement(pe, ser, int(inside.sum()))


def signal(image: sitk.Image) -> Floats:
    """Voxels (z, y, x) as float32."""
    return sitk.GetArrayFromImage(image).astype(np.float32)


def like(values: NDArray[np.generic], image: sitk.Image) -> sitk.Image:
    """An image of an array (z, y, x) on the grid of another."""
    made = sitk.GetImageFromArray(values)
    made.CopyInformation(image)
    return made


def _inside(image: sitk.Image, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    return sitk.GetArrayViewFromImage(image)[inside].astype(np.float64)


def _background(before: Floats, region: NDArray[np.bool_]) -> float:
    if not region.any():
        raise MaskError(
            "MASK-EMPTY", "The segmentation must hold at least one voxel", "none", "Segment the lesion."
        )
    return BACKGROUND * float(np.percentile(before[bounding_box(region)], PERCENTILE))


def _clustered(candidates: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Candidates with enough candidates around them; beyond the volume it goes on as at its edge."""
    from scipy.ndimage import convolve  # here: a process that only decodes starts without SciPy

    around = convolve(candidates.astype(np.uint8), np.ones((3, 3, 3), np.uint8), mode="nearest")
    kept: NDArray[np.bool_] = candidates & (around - candidates >= NEIGHBOURS)
    return kept


def _ratio(part: Floats, whole: Floats) -> Floats:
    usable = np.isfinite(part) & np.isfinite(whole) & (whole > 0)
    ratio: Floats = np.zeros_like(part)
    np.divide(part, whole, out=ratio, where=usable)
    return ratio
