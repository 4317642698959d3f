"""Patterns of file names with {patient}, {phase}, * and **, and what they match in a folder."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from core.study.intake.barcodes import Matches, match
from core.study.intake.scan import VOLUMES, Listing
from core.study.intake.wildcards import compiled

IN_FOLDER = ""  # masks pattern: the mask, or SEG with maps, lies in the patient's own folder
UNSOUGHT = "not looked for yet"  # said of such masks: only reading the exam tells
COLUMNS = ["patient", "name", "rule", "phases", "files", "mask", "problem"]


@dataclass(frozen=True, slots=True)
class PatientFiles:
    """Files of one patient, names relative to the folder.

    ``phases``: a volume file, or a folder of DICOM slices, of each phase; ``exam``: else a folder with all of
    the exam, read by its headers; ``mask``: "" where it is looked for in the exam.
    """

    patient: str
    name: str
    phases: Mapping[int, str]
    exam: str
    mask: str
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What patterns match: ``table`` [patient, name, rule, phases, files, mask, problem], a row per patient.

    ``files``: of each patient; ``matches``: how patient codes and names were joined; ``unused``: names in the
    folder that no patient has; ``cut``: the folder holds more than was looked at; ``sought``: masks were
    looked for, by their names.
    """

    table: pd.DataFrame
    files: dict[str, PatientFiles]
    matches: Matches
    unused: tuple[str, ...]
    cut: bool
    sought: bool = True

    @property
    def complete(self) -> tuple[str, ...]:
        """Patients with an image and a mask; with an image, where masks are not ``sought``."""
        return tuple(p for p, found in self.files.items() if not found.problem)


def resolve(
    listing: Listing,
    images: str,
    masks: str = IN_FOLDER,
    patients: Iterable[str] | None = None,
    chosen: Mapping[str, str] | None = None,
    masks_listing: Listing | None = None,
    phase: int | None = None,
) -> Preview:
    """What two patterns match; ``patients`` None: everyone in the folder, under the name found there.

    ``chosen``: patient -> name of those that the user joined by hand; ``masks_listing``: of masks that lie in
    another folder; ``phase``: number of the phase that every patient must have. Raises StudyError
    (IMPORT-PATTERN) for a pattern without {patient} or with unknown fields.
    """
    other = masks_listing or listing
    drawn = _by_name(compiled(masks), other.files) if masks else {}
    taken = {path for group in drawn.values() for _, path in group} if other is listing else set()
    found = _by_name(compiled(images), _candidates(listing, images, taken))
    codes = list(found) if patients is None else list(dict.fromkeys(patients))
    matches, outlined = match(codes, found, chosen), match(codes, drawn, chosen)
    joined, rivals = outlined.pairs, outlined.ambiguous
    doubts = dict(zip(rivals["patient"], rivals["candidates"], strict=True)) if masks else None
    files = {}
    for row in matches.table.to_dict("records"):
        lines = [path for _, path in drawn.get(joined.get(row["patient"], ""), [])]
        files[row["patient"]] = _files(row, found.get(row["matched"], []), lines, doubts, phase)
    rules = dict(zip(matches.table["patient"], matches.table["rule"], strict=True))
    rows = [_row(one, rules[patient], listing) for patient, one in files.items()]
    unused = tuple(dict.fromkeys((*matches.unused, *outlined.unused)))
    return Preview(
        pd.DataFrame(rows, columns=COLUMNS), files, matches, unused, listing.cut or other.cut, bool(masks)
    )


def named_files(listing: Listing, pattern: str, patients: Iterable[str]) -> dict[str, str]:
    """The one file of each patient that a pattern matches; patients with none or several are left out."""
    found = _by_name(compiled(pattern), listing.files)
    pairs = match(patients, found).pairs
    return {p: found[name][0][1] for p, name in pairs.items() if len(found[name]) == 1}


def _candidates(listing: Listing, images: str, taken: set[str]) -> list[str]:
    """Volume files, and folders with files below; for a pattern that ends like a volume, files alone."""
    files = [f for f in listing.files if f.lower().endswith(VOLUMES) and f not in taken]
    if images.lower().endswith(VOLUMES):
        return files
    return files + [folder for folder in listing.folders if listing.below[folder]]


def _by_name(pattern: re.Pattern[str], paths: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """(phase, path) of each name; names that differ only by case are one, in the first spelling."""
    spelt: dict[str, str] = {}
    found: dict[str, list[tuple[str, str]]] = {}
    for path in paths:
        if hit := pattern.fullmatch(path):
            name = spelt.setdefault(hit["patient"].casefold(), hit["patient"])
            found.setdefault(name, []).append((hit.groupdict().get("phase") or "", path))
    return found


def _files(
    row: dict[str, str],
    images: list[tuple[str, str]],
    masks: list[str],
    doubts: Mapping[str, str] | None,
    needed: int | None,
) -> PatientFiles:
    phases: dict[int, str] = {}
    problems = ["no image"] if row["problem"] == "not found" else [row["problem"]] if row["problem"] else []
    for phase, path in images:
        number = phase_number(phase) if phase or needed is None else needed
        if number in phases:
            problems.append(f"several images of phase {number}" if phase else "several images")
        phases.setdefault(number, path)
    exam = next((path for phase, path in images if not phase and not path.lower().endswith(VOLUMES)), "")
    if doubts is not None and row["matched"] and len(masks) != 1:
        names = doubts.get(row["patient"])
        several = f"masks of several names: {names}" if names else "no mask"
        problems.append(f"{len(masks)} masks" if masks else several)
    if not exam and phases and needed is not None and needed not in phases:
        problems.append(f"no phase {needed}")
    if doubts is None and not exam and images:
        problems.append("no mask: give a pattern")
    mask = masks[0] if len(masks) == 1 else ""
    said = "; ".join(dict.fromkeys(problems))
    return PatientFiles(row["patient"], row["matched"], {} if exam else phases, exam, mask, said)


def phase_number(text: str) -> int:
    """Number of a phase as names write it: 0001, pre, post2; without one it is 1, the first post-contrast."""
    lower = text.lower()
    if lower == "pre":
        return 0
    digits = lower.removeprefix("post")
    return int(digits) if digits else 1


def _row(found: PatientFiles, rule: str, listing: Listing) -> tuple[object, ...]:
    phases = ", ".join(map(str, sorted(found.phases))) or ("by headers" if found.exam else "")
    files = listing.below.get(found.exam, 0) if found.exam else len(found.phases)
    mask = found.mask or (UNSOUGHT if found.exam and not found.problem else "")
    return found.patient, found.name, rule, phases, files, mask, found.problem
