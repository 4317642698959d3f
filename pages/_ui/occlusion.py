"""The occlusion map of a deep signature, of a patient or of a new case: asked for, waited for, shown."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from core.figures.occlusion import occlusion_figure
from core.figures.slices import Slice
from core.figures.text import number, signed
from pages._ui import show, state

if TYPE_CHECKING:
    from core.features.occlusion import Occlusion, Progress

BACKBONES = {"GoogLeNet": "googlenet", "ResNet50": "resnet50"}
ABOUT = (
    "A grey square hides one place of the patch after another; the map shows what that changes in the "
    "signature's probability of LNM."
)
READING = (
    "Blue: without this place the probability falls, so what stands there speaks for LNM. Red: it rises. A "
    "grey square is itself something that the network never saw: read the map as a hint, not as a cause."
)
TAKES = "Some ten seconds on two cores."
T = TypeVar("T")


def choice() -> str:
    """The deep signature to explain, by its title."""
    st.caption(ABOUT)
    return show.choice("Signature", list(BACKBONES), state.OCCLUSION)


def on_demand(make: "Callable[[Progress], T]", key: str) -> "T | None":
    """What ``make`` gives once the button is pressed, with its progress; None until then."""
    asked = f"{key}_asked"
    if not st.session_state.pop(asked, False):
        ask = partial(st.session_state.update, {asked: True})
        st.button("Compute the map", on_click=ask, icon=":material/center_focus_strong:", key=key, help=TAKES)
        return None
    bar = st.progress(0.0, "Loading the network")

    def progress(done: int, total: int) -> None:
        bar.progress(done / total, f"Hiding one square after another: row {done} of {total}")

    made = make(progress)
    bar.empty()
    return made


def draw(title: str, found: "Occlusion", shown: Slice, note: str, *, private: bool = False) -> None:
    """The map beside what it says; ``note``: on this patient and the signature."""
    low, high = float(found.changes.min()), float(found.changes.max())
    side = found.step * (1 + len(found.heat) - len(found.changes))
    said = (
        f"{title} signature of the whole patch: P(LNM+) {number(found.base)}. Hiding one of "
        f"{found.changes.size} squares ({side} x {side} pixels, {number(side * shown.row_mm, 1)} mm) changes "
        f"it by {signed(low)} to {signed(high)}."
    )
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        caption = "Mean over the squares that hide a place; outline: tumour."
        figure = partial(occlusion_figure, shown, found.heat)
        show.chart(figure, said, "occlusion", caption=caption, private=private)
    with right:
        show.weights()
        st.markdown(said)
        st.markdown(note)
        st.caption(READING)
