"""What the user decides about the reading of an upload: its dynamic series, its grid, its label, its part."""

from dataclasses import replace

import streamlit as st

from pages._ui import state
from pages._ui.case import case as cases
from pages._ui.case.held import Held
from pages._ui.guard import guarded

OTHER_GRID = ("MASK-GRID", "MASK-FLIP")
MOST_PARTS, MOST_PICTURES = 8, 6


def grid(one: Held) -> None:
    """Offers to resample a mask that lies on another grid; never without being asked."""
    if one.error is None or one.error.code not in OTHER_GRID or not one.at_hand or one.how.resample:
        return
    st.button(
        "Resample the mask with nearest neighbour", one.key(state.CASE_RESAMPLE), icon=":material/grid_on:",
        on_click=_resample, args=(one,),
        help="Each voxel of the image takes the label of the mask voxel nearest to it. Check the overlay.",
    )  # fmt: skip


def _resample(one: Held) -> None:
    one.wanted = replace(one.wanted, resample=True)


def series(one: Held) -> None:
    """Which series is the dynamic one, where several could be: a picture of each, and the choice."""
    case = one.case
    if case is None or len(case.choices) < 2 or not one.at_hand:
        return
    pictures = list(zip(case.choices, case.previews, strict=False))[:MOST_PICTURES]
    for column, (label, picture) in zip(st.columns(MOST_PICTURES), pictures, strict=False):
        with column:
            st.image(picture, caption=label.split(":")[0].capitalize(), width="stretch")
    key = one.key(state.CASE_SERIES)
    if st.session_state.get(key, case.choice) != case.choice:  # another one that could not be read
        st.session_state[key] = case.choice
    st.selectbox(
        "Dynamic series", range(len(case.choices)), case.choice, case.choices.__getitem__, key=key,
        on_change=_read_series, args=(one, key),
    )  # fmt: skip


def _read_series(one: Held, key: str) -> None:
    one.wanted = replace(one.wanted, series=st.session_state[key])


def label(one: Held) -> None:
    """Which label is the tumour, where the mask holds several or another one than 1."""
    found = one.case.labels
    if len(found) < 2 and one.case.label == 1:
        return
    names = {value: f"label {value} ({n:,} voxels)" for value, n in found.items()}
    key = one.key(state.CASE_LABEL)
    at = list(names).index(one.case.label)
    st.selectbox(
        "The tumour is", list(names), at, names.__getitem__, key=key, on_change=_labelled, args=(one, key),
        help="The overlay shows it: confirm that it lies on the tumour.",
    )  # fmt: skip


def part(one: Held) -> None:
    """Which part of a lesion in several is measured and scored; another one has to be confirmed again."""
    from core.checks import SMALLEST

    sizes = one.case.parts
    if len(sizes) < 2:
        return
    names = {cases.ALL: f"all {len(sizes)} parts", 0: f"the largest ({sizes[0]:,} voxels)"}
    others = {k: n for k, n in enumerate(sizes[:MOST_PARTS]) if k and n >= SMALLEST}
    names |= {k: f"part {k + 1} ({n:,} voxels)" for k, n in others.items()}
    key = one.key(f"{state.CASE_PARTS}-{one.case.label}")
    st.selectbox(
        "Measure and score", list(names), format_func=names.__getitem__, key=key, on_change=_measured,
        args=(one, key),
    )  # fmt: skip


def _labelled(one: Held, key: str) -> None:
    with guarded():
        one.renew(cases.with_mask(one.case, one.case.drawn, st.session_state[key]))


def _measured(one: Held, key: str) -> None:
    with guarded():
        case = one.case
        one.renew(cases.with_mask(case, case.drawn, case.label, st.session_state[key]))
