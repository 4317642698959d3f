"""A decoded case of this session: its images, its slices for the figures, its score.

Its files are deleted as soon as they are decoded; its images stay in this session's memory only.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from core.errors import MaskError
from core.figures.case import View
from core.figures.slices import Slice
from core.paths import cache_folder
from core.store import Entry
from pages._ui import access

if TYPE_CHECKING:
    import SimpleITK as sitk
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from core.checks import MaskReport
    from core.imaging.box import Box, Maps
    from core.imaging.case_folder import CaseImages
    from core.models.bundle import Bundle
    from core.models.case import Prediction

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".les", ".dcm", ".zip")


@dataclass(frozen=True, eq=False)
class Case:
    """A decoded case: phases and mask on one grid, and what was recognised in the upload.

    ``choices``: the series that could be the dynamic one, ``choice`` the number of the one that was read.
    ``drawn`` is the mask with all its parts (``parts``: their voxels), where ``mask`` may hold one. Without
    a mask of its own it has ``maps`` and a box to begin with; ``mask``, ``report`` and
    ``key_slice`` then come from the box.
    """

    phases: tuple["sitk.Image", ...]
    labels: tuple[str, ...]
    recognised: tuple[str, ...]
    notes: tuple[str, ...]
    mask: "sitk.Image | None" = None
    choices: tuple[str, ...] = ()
    choice: int = 0
    drawn: "sitk.Image | None" = None
    parts: tuple[int, ...] = ()
    report: "MaskReport | None" = None
    key_slice: int = 0
    maps: "Maps | None" = None
    start: "Box | None" = None


def decode(files: "list[UploadedFile]", choice: int | None = None) -> Case:
    """The case of one upload: a zip, of whose series one is chosen, or an image and its mask.

    Raises NodescopeError.
    """
    with tempfile.TemporaryDirectory(prefix="nodescope-") as work:
        paths = [_saved(file, Path(work), i) for i, file in enumerate(files)]
        return _pair(paths) if len(paths) == 2 else _whole(paths[0], Path(work), choice)


def _saved(file: "UploadedFile", work: Path, number: int) -> Path:
    """The upload under a name of ours: its own may name the patient."""
    ending = "".join(PurePath(file.name.lower()).suffixes[-2:])
    ending = next((e for e in ENDINGS if ending.endswith(e)), ".dat")
    path = work / f"upload{number}{ending}"
    path.write_bytes(file.getbuffer())
    return path


def _pair(paths: list[Path]) -> Case:
    from core.imaging.opening import open_pair

    images = open_pair(*paths)
    return with_mask(Case(images.phases, images.phase_labels, ("Mask",), images.notes), images.mask)


def _whole(path: Path, work: Path, choice: int | None) -> Case:
    from core.imaging.box import enhancement, first_box, phase_titles
    from core.imaging.opening import case_mask, open_case

    images = open_case(path, work / "case", choice)
    case = Case(images.phases, phase_titles(images.phases), _recognised(images), _notes(images))
    case = replace(case, choices=images.choices, choice=images.choice)
    try:
        return with_mask(case, case_mask(images))
    except MaskError as error:
        if error.code != "CASE-NO-MASK":
            raise
    maps = enhancement(images)
    return replace(case, maps=maps, start=first_box(maps))


def _recognised(images: "CaseImages") -> tuple[str, ...]:
    parts = {"PE1": images.pe, "SER": images.ser, "SEG": images.seg, "Mask": images.mask}
    found = [name for name, part in parts.items() if part is not None]
    return tuple(f"{name} (computed)" if name in images.computed else name for name in found)


def _notes(images: "CaseImages") -> tuple[str, ...]:
    told = (f"Phases told apart by {images.split_by}.",) if len(images.phases) > 1 else ()
    return (*told, *images.notes)


def with_mask(case: Case, mask: "sitk.Image") -> Case:
    """The case with this mask, checked and measured. Raises MaskError or ImageError."""
    from core.checks import check_pair
    from core.imaging.key_slice import key_slice
    from core.imaging.parts import sizes_of_parts

    report = check_pair(case.phases[0], mask)
    parts = sizes_of_parts(mask) if report.components > 1 else ()
    return replace(case, mask=mask, drawn=mask, parts=parts, report=report, key_slice=key_slice(mask))


def with_part(case: Case, number: int) -> Case:
    """The case measured on one part of the drawn mask, 0 the largest, or on all (-1). Raises MaskError."""
    from core.imaging.parts import part

    one = case.drawn if number < 0 else part(case.drawn, number)
    return replace(with_mask(case, one), drawn=case.drawn, parts=case.parts)


def first_post_contrast(case: Case) -> int:
    """Number of the phase that the model is meant for, from 0."""
    from core.imaging.case_folder import default_phase

    return default_phase(len(case.phases))


def overlay(case: Case, phase: int, index: int, outlined: bool = True) -> Slice:
    """One slice of a phase, with the outline of the tumour or without."""
    return _slices(case, [phase], index, outlined)[0]


def phase_slices(case: Case) -> list[Slice]:
    """The key slice in every phase, on one grey scale, nothing drawn over it."""
    return _slices(case, list(range(len(case.phases))), case.key_slice, outlined=False)


def _slices(case: Case, phases: list[int], index: int, outlined: bool) -> list[Slice]:
    import SimpleITK as sitk

    from core.imaging.key_slice import for_reading

    shown = for_reading(np.hstack([sitk.GetArrayViewFromImage(case.phases[p])[index] for p in phases]))
    mask = (sitk.GetArrayViewFromImage(case.mask)[index] == 1).astype(np.uint8) * outlined
    column, row, _ = case.phases[0].GetSpacing()
    return [
        Slice(part, mask, row, column, case.labels[p])
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


def score(
    entry: Entry, case: Case, phase: int, batch: str | None, say: Callable[[str], None]
) -> "Prediction":
    """Prediction for a confirmed case; ``say`` is told each step. Raises NodescopeError."""
    from core.models.case import predict_case

    model = bundle(str(entry.folder))
    return predict_case(model, case.phases[phase], case.mask, cache_folder() / "weights", say, batch)


@st.cache_resource(max_entries=4, show_spinner=False)
def bundle(folder: str) -> "Bundle":
    """The frozen model of a study, by its place in the store."""
    from core.models.bundle import from_bundle_bytes

    return from_bundle_bytes(access.by_folder(folder)["bundle"])
