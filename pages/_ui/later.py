"""What takes long to draw comes when the page already stands."""

from collections.abc import Callable

import streamlit as st

from pages._ui import state

# Two frames: the page has been painted, and its other figures are drawn.
_idle = st.components.v2.component(
    "idle",
    js="""
    export default function({ setTriggerValue }) {
        const tell = () => setTimeout(() => setTriggerValue('idle', Date.now()), 50);
        requestAnimationFrame(() => requestAnimationFrame(tell));
    }
    """,
)


def begin(page: str) -> None:
    """A visit of a page begins where the last one was of another page."""
    if st.session_state.get(state.VISIT, ("",))[0] != page:
        st.session_state[state.VISIT] = (page, set())


def draw(make: Callable[[], None], key: str, height: int) -> None:
    """Call ``make`` once the page stands; until then its place of ``height`` px is kept.

    It runs in a fragment: not for a chart whose lasso or click changes the page.
    """
    st.fragment(_draw)(make, key, height)


def _draw(make: Callable[[], None], key: str, height: int) -> None:
    drawn: set[str] = st.session_state[state.VISIT][1]
    if key in drawn:
        make()
        return
    with st.container(height=height, border=False, key=f"later_{key}"):
        _idle(key=f"idle_{key}", on_idle_change=lambda: drawn.add(key))
