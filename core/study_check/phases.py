"""The DCE phases besides the one that is measured: there, whole by their headers, on one grid."""

import gzip
import struct
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from core.errors import ImageError, Problem
from core.faults import Faults
from core.imaging.headers import read_promise, require_kept
from core.imaging.volumes import is_volume_file
from core.regular import regular
from core.study.folder import Cohort, Study
from core.study.phase_files import phase_files
from core.study_check.files import patients_of, relative

Grid = tuple[tuple[float, ...], ...]
FEW = "The viewer and the kinetic curve have nothing to compare."


def check_phases(study: Study, faults: Faults) -> None:
    """Warn of patients with fewer phases than the others of their cohort, and of phases that cannot be shown.

    Adds warnings PHASE-ONE, PHASE-FEWER, PHASE-GRID, and IMAGE-* of the files' headers.
    """
    for cohort in study.cohorts:
        if "{phase" in cohort.images:
            found = {patient: phase_files(study, patient) for patient in patients_of(study, cohort)}
            _check_numbers(cohort, found, faults)
            for patient, files in found.items():
                _check_others(study, cohort, patient, files, faults)


def _check_numbers(cohort: Cohort, found: dict[str, dict[int, Path]], faults: Faults) -> None:
    # The measured phase counts as there: where it is missing the check of the image says so.
    counts = {p: len({*files, cohort.phase}) for p, files in found.items() if files}
    usual = Counter(counts.values()).most_common(1)[0][0] if counts else 0
    own = faults.placed(file="study.toml", key=f"cohorts.{cohort.name}.images")
    expected = "Every patient should have images before and after contrast"
    if usual == 1 and set(counts.values()) == {1}:
        text = f"one phase of each of {len(counts)} patients"
        own.warn(Problem("PHASE-ONE", expected, text, f"Add the other phases. {FEW}"))
        return
    for patient, number in counts.items():
        if number < usual:
            code = "PHASE-ONE" if number == 1 else "PHASE-FEWER"
            text = f"{number} of {usual} phases"
            own.warn(Problem(code, expected, text, "Add the missing phases.", patient=patient))


def _check_others(study: Study, cohort: Cohort, patient: str, files: dict[int, Path], faults: Faults) -> None:
    measured = files.get(cohort.phase)
    for number, path in files.items():
        if number == cohort.phase or not is_volume_file(path):
            continue
        place = {"file": relative(study, path), "patient": patient}
        try:
            require_whole(path)
        except ImageError as error:
            for problem in error.problems:
                faults.placed(**place).warn(problem)
            continue
        if measured is not None and not _same_grid(measured, path):
            expected = f"Phase {number} should lie on the grid of phase {cohort.phase}, which is measured"
            fix = "Resample it to that phase, or leave it out."
            faults.placed(**place).warn(Problem("PHASE-GRID", expected, "another grid", fix))


def require_whole(path: Path) -> None:
    """``headers.require_kept``, without unpacking a gzip file whose last bytes tell its length.

    Raises ImageError as that does.
    """
    promise = read_promise(path)
    if promise.packing == "nii.gz":
        with path.open("rb") as file:
            file.seek(-4, 2)
            length = struct.unpack("<I", file.read(4))[0]  # RFC 1952: ISIZE, modulo 2^32
        if length == (promise.start + promise.needed) % 2**32:
            return
    require_kept(promise)


def _same_grid(ours: Path, theirs: Path) -> bool:
    """Whether two volumes have one grid by their headers; True where a header cannot be read."""
    if _head(ours) == _head(theirs):
        return True
    grids = _grid(ours), _grid(theirs)
    if None in grids:
        return True
    pairs = zip(*grids, strict=True)  # type: ignore[arg-type]
    return all(len(a) == len(b) and np.allclose(a, b, rtol=1e-4, atol=1e-3) for a, b in pairs)


def _head(path: Path) -> bytes:
    """What a NIfTI header says of the grid: dim, pixdim, qform, sform (nifti1.h). Much quicker than ITK."""
    if not path.name.lower().endswith(".nii.gz"):
        return path.name.encode()
    try:
        with gzip.open(regular(path)) as file:
            head = file.read(348)
    except (OSError, EOFError, zlib.error):
        return path.name.encode()
    return head[40:56] + head[76:108] + head[252:328]


def _grid(path: Path) -> Grid | None:
    """Size, spacing, origin and axes from the file's header; None where it has none that can be read."""
    reader = sitk.ImageFileReader()
    reader.SetFileName(str(path))
    try:
        require_kept(read_promise(path))
        reader.ReadImageInformation()
    except (RuntimeError, ImageError):
        return None
    return reader.GetSize()[:3], reader.GetSpacing()[:3], reader.GetOrigin()[:3], reader.GetDirection()
