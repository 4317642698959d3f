"""Folders that hold several exams of one patient: the first exam alone."""

from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom.errors import InvalidDicomError

from core.imaging.dicom import BROKEN, read_file

_TAGS = ["StudyInstanceUID", "Modality", "StudyDate", "SeriesDate", "AcquisitionDate"]


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    study: str
    modality: str
    date: str


def first_visit(folder: Path, work: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder itself, or ``work`` filled with links to the files of its first MR exam, and a note.

    Where dates do not tell which exam is the first the folder stays as it is (and reading it raises
    CASE-VISITS). Files that belong to no MR exam, masks say, are linked as well.
    """
    files = [_read(path) for path in sorted(folder.rglob("*")) if path.is_file()]
    dates: dict[str, str] = {}
    for one in files:
        if one.modality == "MR":
            dates[one.study] = min(dates.get(one.study, one.date), one.date)
    order = sorted(dates, key=lambda study: dates[study])
    if len(order) < 2 or not dates[order[0]] or dates[order[0]] == dates[order[1]]:
        return folder, ()
    for one in files:
        if one.study not in order[1:]:
            target = work / one.path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.symlink_to(one.path.absolute())
    return work, (f"[VISIT-FIRST] The folder holds {len(order)} MR exams; the first by date is read.",)


def _read(path: Path) -> _File:
    try:
        head: pydicom.Dataset = read_file(path, stop_before_pixels=True, specific_tags=_TAGS)
    except (InvalidDicomError, *BROKEN):
        return _File(path, "", "", "")
    date = next((str(head.get(tag)) for tag in _TAGS[2:] if head.get(tag)), "")
    return _File(path, str(head.get("StudyInstanceUID", "")), str(head.get("Modality", "")), date)
