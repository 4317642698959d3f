"""A case without a mask: a box around the tumour, the I-SPY thresholds inside it."""

from dataclasses import replace
from functools import partial

import streamlit as st

from core.errors import MaskError
from core.figures.case import box_figure
from core.imaging.box import Box, tumour_in_box
from core.imaging.tumour_volume import cubic_cm
from pages._ui import show, state
from pages._ui.case import case as cases
from pages._ui.case import pictures
from pages._ui.case.held import Held
from pages._ui.guard import guarded


def draw(one: Held) -> None:
    """The box on two planes with its controls; the mask that it gives is used when the user says so."""
    maps = one.case.maps
    st.subheader("No mask: set a box around the tumour", anchor=False)
    source = "computed from the phases" if maps.computed else "of the upload"
    st.markdown(
        f"Inside the box a voxel is tumour where PE >= 70% and 0 < SER <= 3 (maps {source}) and, before "
        "contrast, its signal is at least 60% of the box's 95th percentile. Keep heart, vessels and the "
        "other breast out of the box."
    )
    st.fragment(_tool)(one)


def _tool(one: Held) -> None:
    with guarded():
        picture = st.container()
        ranges, rest = st.columns(2, gap="large")
        with ranges:
            box = _box(one)
        with rest:
            index = _slice(one, box)
            excluded, largest = _refined(one, box)
        mask, error = _mask(one, box, excluded, largest)
        with rest:
            if error is not None:
                st.warning(str(error), icon=":material/warning:")
            else:
                st.markdown(f"**Tumour volume in the box: {cubic_cm(mask):.1f} cc**")
            if st.button("Use this mask", type="primary", icon=":material/check:", disabled=mask is None):
                note = f"Mask from a box: {_said(box, excluded, largest)}."
                case = cases.with_mask(one.case, mask)
                one.case = replace(case, notes=(*_own_notes(case), note))
                st.rerun()
        with picture:
            figure = partial(box_figure, pictures.box_views(one.case, box, mask, index))
            show.chart(figure, "The box on a slice and across the slices.", "box", private=True)


def _own_notes(case: cases.Case) -> tuple[str, ...]:
    return tuple(note for note in case.notes if not note.startswith("Mask from a box"))


def _box(one: Held) -> Box:
    columns, rows, slices = one.case.phases[0].GetSize()
    start = one.case.start
    return Box(
        _range(one, "Columns", columns, start.x),
        _range(one, "Rows", rows, start.y),
        _range(one, "Slices", slices, start.z),
    )


def _refined(one: Held, box: Box) -> tuple[list[int], bool]:
    """Slices to leave out, from 0, and whether the largest part alone is kept."""
    excluded = st.multiselect(
        "Slices to leave out", range(box.z[0] + 1, box.z[1] + 2), key=one.key(f"{state.CASE_BOX}-out"),
        placeholder="none",
    )  # fmt: skip
    largest = st.toggle("Largest part only", key=one.key(f"{state.CASE_BOX}-largest"))
    return [k - 1 for k in excluded], largest


def _range(one: Held, name: str, size: int, start: tuple[int, int]) -> tuple[int, int]:
    low, high = st.slider(
        name, 1, size, (start[0] + 1, start[1] + 1), key=one.key(f"{state.CASE_BOX}-{name}")
    )
    return low - 1, high - 1


def _slice(one: Held, box: Box) -> int:
    size = one.case.phases[0].GetSize()[2]
    return st.slider("Slice shown", 1, size, sum(box.z) // 2 + 1, key=one.key(f"{state.CASE_BOX}-shown")) - 1


def _mask(one: Held, box: Box, excluded: list[int], largest: bool) -> tuple:
    try:
        return tumour_in_box(one.case.maps, box, excluded, largest), None
    except MaskError as error:
        return None, error


def _said(box: Box, excluded: list[int], largest: bool) -> str:
    parts = [
        f"{name} {low + 1}-{high + 1}"
        for name, (low, high) in (("columns", box.x), ("rows", box.y), ("slices", box.z))
    ]
    parts += [f"without slices {', '.join(str(k + 1) for k in sorted(excluded))}"] if excluded else []
    return ", ".join([*parts, "largest part only" if largest else "all parts"])
