"""Uploads that may lie on disk: zips of images, expression tables, gene sets."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import StudyError
from core.importing.drafts import Draft

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

MOST = 10  # zips; each is bounded by itself


def unpacked(draft: Draft, files: "list[UploadedFile]", name: str) -> str:
    """Zips, one over the other, as a folder of the draft. Raises ImageError (ARCHIVE-*), StudyError."""
    from core.imaging.archive import unpack

    if len(files) > MOST:
        expected = f"At most {MOST} zips must be uploaded at a time"
        raise StudyError("UPLOAD-MANY", expected, str(len(files)), "Put the images on the server instead.")
    work, target = draft.files / f".{name}", draft.files / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, mode=0o700)
    try:
        for number, file in enumerate(files):
            part = work / str(number)
            unpack(file, part)
            _merge(part, work / "all")
        shutil.rmtree(target, ignore_errors=True)
        (work / "all").replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return name


def _merge(part: Path, whole: Path) -> None:
    for path in sorted(part.rglob("*")):
        place = whole / path.relative_to(part)
        if path.is_dir():
            place.mkdir(parents=True, exist_ok=True)
        elif place.exists():
            expected = "Zips that are uploaded together must hold different files"
            raise StudyError("UPLOAD-TWICE", expected, "one file twice", "Upload them as one zip.")
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            path.rename(place)


def saved(draft: Draft, files: "list[UploadedFile]", name: str) -> str:
    """One file under a name of ours."""
    draft.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = draft.files / f".{name}"
    temporary.write_bytes(files[0].getbuffer())
    temporary.replace(draft.files / name)
    return name


def fetched(draft: Draft, library: str) -> str:
    """A gene-set library of Enrichr as a file of the draft. Raises CannotRun (GENESETS-SOURCE)."""
    from core.genomics.gene_set_source import download

    text, name = download(library), "genesets.gmt"
    draft.files.mkdir(parents=True, exist_ok=True, mode=0o700)
    (draft.files / name).write_text(text, encoding="utf-8")
    return name
