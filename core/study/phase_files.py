"""The DCE phases that a patient has files of, and their titles."""

from pathlib import Path

from core.regular import exists
from core.study.manifest import Study

MOST = 32
ORDINALS = {1: "st", 2: "nd", 3: "rd"}


def phase_files(study: Study, patient: str) -> dict[int, Path]:
    """Images (files, or folders of DICOM slices) by phase number, in order.

    The cohort's own phase alone where its pattern names none.
    """
    cohort = study.cohort(patient)
    if "{phase" not in cohort.images:
        return {cohort.phase: study.image_path(patient)}
    names = {number: cohort.images.format(patient=patient, phase=number) for number in range(MOST)}
    paths = {number: study.root / name for number, name in names.items()}
    return {number: path for number, path in paths.items() if exists(path)}


def phase_titles(numbers: list[int], used: int) -> dict[int, str]:
    """``pre-contrast``, ``1st post-contrast``, ... of ascending phase numbers.

    The first is pre-contrast where it is number 0 or comes before ``used``, the phase of the features,
    which is never taken before contrast unless it is 0.
    """
    before = bool(numbers) and (numbers[0] == 0 or numbers[0] < used)
    titles = [f"{_ordinal(k)} post-contrast" for k in range(1, len(numbers) + 1)]
    return dict(zip(numbers, ["pre-contrast", *titles] if before else titles, strict=False))


def _ordinal(k: int) -> str:
    return f"{k}{'th' if k % 100 in (11, 12, 13) else ORDINALS.get(k % 10, 'th')}"
