"""The I-SPY tumour volume inside a box that a reader draws, for a case that brings no mask."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import SimpleITK as sitk

from core.errors import MaskError
from core.imaging.case_folder import CaseImages, default_phase
from core.imaging.enhancement import (
    BACKGROUND,
    PERCENTILE,
    enhancement_ratio,
    like,
    percent_enhancement,
    signal,
)
from core.imaging.tumour_volume import tumour_volume

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """First and last voxel, counted from 0, both inside, along columns (x), rows (y) and slices (z)."""

    x: Range
    y: Range
    z: Range

    def slices(self) -> tuple[slice, slice, slice]:
        """Of an array (z, y, x)."""
        z, y, x = (slice(low, high + 1) for low, high in (self.z, self.y, self.x))
        return z, y, x


@dataclass(frozen=True, slots=True, eq=False)
class Maps:
    """Percent enhancement in %, signal enhancement ratio, and the pre-contrast phase (None if unknown).

    ``computed``: from the phases, rather than given with the case.
    """

    pe: sitk.Image
    ser: sitk.Image
    before: sitk.Image | None
    computed: bool


def enhancement(case: CaseImages) -> Maps:
    """PE and SER of a case: its own maps, else from its phases (pre-contrast, first post-contrast, last).

    PE = 100 (S1 - S0) / S0 and SER = (S1 - S0) / (S2 - S0); 0 where a divisor is not positive, or not
    finite. Raises MaskError (CASE-NO-MASK) with neither both maps nor three phases.
    """
    phases = case.phases
    before = phases[0] if len(phases) > 1 else None
    if case.pe is not None and case.ser is not None:
        return Maps(case.pe, case.ser, before, computed=False)
    if len(phases) < 3:
        raise MaskError(
            "CASE-NO-MASK",
            "A case must hold a tumour mask, or what a box needs: PE and SER maps, or three DCE phases",
            f"{len(phases)} phase{'s' if len(phases) > 1 else ''} and no mask",
            "Add a mask drawn on the DCE image as NIfTI or NRRD, or the missing phases.",
        )
    first, early, late = (signal(phases[k]) for k in (0, default_phase(len(phases)), -1))
    pe, ser = percent_enhancement(first, early), enhancement_ratio(first, early, late)
    return Maps(like(pe, phases[0]), like(ser, phases[0]), before, computed=True)


def tumour_in_box(maps: Maps, box: Box, excluded: Collection[int] = (), largest: bool = False) -> sitk.Image:
    """Mask (uint8, 0 or 1) of the voxels in ``box`` with PE >= 70%, 0 < SER <= 3 and signal before contrast.

    A voxel counts as tissue where its pre-contrast signal is at least 60% of the box's 95th percentile
    (the background threshold of UCSF's FTV software for I-SPY); without that phase all do. ``excluded``:
    slices to leave out, from 0. ``largest``: keep the largest part alone (parts touch by a corner).
    Raises MaskError (BOX-EMPTY).
    """
    inside = np.zeros(maps.pe.GetSize()[::-1], dtype=np.uint8)
    inside[box.slices()] = 1
    inside[list(excluded)] = 0
    if maps.before is not None:
        before = sitk.GetArrayViewFromImage(maps.before)
        inside[before < BACKGROUND * np.percentile(before[box.slices()], PERCENTILE)] = 0
    region = like(inside, maps.pe)
    try:
        tumour = tumour_volume(maps.pe, maps.ser, region)
    except MaskError as error:
        if error.code != "MASK-EMPTY":
            raise
        fix = "Take in a slice again." if not inside.any() and excluded else "Move or enlarge the box."
        found = f"none of {np.count_nonzero(inside):,} voxels of tissue in the box"
        raise MaskError("BOX-EMPTY", "Some voxels must have PE >= 70% and 0 < SER <= 3", found, fix) from None
    return _largest(tumour) if largest else tumour


def first_box(maps: Maps) -> Box:
    """A box to begin with: around the largest enhancing part in the middle 80% of the image's planes."""
    columns, rows, slices = maps.pe.GetSize()
    middle = Box(_middle(columns), _middle(rows), (0, slices - 1))
    try:
        found = sitk.GetArrayFromImage(tumour_in_box(maps, middle, largest=True)) > 0
    except MaskError:
        return middle
    filled = [np.flatnonzero(found.any(axis=axes)) for axes in ((0, 1), (0, 2), (1, 2))]
    low_high = [(int(f[0]), int(f[-1])) for f in filled]
    return Box(*low_high)


def _middle(size: int) -> Range:
    return size // 10, size - 1 - size // 10


def _largest(mask: sitk.Image) -> sitk.Image:
    parts = sitk.RelabelComponent(sitk.ConnectedComponent(mask, True), sortByObjectSize=True)
    return sitk.Cast(parts == 1, sitk.sitkUInt8)


def phase_titles(phases: Sequence[object]) -> tuple[str, ...]:
    """Names of DCE phases in time order: pre-contrast, 1st post-contrast, ..."""
    if len(phases) == 1:
        return ("single phase",)
    return ("pre-contrast", *(f"{_ordinal(k)} post-contrast" for k in range(1, len(phases))))


def _ordinal(number: int) -> str:
    tens, ones = divmod(number % 100, 10)
    return f"{number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"
