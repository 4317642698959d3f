"""What an uploaded case folder holds: DCE phases, PE and SER maps, SEG or mask."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import SimpleITK as sitk

from core.checks import require_same_grid
from core.errors import ImageError
from core.imaging.dicom import Series, read_tree
from core.imaging.enhancement import agreement, computed_maps
from core.imaging.phases import split_phases
from core.imaging.segmentation import read_segmentation
from core.imaging.stack import to_image
from core.imaging.tumour_volume import require_map_ranges, tumour_volume
from core.imaging.volume_files import read_named_volumes


@dataclass(frozen=True, slots=True, eq=False)
class CaseImages:
    """Images of one case on one grid: phases in time order, maps, volume of interest, mask.

    ``split_by`` says what told the phases apart, ``notes`` what was left out or looks odd, ``computed`` which
    of the maps (PE1, SER) come from the phases.
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


def recognise(folder: Path) -> CaseImages:
    """Read a case folder: DICOM by its headers (folder names only as a last hint), NIfTI, NRRD, MHA by name.

    Raises ImageError (CASE-EMPTY without a dynamic series, CASE-VISITS with several exams, CASE-MASKS with
    several masks, MAP-RANGE for maps with impossible values, DICOM-*, IMAGE-*, SEG-*) and MaskError
    (MASK-GRID).
    """
    series, others = read_tree(folder)
    named = read_named_volumes(folder)
    if series:
        case = _from_dicom(series)
        case = replace(case, mask=named.mask, pe=case.pe or named.pe, ser=case.ser or named.ser)
        others -= named.count - len(named.images)
    elif named.images:
        labels = tuple(f"phase {k} of {len(named.images)}" for k in range(1, len(named.images) + 1))
        case = CaseImages(
            named.images, labels, "one file per phase", named.pe, named.ser, named.seg, named.mask
        )
        others -= named.count
    else:
        raise _empty("no image")
    _require_one_grid(case)
    require_map_ranges(case.pe, case.ser)
    case = _with_maps(case)
    return replace(case, notes=(*case.notes, *_left_out(others)))


def default_phase(n_phases: int) -> int:
    """Index of the first post-contrast phase; 0 if there is a single one."""
    return 1 if n_phases > 1 else 0


def _from_dicom(series: tuple[Series, ...]) -> CaseImages:
    by_role: dict[str, list[Series]] = {}
    for one in series:
        by_role.setdefault(_role(one), []).append(one)
    dynamic = by_role.get("DCE") or by_role.get("DERIVED") or []
    _require_one_visit(dynamic)
    case = _dynamic(dynamic)
    maps = {role: by_role[role][0] for role in ("PE1", "SER", "SEG") if role in by_role}
    pe, ser = (to_image(maps[role].slices) if role in maps else None for role in ("PE1", "SER"))
    path = maps["SEG"].segmentation if "SEG" in maps else None
    seg = read_segmentation(path, case.phases[0]) if path else None
    several = tuple(f"{len(by_role[r])} {r} series; the first is used." for r in maps if len(by_role[r]) > 1)
    return replace(case, pe=pe, ser=ser, seg=seg, notes=(*case.notes, *several))


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


def _role(series: Series) -> str:
    """PE1, SER, SEG, DCE, DERIVED (else unknown), or "" for a series of no use here."""
    if series.segmentation:
        return "SEG"
    if series.modality != "MR":
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


def _dynamic(candidates: list[Series]) -> CaseImages:
    """The kind of series with most images: one that holds all phases, or one series per phase."""
    kinds: dict[Any, list[Series]] = {}
    for one in candidates:
        kinds.setdefault(_kind(one), []).append(one)
    alike = max(kinds.values(), key=lambda group: sum(len(one.slices) for one in group))
    split = split_phases(alike[0].slices)
    if len(split.phases) > 1 or len(alike) == 1:
        case = CaseImages(tuple(to_image(p) for p in split.phases), split.labels, split.split_by)
        alike = alike[:1]
    else:
        labels = tuple(f"phase {k} of {len(alike)}: series {s.number}" for k, s in enumerate(alike, start=1))
        case = CaseImages(tuple(to_image(s.slices) for s in alike), labels, "SeriesNumber")
    unused = len(candidates) - len(alike)
    return replace(case, notes=(f"{unused} other series left out.",)) if unused else case


def _kind(series: Series) -> tuple[str, frozenset[tuple[float, ...]]]:
    """Description without its numbers, and the slice positions."""
    places = frozenset(tuple(round(v, 1) for v in one.position) for one in series.slices)
    return re.sub(r"\d+", "", series.words), places


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
