"""One patient's volume, slice by slice; only this part of the page is drawn again."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from core.figures.overlay import Colours, overlay_figure
from core.figures.slices import Slice, slice_figure
from core.figures.text import MISSING, number
from core.study.phase_files import phase_files, phase_titles
from pages._ui import access, patients, show, state
from pages._ui.guard import guarded
from pages._ui.imaging import tumour
from pages._ui.imaging.volume import ACQUIRED, Opened, maps, opened

if TYPE_CHECKING:
    from core.imaging.viewing import Viewed

NOTHING = "None"
IN_TUMOUR, ENHANCING = "tumour", "PE ≥ 70%"


@dataclass(frozen=True, eq=False)
class Looked:
    """What is looked at: a patient's phases by title, the phase of the features, and how it is shown."""

    patient: str
    files: dict[str, Path]
    used: str
    phase: str
    plane: str
    colour: str


def choose(codes: list[str]) -> str:
    """One of some patients: the one that was clicked, or picked here."""
    if st.session_state.get(state.PATIENT) not in codes:
        st.session_state.pop(state.PATIENT, None)
        picked = [code for code in patients.selected() if code in codes]
        if picked and state.PATIENT not in st.query_params:
            st.session_state[state.PATIENT] = picked[0]
    return st.selectbox("Patient", codes, key=state.PATIENT, bind="query-params", width=320)


def draw(patient: str, size: dict[str, Any]) -> None:
    """The viewer of a patient, and its tumour over time and in space.

    ``size``: slice (the key slice, from 0), volume (cc), diameter (mm), as far as known.
    """
    st.fragment(_viewer)(patient, size)
    st.fragment(tumour.draw)(patient)


def _viewer(patient: str, size: dict[str, Any]) -> None:
    with guarded():
        looked = _controls(patient)
        if looked is None:
            st.info(f"No image of {patient} was found.", icon=":material/hide_image:")
            return
        picture, side = st.columns([3, 2], gap="large")
        shown = opened(looked.files[looked.phase], patient, looked.plane)
        scale = opened(looked.files[looked.used], patient, ACQUIRED).volume
        key = min(int(size.get("slice", len(scale.voxels) // 2)), len(scale.voxels) - 1)
        with side:
            index = _slice(looked, shown, key)
            contour = st.toggle("Tumour contour", value=True, key=state.VIEW_CONTOUR)
            colours = _colours(looked, shown.lesion, index)
            if shown.fault:
                st.warning(f"No contour: {shown.fault}. The Checks page says why.", icon=":material/warning:")
            _facts(patient, scale, size)
        with picture:
            # Greys as in the key slice of the features' phase: enhancement shows from phase to phase.
            title = f"<b>{patient}</b>, {looked.phase}"
            cut = _cut(shown.volume, index, shown.lesion[index] & contour, scale.voxels[key], title)
            figure = partial(overlay_figure, cut, colours) if colours else partial(slice_figure, cut)
            said = f"Slice {index + 1} of {len(shown.volume.voxels)} of {patient}, {looked.phase}."
            show.chart(figure, said, "viewer", caption=_caption(looked, key, colours))


def _controls(patient: str) -> Looked | None:
    """Phase, plane and colours; None without an image."""
    study = access.study()
    files, used = phase_files(study, patient), study.cohort(patient).phase
    if not any(path.exists() for path in files.values()):
        return None
    titles = phase_titles(list(files), used)
    used_title = titles[used if used in files else next(iter(files))]
    named = {title: files[phase] for phase, title in titles.items()}
    kinds = ["PE", "SER"][: len(files) - 1] if next(iter(named)) == "pre-contrast" else []
    with st.container(horizontal=True, gap="medium"):
        phase = show.choice("Phase", list(named), state.VIEW_PHASE, default=used_title)
        plane = show.choice("Plane", [ACQUIRED, "axial", "coronal", "sagittal"], state.VIEW_PLANE)
        colour = show.choice("Colours", [NOTHING, *kinds], state.VIEW_COLOUR) if kinds else NOTHING
    return Looked(patient, named, used_title, phase, plane, colour)


def _slice(looked: Looked, shown: Opened, key: int) -> int:
    """Number from 0; each patient has a slider per plane: the slice of one may not exist in the next."""
    count, start = len(shown.volume.voxels), key
    name = f"{state.VIEW_SLICE}_{looked.patient}"
    if looked.plane != ACQUIRED:
        start, name = int(shown.lesion.sum(axis=(1, 2)).argmax()), f"{name}_{looked.plane}"
    if count < 2:
        return 0
    return st.slider("Slice", 1, count, min(start, count - 1) + 1, key=name, bind="query-params") - 1


def _colours(looked: Looked, lesion: "np.ndarray", index: int) -> Colours | None:
    """The chosen map in one slice, on a scale that holds for all of them."""
    if looked.colour == NOTHING or not lesion.any():
        return None
    from core.imaging.overlays import TITLES, drawn, top

    where = show.choice("Coloured where", [IN_TUMOUR, ENHANCING], state.VIEW_WHERE)
    found = maps(list(looked.files.values()), looked.patient, looked.plane)
    cut = {name: values[index] for name, values in found.items()}
    values = drawn(cut, looked.colour, lesion[index], where == ENHANCING)
    return Colours(values, TITLES[looked.colour], top(found[looked.colour], looked.colour, lesion))


def _cut(volume: "Viewed", index: int, mask: "np.ndarray", scale: "np.ndarray", title: str) -> Slice:
    """A slice in the greys of the plane ``scale``."""
    from core.imaging.viewing import greys, window

    _, row, column = volume.spacing
    plane = greys(volume.voxels[index], window(scale))
    return Slice(plane, mask, row, column, f"{title}, slice {index + 1}", edges=volume.edges)


def _caption(looked: Looked, key: int, colours: Colours | None) -> str:
    text = f"Greys in all slices and phases: 1st to 99.9th percentile of slice {key + 1}, {looked.used}."
    if colours is None:
        return text
    last = list(looked.files)[-1]
    formula = "100 (S1 - S0) / S0" if looked.colour == "PE" else "(S1 - S0) / (S2 - S0)"
    ends = ", S2 the " + last if looked.colour == "SER" else ""
    return f"{text} {looked.colour} = {formula}; S0 pre-contrast, S1 1st post-contrast{ends} phase."


def _facts(patient: str, volume: "Viewed", size: dict[str, Any]) -> None:
    between, row, column = volume.spacing
    count, rows, columns = volume.voxels.shape
    clinical = patients.clinical().set_index("patient").loc[patient]
    key = f"{size['slice'] + 1} of {count}" if "slice" in size else f"none ({count} slices)"
    facts = {
        f"**{patient}**": f"**LNM {'positive' if clinical['lnm'] else 'negative'}**",
        "Cohort": f"{clinical['cohort']} ({clinical['role']})",
        "Tumour volume": f"{number(size['volume'], 1)} cc" if "volume" in size else MISSING,
        "Largest diameter": f"{number(size['diameter'], 0)} mm" if "diameter" in size else MISSING,
        "Key slice": key,
        "Acquired": volume.plane,
        "Matrix": f"{columns} × {rows} × {count}",
        "Voxel": f"{number(column)} × {number(row)} × {number(between)} mm",
    }
    head, *lines = [f"| {name} | {value} |" for name, value in facts.items()]
    st.markdown("\n".join([head, "| --- | --- |", *lines]))
