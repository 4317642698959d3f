"""Which files of the cohorts' patterns are there; told once where none of a pattern's is."""

import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from core.errors import Problem
from core.faults import Faults
from core.regular import exists
from core.study.folder import Cohort, Study
from core.study.phase_files import phase_files

LONGEST = 255  # bytes of a name, on every file system in use
KINDS = ("images", "masks", "second_masks")
Present = Mapping[str, frozenset[str]]  # kind of file -> patients whose file is to be opened


def check_files(study: Study, faults: Faults) -> Present:
    """Patients whose image, mask and second mask are to be opened: missing ones too, if not all are.

    Adds STUDY-PATTERN where a cohort has none of the files of a pattern, STUDY-PHASE where it has other
    phases than the one that is measured.
    """
    wanted: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for cohort in study.cohorts:
        for kind in (k for k in KINDS if getattr(cohort, k)):
            paths = _paths(study, cohort, kind)
            there = {patient for patient, path in paths.items() if exists(path)}
            if paths and not there:
                faults.problems.append(_none(study, cohort, kind, paths))
            else:
                wanted[kind] |= there if kind == "second_masks" else set(paths)
    return {kind: frozenset(patients) for kind, patients in wanted.items()}


def patients_of(study: Study, cohort: Cohort) -> list[str]:
    """Codes of a cohort's patients, in the table's order."""
    return list(study.clinical.loc[study.clinical["cohort"] == cohort.name, "patient"])


def relative(study: Study, path: Path) -> str:
    """A file's name in the study."""
    return path.relative_to(study.root).as_posix()


def _paths(study: Study, cohort: Cohort, kind: str) -> dict[str, Path]:
    pattern = getattr(cohort, kind)
    return {p: study.root / pattern.format(patient=p, phase=cohort.phase) for p in patients_of(study, cohort)}


def _none(study: Study, cohort: Cohort, kind: str, paths: Mapping[str, Path]) -> Problem:
    first, path = next(iter(paths.items()))
    key = f"cohorts.{cohort.name}"
    phases = list(phase_files(study, first)) if kind == "images" and "{phase" in cohort.images else []
    if phases:
        return Problem(
            "STUDY-PHASE",
            "The phase must be one that there are images of",
            f"phase {cohort.phase}, and images of phase {', '.join(map(str, phases))}",
            "Choose one of these, or add the images.",
            file="study.toml",
            key=f"{key}.phase",
        )
    return Problem(
        "STUDY-PATTERN",
        f"The pattern of {kind} must name files of the study",
        f"none of {len(paths):,}; the first would be {relative(study, path)}; {_beside(study, path)}",
        "Correct the pattern, or put the files there.",
        file="study.toml",
        key=f"{key}.{kind}",
    )


def _beside(study: Study, path: Path) -> str:
    """What its folder holds, without names: those of foreign files may be patients'."""
    folder = path.parent
    if max(len(os.fsencode(part)) for part in path.parts) > LONGEST:
        return f"a name of more than {LONGEST} letters, which no file can have"
    name = PurePosixPath(relative(study, folder)).as_posix()
    try:
        held = f"holds {sum(1 for _ in folder.iterdir()):,} others"
    except (FileNotFoundError, NotADirectoryError):
        return f"there is no folder {name}"
    except OSError:
        held = "is a folder that may not be read"
    return f"{'the study folder' if name == '.' else name} {held}"
