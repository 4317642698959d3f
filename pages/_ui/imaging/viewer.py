"""One patient's volume, slice by slice; only this part of the page is drawn again."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.figures.slices import Slice, slice_figure
from core.figures.text import number
from core.study.phase_files import phase_files, phase_titles
from pages._ui import access, patients, show, state
from pages._ui.guard import guarded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.imaging.viewing import Viewed


def draw(codes: list[str], sizes: dict[str, dict[str, Any]]) -> None:
    """A viewer for one of some patients.

    Args:
        codes: patients to choose from.
        sizes: by patient code: slice (the key slice, from 0), volume (cc), diameter (mm), as far as known.
    """
    if st.session_state.get(state.PATIENT) not in codes:
        st.session_state.pop(state.PATIENT, None)
        if patients.selected() and state.PATIENT not in st.query_params:
            st.session_state[state.PATIENT] = patients.selected()[0]
    patient = st.selectbox("Patient", codes, key=state.PATIENT, bind="query-params", width=320)
    st.fragment(_viewer)(patient, sizes.get(patient, {}))


def _viewer(patient: str, size: dict[str, Any]) -> None:
    with guarded():
        study = access.study()
        files, used = phase_files(study, patient), study.cohort(patient).phase
        if not files:
            st.info(f"No image of {patient} was found.")
            return
        titles = phase_titles(list(files), used)
        used = used if used in files else next(iter(files))
        named = {title: phase for phase, title in titles.items()}
        title = show.choice("Phase", list(named), state.VIEW_PHASE, default=titles[used])
        picture, side = st.columns([3, 2], gap="large")
        volume, lesion = _opened(files[named[title]], study, patient)
        measured, _ = _opened(files[used], study, patient)
        key = min(int(size.get("slice", len(measured.voxels) // 2)), len(measured.voxels) - 1)
        with side:
            index = _slice(patient, len(volume.voxels), key)
            contour = st.toggle("Tumour contour", value=True, key=state.VIEW_CONTOUR)
            _facts(patient, volume, size)
        with picture:
            # Greys as in the key slice of the features' phase: enhancement shows from phase to phase.
            mask, key_plane = lesion[index] & contour, measured.voxels[key]
            shown = _cut(volume, index, mask, key_plane, f"<b>{patient}</b>, {title}")
            said = f"Slice {index + 1} of {len(volume.voxels)} of {patient}, {title}."
            caption = (
                f"Greys in all slices and phases: 1st to 99.9th percentile of slice {key + 1}, {titles[used]}"
            )
            show.chart(partial(slice_figure, shown), said, "viewer", caption=caption)


def _slice(patient: str, count: int, start: int) -> int:
    """Number from 0; each patient has an own slider: the slice of one may not exist in the next."""
    if count < 2:
        return 0
    key = f"{state.VIEW_SLICE}_{patient}"
    return st.slider("Slice", 1, count, min(start, count - 1) + 1, key=key, bind="query-params") - 1


def _cut(volume: "Viewed", index: int, mask: "NDArray[Any]", scale: "NDArray[Any]", title: str) -> Slice:
    """A slice in the greys of the plane ``scale``."""
    from core.imaging.viewing import greys, window

    _, row, column = volume.spacing
    plane = greys(volume.voxels[index], window(scale))
    return Slice(plane, mask, row, column, f"{title}, slice {index + 1}", edges=volume.edges)


def _facts(patient: str, volume: "Viewed", size: dict[str, Any]) -> None:
    between, row, column = volume.spacing
    count, rows, columns = volume.voxels.shape
    clinical = patients.clinical().set_index("patient").loc[patient]
    key = f"{size['slice'] + 1} of {count}" if "slice" in size else f"none ({count} slices)"
    facts = {
        f"**{patient}**": f"**LNM {'positive' if clinical['lnm'] else 'negative'}**",
        "Cohort": f"{clinical['cohort']} ({clinical['role']})",
        "Tumour volume": f"{number(size.get('volume'), 1)} cc",
        "Largest diameter": f"{number(size.get('diameter'), 0)} mm",
        "Key slice": key,
        "Plane": volume.plane,
        "Matrix": f"{columns} × {rows} × {count}",
        "Voxel": f"{number(column)} × {number(row)} × {number(between)} mm",
    }
    head, *lines = [f"| {name} | {value} |" for name, value in facts.items()]
    st.markdown("\n".join([head, "| --- | --- |", *lines]))


def _opened(image: Path, study: Any, patient: str) -> "tuple[Viewed, NDArray[Any]]":
    mask = study.mask_path(patient)
    stamps = [path.stat().st_mtime_ns if path.is_file() else 0 for path in (image, mask)]
    return _read(str(image), str(mask), study.settings.radiomics.label, tuple(stamps))


@st.cache_resource(max_entries=6, show_spinner=False)
def _read(image: str, mask: str, label: int, _stamps: tuple[int, ...]) -> "tuple[Viewed, NDArray[Any]]":
    from core.imaging.masks import read_mask
    from core.imaging.viewing import lesion, viewed
    from core.imaging.volumes import read_volume

    volume = read_volume(Path(image))
    return viewed(volume), lesion(volume, read_mask(Path(mask), volume)[0], label)
