"""What an uploaded case folder holds: DCE phases, PE and SER maps, SEG or mask."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.checks import require_same_grid
from core.errors import ImageError
from core.imaging.case_masks import find_masks
from core.imaging.dicom import Series, read_tree
from core.imaging.dynamic import choices, chosen, preview, read_dynamic, rivals
from core.imaging.enhancement import agreement, computed_maps
from core.imaging.regrid import on_grid
from core.imaging.stack import to_image
from core.imaging.tumour_volume import require_map_ranges, tumour_volume
from core.imaging.volume_files import NamedVolumes, read_named_volumes


@dataclass(frozen=True, slots=True, eq=False)
class CaseImages:
    """Images of one case on one grid: phases in time order, maps, volume of interest, mask.

    ``split_by`` says what told the phases apart, ``notes`` what was left out or looks odd (warnings begin
    with a code, "[CODE] text"), ``computed`` which of the maps (PE1, SER) come from the phases.
    ``choices``: a label for each series that could be the dynamic one; ``previews``: a picture of each, where
    there are several; ``choice``: the number, from 0, of the one that was read.
    """

    phases: tuple[sitk.Image, ...]
    phase_labels: tuple[str, ...]
    split_by: str
    pe: sitk.Image | None = None
    ser: sitk.Image | None = None
    seg: sitk.Image | None = None
    mask: sitk.Image | None = None
    notes: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    previews: tuple[NDArray[np.uint8], ...] = ()
    choice: int = 0


def recognise(folder: Path, choice: int | None = None, resample: bool = False) -> CaseImages:
    """Read a case folder: DICOM by its headers (folder names only as a last hint), other files by name.

    Args:
        folder: DICOM of any nesting; NIfTI, NRRD, MHA; masks as these, DICOM SEG, RTSTRUCT or ``.les``.
        choice: number, from 0, among ``CaseImages.choices``; None takes the likeliest, and a note says so
            where others are as likely.
        resample: the user agreed that a mask on another grid is resampled by nearest neighbour.

    Raises:
        ImageError: CASE-EMPTY without a dynamic series, CASE-SERIES for a choice that is not there,
            CASE-VISITS with several exams, CASE-MASKS with several masks, MAP-RANGE for maps with impossible
            values, DICOM-*, IMAGE-*, SEG-*, RTSTRUCT-*, LES-*.
        MaskError: MASK-GRID, MASK-FLIP.
    """
    series, others = read_tree(folder)
    named = read_named_volumes(folder)
    if series:
        case = _from_dicom(series, named, choice)
        others -= named.count - len(named.images)
    elif named.images:
        case = _from_volumes(named)
        others -= named.count
    else:
        raise _empty("no image")
    mapped = case.pe is not None and case.ser is not None
    masks = find_masks(folder, series, named, case.phases[0], of_interest=mapped or len(case.phases) > 2)
    case = replace(case, seg=masks.seg, mask=masks.mask, notes=(*case.notes, *masks.notes))
    if resample and case.mask is not None:
        mask, moved = on_grid(case.mask, case.phases[0], agreed=True)
        case = replace(case, mask=mask, notes=(*case.notes, *moved))
    _require_one_grid(case)
    require_map_ranges(case.pe, case.ser)
    case = _with_maps(case)
    return replace(case, notes=(*case.notes, *_left_out(others - masks.files)))


def default_phase(n_phases: int) -> int:
    """Index of the first post-contrast phase; 0 if there is a single one."""
    return 1 if n_phases > 1 else 0


def _from_volumes(named: NamedVolumes) -> CaseImages:
    total = len(named.images)
    labels = tuple(f"phase {k} of {total}" for k in range(1, total + 1))
    return CaseImages(named.images, labels, "one file per phase", named.pe, named.ser)


def _from_dicom(series: tuple[Series, ...], named: NamedVolumes, choice: int | None) -> CaseImages:
    by_role: dict[str, list[Series]] = {}
    for one in series:
        by_role.setdefault(_role(one), []).append(one)
    dynamic = by_role.get("DCE") or by_role.get("DERIVED") or []
    _require_one_visit(dynamic)
    case = _dynamic(dynamic, choice)
    maps = {role: by_role[role][0] for role in ("PE1", "SER") if role in by_role}
    pe, ser = (to_image(maps[role].slices) if role in maps else None for role in ("PE1", "SER"))
    several = tuple(f"{len(by_role[r])} {r} series; the first is used." for r in maps if len(by_role[r]) > 1)
    return replace(case, pe=pe or named.pe, ser=ser or named.ser, notes=(*case.notes, *several))


def _role(series: Series) -> str:
    """PE1, SER, DCE, DERIVED (else unknown), or "" for a series of no use here."""
    if series.segmentation or series.modality != "MR":
        return ""
    for hint in (series.words, series.folder):
        words = {word.upper() for word in re.split(r"[^A-Za-z0-9]+", hint)}
        if words & {"PE", "PE1"}:
            return "PE1"
        if "SER" in words:
            return "SER"
    if re.search(r"\b(PE|SUB)\d", series.words, re.IGNORECASE):
        return ""
    return "DERIVED" if "DERIVED" in series.words.split() else "DCE"


def _require_one_visit(dynamic: list[Series]) -> None:
    if not dynamic:
        raise _empty("maps or a segmentation only")
    visits = {one.study for one in dynamic}
    if len(visits) > 1:
        fix = "Pack one visit of the patient."
        raise ImageError("CASE-VISITS", "A case must hold one MR exam", f"{len(visits)}", fix)


def _dynamic(candidates: list[Series], choice: int | None) -> CaseImages:
    options = choices(candidates)
    one = chosen(options, choice)
    read = read_dynamic(one)
    labels = tuple(c.label for c in options)
    notes = [*read.notes]
    if choice is None and (equal := rivals(options)) > 1:
        notes.append(f"[CASE-SERIES] {equal} series could be the dynamic one; read was {one.label}.")
    elif unused := len(candidates) - len(one.series):
        notes.append(f"{unused} other series left out.")
    pictures = tuple(map(preview, options)) if len(options) > 1 else ()
    return CaseImages(
        read.phases, read.labels, read.split_by, notes=tuple(notes), choices=labels, previews=pictures,
        choice=options.index(one),
    )  # fmt: skip


def _with_maps(case: CaseImages) -> CaseImages:
    """Maps that are missing computed from the phases, maps that were given compared with them."""
    if case.seg is None or case.mask is not None or len(case.phases) < 3:
        return case
    computed = computed_maps(case.phases, case.seg)
    pe, ser = case.pe or computed[0], case.ser or computed[1]
    missing = tuple(name for name, image in (("PE1", case.pe), ("SER", case.ser)) if image is None)
    if missing:
        note = f"{' and '.join(missing)} computed from phases 1, 2 and {len(case.phases)}."
        return replace(case, pe=pe, ser=ser, computed=missing, notes=(*case.notes, note))
    note = str(agreement((pe, ser), computed, tumour_volume(pe, ser, case.seg)))
    return replace(case, notes=(*case.notes, note))


def _require_one_grid(case: CaseImages) -> None:
    parts = {f"image {k}": p for k, p in enumerate(case.phases[1:], start=2)}
    maps = {"PE1 map": case.pe, "SER map": case.ser, "segmentation": case.seg, "mask": case.mask}
    for name, part in {**parts, **maps}.items():
        if part is not None:
            require_same_grid(case.phases[0], part, name)


def _left_out(count: int) -> tuple[str, ...]:
    return (f"{count} file{'s' if count > 1 else ''} left out.",) if count > 0 else ()


def _empty(found: str) -> ImageError:
    fix = "Pack the case's dynamic series, or an image and its mask as NIfTI or NRRD."
    return ImageError("CASE-EMPTY", "A case must hold DCE images", found, fix)
