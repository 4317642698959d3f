"""One uploaded case of this session: decoded, checked, shown for confirmation, scored.

Its files are deleted as soon as they are decoded; its images stay in this session's memory only.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.errors import NodescopeError
from core.figures.slices import Slice
from core.paths import cache_folder
from core.store import Entry
from pages._ui import access, state

if TYPE_CHECKING:
    import SimpleITK as sitk
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from core.checks import MaskReport
    from core.models.bundle import Bundle
    from core.models.case import Prediction


@dataclass(frozen=True, eq=False)
class Case:
    """A decoded case: phases and mask on one grid, and what was recognised in the upload."""

    upload: tuple[str, ...]
    phases: tuple["sitk.Image", ...]
    labels: tuple[str, ...]
    mask: "sitk.Image"
    report: "MaskReport"
    key_slice: int
    recognised: tuple[str, ...]
    notes: tuple[str, ...]


def current(files: "list[UploadedFile]") -> Case | None:
    """The case of these uploads, decoded once, else the one held; None if none. Raises NodescopeError.

    An uploader forgets its files when the user looks at another page; the case stays until ``forget``.
    """
    upload = tuple(file.file_id for file in files)
    if upload and (state.CASE not in st.session_state or st.session_state[state.CASE][0] != upload):
        with st.spinner("Reading the images"):
            st.session_state[state.CASE] = (upload, _outcome(files, upload))
    _, found = st.session_state.get(state.CASE, ((), None))
    if isinstance(found, NodescopeError):
        raise found
    return found


def held() -> bool:
    """Whether a case, or the error of one, is kept from an earlier visit of the page."""
    return state.CASE in st.session_state


def forget() -> None:
    """Drop the case and what was computed of it."""
    for name in (state.CASE, state.CASE_CONFIRMED, state.CASE_RESULT):
        st.session_state.pop(name, None)


def _outcome(files: "list[UploadedFile]", upload: tuple[str, ...]) -> Case | NodescopeError:
    try:
        with tempfile.TemporaryDirectory(prefix="nodescope-") as work:
            return _decode([_saved(file, Path(work), i) for i, file in enumerate(files)], Path(work), upload)
    except NodescopeError as error:
        return error


def _saved(file: "UploadedFile", work: Path, number: int) -> Path:
    """The upload under a name of ours: its own may name the patient."""
    ending = "".join(PurePath(file.name.lower()).suffixes[-2:])
    ending = next((e for e in (".nii.gz", ".nii", ".nrrd", ".mha", ".zip") if ending.endswith(e)), ".dat")
    path = work / f"upload{number}{ending}"
    path.write_bytes(file.getbuffer())
    return path


def _decode(paths: list[Path], work: Path, upload: tuple[str, ...]) -> Case:
    from core.checks import check_pair
    from core.imaging.key_slice import key_slice
    from core.imaging.opening import case_mask, open_case, read_pair

    if len(paths) == 2:
        image, mask = read_pair(*paths)
        phases, labels, recognised, notes = (image,), ("image",), ("Mask",), ()
    else:
        images = open_case(paths[0], work / "case")
        mask, phases, labels, notes = case_mask(images), images.phases, images.phase_labels, images.notes
        parts = {"PE1": images.pe, "SER": images.ser, "SEG": images.seg, "Mask": images.mask}
        recognised = tuple(name for name, part in parts.items() if part is not None)
        if len(phases) > 1:
            notes = (f"Phases told apart by {images.split_by}.", *notes)
    report = check_pair(phases[0], mask)
    return Case(upload, tuple(phases), tuple(labels), mask, report, key_slice(mask), recognised, tuple(notes))


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

    planes = [sitk.GetArrayViewFromImage(case.phases[p])[index] for p in phases]
    shown = for_reading(np.hstack(planes))
    mask = (sitk.GetArrayViewFromImage(case.mask)[index] == 1).astype(np.uint8) * outlined
    column, row, _ = case.mask.GetSpacing()
    return [
        Slice(part, mask, row, column, case.labels[p])
        for p, part in zip(phases, np.split(shown, len(phases), axis=1), strict=True)
    ]


def extent(case: Case) -> tuple[int, int]:
    """First and last slice that the tumour touches."""
    import SimpleITK as sitk

    filled = np.flatnonzero((sitk.GetArrayViewFromImage(case.mask) == 1).any(axis=(1, 2)))
    return int(filled[0]), int(filled[-1])


def score(entry: Entry, case: Case, phase: int) -> "Prediction":
    """Prediction for the confirmed case, computed once. Raises NodescopeError."""
    from core.models.case import predict_case

    mark = (case.upload, phase, entry.key)
    held: Any = st.session_state.get(state.CASE_RESULT)
    if held is None or held[0] != mark:
        with st.spinner("Extracting 1,781 radiomics and the deep features; this takes up to a minute"):
            model = bundle(str(entry.folder))
            result = predict_case(model, case.phases[phase], case.mask, cache_folder() / "weights")
        st.session_state[state.CASE_RESULT] = held = (mark, result)
    return held[1]


@st.cache_resource(max_entries=4, show_spinner=False)
def bundle(folder: str) -> "Bundle":
    """The frozen model of a study, by its place in the store."""
    from core.models.bundle import from_bundle_bytes

    return from_bundle_bytes(access.by_folder(folder)["bundle"])
