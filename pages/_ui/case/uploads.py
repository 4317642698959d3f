"""The cases that this session holds: uploaded, listed with their state, opened, removed."""

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.errors import ImageError, NodescopeError
from core.figures.text import estimate, number
from core.store import Entry
from pages._ui import show, state
from pages._ui.case import case as cases
from pages._ui.guard import guarded

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from core.models.case import Prediction

KINDS = {"A case as zip": ("zip",), "An image and its mask": ("image", "mask")}
NAME = 32
VOLUMES = ["nii", "gz", "nrrd", "mha"]
ENDINGS = {"zip": ["zip"], "image": VOLUMES, "mask": [*VOLUMES, "dcm", "les"]}
Ids = tuple[str, ...]


@dataclass(eq=False)
class Held:
    """One upload: its number in this session, the user's own names of its files, what came of it.

    ``at_hand``: its files are still there, so that another of its series can be read. ``batch``: its scanner
    or whatever the model's ComBat goes by, None where it was not told.
    """

    number: int
    names: str
    ids: Ids
    case: cases.Case | None = None
    error: NodescopeError | None = None
    phase: int | None = None
    batch: str | None = None
    at_hand: bool = True
    results: dict[str, Any] = field(default_factory=dict)

    def result(self, entry: Entry) -> "Prediction | None":
        """Its prediction by this model, or None."""
        return self.results.get(entry.key)

    def key(self, name: str) -> str:
        """Each case has its own controls: the slice of one may not exist in the next."""
        return "-".join([name, *self.ids])


def draw() -> list[Held]:
    """The uploaders, and every case held. What was removed from an uploader is forgotten."""
    parts = KINDS[show.choice("Upload", list(KINDS), state.CASE_KIND)]
    for column, part in zip(st.columns(len(parts)), parts, strict=True):
        column.file_uploader(
            {"zip": "Zip files", "image": "Images", "mask": "Masks, in the same order"}[part],
            type=ENDINGS[part],
            key=_key(part),
            accept_multiple_files=True,
            on_change=_changed,
            args=(parts,),
        )
    sizes = {len(st.session_state.get(_key(part)) or []) for part in parts}
    if len(sizes) > 1:
        st.info(f"{max(sizes)} and {min(sizes)} files: each image needs its mask.", icon=":material/info:")
    uploads = _uploads(parts)
    st.session_state[state.CASE_SEEN] = {ids for ids, _ in uploads}
    _add(uploads)
    return held()


def held() -> list[Held]:
    """Every case of this session, by number."""
    return list(st.session_state.get(state.CASE, {}).values())


def remove(ids: Ids) -> None:
    """Forget one case and everything computed of it."""
    kept = st.session_state.get(state.CASE, {})
    kept.pop(ids, None)
    st.session_state.setdefault(state.CASE_REMOVED, set()).add(ids)
    if not kept:
        st.session_state.pop(state.CASE, None)


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
        if one.at_hand and one.case:
            _read_chosen(one, files_of[one.ids])
    known = {h.ids for h in held()} | st.session_state.get(state.CASE_REMOVED, set())
    new = [(ids, files) for ids, files in uploads if ids not in known]
    for ids, files in new:
        number_ = max((h.number for h in held()), default=0) + 1
        with st.spinner(f"Reading upload {number_}"):
            one = Held(number_, " + ".join(file.name for file in files), ids)
            _decode(one, files)
        st.session_state.setdefault(state.CASE, {})[ids] = one


def _read_chosen(one: Held, files: "list[UploadedFile]") -> None:
    """Another series of the upload, if the user chose one; the former stays where it cannot be read."""
    key = one.key(state.CASE_SERIES)
    chosen = st.session_state.get(key)
    if chosen in (None, one.case.choice):
        return
    with st.spinner("Reading the other series"):
        _decode(one, files, chosen)
    st.session_state[key] = one.case.choice
    one.phase = None
    one.results.clear()


