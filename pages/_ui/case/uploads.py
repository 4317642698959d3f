"""The uploaders: what is added is decoded, what is removed is forgotten."""

from typing import TYPE_CHECKING

import streamlit as st

from core.errors import ImageError, NodescopeError
from pages._ui import show, state
from pages._ui.case.decoding import decode
from pages._ui.case.held import Held, Ids, held, remove
from pages._ui.guard import guarded
from pages._ui.uploader import uploader

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

KINDS = {"A case as zip": ("zip",), "An image and its mask": ("image", "mask")}
VOLUMES = ["nii", "gz", "nrrd", "mha"]
ENDINGS = {"zip": ["zip"], "image": VOLUMES, "mask": [*VOLUMES, "dcm", "les"]}


def draw() -> None:
    """The uploaders, and every case held. What was removed from an uploader is forgotten."""
    parts = KINDS[show.choice("Upload", list(KINDS), state.CASE_KIND)]
    for column, part in zip(st.columns(len(parts)), parts, strict=True):
        with column:
            uploader(
                {"zip": "Zip files", "image": "Images", "mask": "Masks, in the same order"}[part],
                ENDINGS[part], _key(part), accept_multiple_files=True, on_change=_changed, args=(parts,),
            )  # fmt: skip
    sizes = {len(st.session_state.get(_key(part)) or []) for part in parts}
    if len(sizes) > 1:
        st.info(f"{max(sizes)} and {min(sizes)} files: each image needs its mask.", icon=":material/info:")
    uploads = _uploads(parts)
    st.session_state[state.CASE_SEEN] = {ids for ids, _ in uploads}
    _add(uploads)


def _key(part: str) -> str:
    return f"{state.CASE_UPLOAD}_{part}"


def _uploads(parts: tuple[str, ...]) -> "list[tuple[Ids, list[UploadedFile]]]":
    """Uploads of one kind: the first image with the first mask, and so on."""
    lists = [st.session_state.get(_key(part)) or [] for part in parts]
    return [(tuple(f.file_id for f in files), list(files)) for files in zip(*lists, strict=False)]


def _changed(parts: tuple[str, ...]) -> None:
    # Only a change by the user comes here: an uploader also forgets its files when another page is shown.
    for gone in st.session_state.get(state.CASE_SEEN, set()) - {ids for ids, _ in _uploads(parts)}:
        remove(gone)


def _add(uploads: "list[tuple[Ids, list[UploadedFile]]]") -> None:
    files_of = dict(uploads)
    for one in held():
        one.at_hand = one.ids in files_of
        if one.at_hand and one.wanted != one.how:
            with st.spinner("Reading the upload again"):
                _decode(one, files_of[one.ids])
    known = {h.ids for h in held()} | st.session_state.get(state.CASE_REMOVED, set())
    new = [(ids, files) for ids, files in uploads if ids not in known]
    for ids, files in new:
        number = max((h.number for h in held()), default=0) + 1
        with st.spinner(f"Reading upload {number}"):
            one = Held(number, " + ".join(file.name for file in files), ids)
            _decode(one, files)
        st.session_state.setdefault(state.CASE, {})[ids] = one


def _decode(one: Held, files: "list[UploadedFile]") -> None:
    """Read it in the way that is wanted; the former case stays where that fails."""
    one.error = ImageError("CASE-READ", "The upload must be readable", "something else", "Remove it.")
    one.how = one.wanted
    with guarded():
        try:
            one.renew(decode(files, one.wanted))
            one.error = None
        except NodescopeError as error:
            one.error = error
