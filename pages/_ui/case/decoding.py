"""From the files of an upload to a case; they are deleted as soon as they are decoded."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from core.errors import MaskError
from pages._ui.case.case import Case, with_mask

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from core.imaging.case_folder import CaseImages

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".les", ".dcm", ".zip")


@dataclass(frozen=True, slots=True)
class How:
    """What the user decided about the reading.

    ``series``: number of the dynamic series, None for the likeliest; ``resample``: a mask on another grid is
    brought to the image's by nearest neighbour.
    """

    series: int | None = None
    resample: bool = False


def decode(files: "list[UploadedFile]", how: How) -> Case:
    """The case of one upload: a zip, or an image and its mask. Raises NodescopeError."""
    with tempfile.TemporaryDirectory(prefix="nodescope-") as work:
        paths = [_saved(file, Path(work), i) for i, file in enumerate(files)]
        return _pair(paths, how) if len(paths) == 2 else _whole(paths[0], Path(work), how)


def _saved(file: "UploadedFile", work: Path, number: int) -> Path:
    """The upload under a name of ours: its own may name the patient."""
    ending = "".join(PurePath(file.name.lower()).suffixes[-2:])
    ending = next((e for e in ENDINGS if ending.endswith(e)), ".dat")
    path = work / f"upload{number}{ending}"
    path.write_bytes(file.getbuffer())
    return path


def _pair(paths: list[Path], how: How) -> Case:
    from core.imaging.opening import open_pair

    images = open_pair(*paths, resample=how.resample)
    return with_mask(Case(images.phases, images.phase_labels, ("Mask",), images.notes), images.mask)


def _whole(path: Path, work: Path, how: How) -> Case:
    from core.imaging.box import enhancement, first_box, phase_titles
    from core.imaging.opening import case_mask, open_case

    images = open_case(path, work / "case", how.series, how.resample)
    case = Case(images.phases, phase_titles(images.phases), _recognised(images), _notes(images))
    case = replace(case, choices=images.choices, previews=images.previews, choice=images.choice)
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