def _decode(one: Held, files: "list[UploadedFile]", choice: int | None = None) -> None:
    one.error = ImageError("CASE-READ", "The upload must be readable", "something else", "Remove it.")
    with guarded():
        try:
            one.case, one.error = cases.decode(files, choice), None
        except NodescopeError as error:
            one.error = error


def choose(entry: Entry) -> Held | None:
    """Errors, results and, among several cases, the one that is open; None while there is none."""
    every = held()
    for one in every:
        if one.error is not None:
            name = f"Upload {one.number}: " if len(every) > 1 else ""
            st.error(f"{name}{one.error}", icon=":material/error:")
    if not every:
        return None
    if len(every) > 1:
        _table(every, entry)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        opened = _opened(every)
        st.button(
            "Remove the case", on_click=remove, args=(opened.ids,), icon=":material/delete:", type="tertiary"
        )
    _series(opened)
    return None if opened.case is None else opened


def _series(one: Held) -> None:
    """Which series is the dynamic one, where several could be."""
    if one.case is None or len(one.case.choices) < 2 or not one.at_hand:
        return
    said = one.case.choices.__getitem__
    st.selectbox(
        "Dynamic series", range(len(one.case.choices)), one.case.choice, said, key=one.key(state.CASE_SERIES)
    )


def _opened(every: list[Held]) -> Held:
    by_number = {one.number: one for one in every}
    if len(every) == 1:
        st.caption(f"Case {every[0].number}: {every[0].names}")
        return every[0]
    if st.session_state.get(state.CASE_OPEN) not in by_number:
        st.session_state[state.CASE_OPEN] = next((h.number for h in every if h.case), every[0].number)
    # The user's own file names are said here and nowhere else: no table, no download holds them.
    names = {
        n: f"{n}: {textwrap.shorten(one.names, NAME, placeholder='...')}" for n, one in by_number.items()
    }
    chosen = st.segmented_control(
        "Open case", names, format_func=names.__getitem__, key=state.CASE_OPEN, required=True
    )
    return by_number[chosen]


def standing(one: Held, entry: Entry) -> str:
    """How a case stands, in words."""
    if one.case is None:
        return f"error {one.error.code}"
    if one.case.mask is None:
        return "needs a box"
    if one.phase is None:
        return "overlay to be confirmed"
    return "scored" if one.result(entry) else "confirmed, not scored yet"


def _table(every: list[Held], entry: Entry) -> None:
    rows = [_row(one, entry) for one in every]
    printed = [{"Case": str(one.number), **cells} for one, (cells, _) in zip(every, rows, strict=True)]
    show.table(pd.DataFrame(printed).fillna(""), "cases", pd.DataFrame([raw for _, raw in rows]))


def _row(one: Held, entry: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the table prints of a case, and its full numbers (without the names of its files)."""
    printed, raw = {"State": standing(one, entry)}, {"case": one.number, "state": standing(one, entry)}
    found = one.result(entry)
    if found is None:
        return printed, raw
    limits = (found.probability_low, found.probability_high)
    printed |= {"P(LNM)": estimate(found.probability, *limits), "Risk": "high" if found.high_risk else "low"}
    printed["Domain"] = "inside" if found.domain["inside"] else "OUTSIDE"
    printed |= {name: number(value) for name, value in found.signatures.items()}
    raw |= {"probability": found.probability, "probability_low": limits[0], "probability_high": limits[1]}
    raw |= {"models": found.models, "cutoff": found.cutoff, "high_risk": found.high_risk}
    raw |= {**found.signatures, "total_points": found.total_points, "rank": found.rank}
    raw |= {
        f"domain_{k}": found.domain[k] for k in ("inside", "distance", "threshold", "share_outside_range")
    }
    return printed, raw | {"voxels": found.tumour["voxels"], "volume_mm3": found.tumour["volume_mm3"]}
