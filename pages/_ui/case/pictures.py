"""Slices of a case for the figures."""

from typing import TYPE_CHECKING

import numpy as np

from core.figures.case import View
from core.figures.slices import Slice
from pages._ui.case.case import Case, first_post_contrast

if TYPE_CHECKING:
    import SimpleITK as sitk

    from core.imaging.box import Box


def overlay(case: Case, phase: int, index: int, outlined: bool = True) -> Slice:
    """One slice of a phase, with the outline of the tumour or without."""
    return _slices(case, [phase], index, outlined)[0]


def phase_slices(case: Case) -> list[Slice]:
    """The key slice in every phase, on one grey scale, nothing drawn over it."""
    return _slices(case, list(range(len(case.phases))), case.key_slice, outlined=False)


def _slices(case: Case, phases: list[int], index: int, outlined: bool) -> list[Slice]:
    import SimpleITK as sitk

    from core.imaging.key_slice import for_reading
    from core.imaging.viewing import edges

    shown = for_reading(np.hstack([sitk.GetArrayViewFromImage(case.phases[p])[index] for p in phases]))
    mask = (sitk.GetArrayViewFromImage(case.mask)[index] == 1).astype(np.uint8) * outlined
    column, row, _ = case.phases[0].GetSpacing()
    letters = edges(case.phases[0].GetDirection())
    return [
        Slice(part, mask, row, column, case.titles[p], edges=letters)
        for p, part in zip(phases, np.split(shown, len(phases), axis=1), strict=True)
    ]


def extent(case: Case) -> tuple[int, int]:
    """First and last slice that the tumour touches."""
    import SimpleITK as sitk

    filled = np.flatnonzero((sitk.GetArrayViewFromImage(case.mask) == 1).any(axis=(1, 2)))
    return int(filled[0]), int(filled[-1])


def box_views(case: Case, box: "Box", mask: "sitk.Image | None", index: int) -> list[View]:
    """The slice ``index`` and the plane across the slices through the middle row of the box."""
    import SimpleITK as sitk

    from core.imaging.key_slice import for_reading

    values = sitk.GetArrayViewFromImage(case.phases[first_post_contrast(case)])
    tumour = np.zeros(values.shape, np.uint8) if mask is None else sitk.GetArrayViewFromImage(mask)
    column, row, between = case.phases[0].GetSpacing()
    middle = sum(box.y) // 2
    (left, right), (top, bottom), (first, last) = ((low, high + 1) for low, high in (box.x, box.y, box.z))
    slices = Slice(for_reading(values[index]), tumour[index], row, column, f"Slice {index + 1}")
    across = Slice(
        for_reading(values[:, middle]),
        tumour[:, middle],
        between,
        column,
        f"Across the slices, row {middle + 1}",
    )
    inside = (left, top, right, bottom) if first <= index < last else None
    return [View(slices, inside), View(across, (left, first, right, last))]
