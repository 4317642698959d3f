"""Figures in the colours of the theme that the browser shows."""

import streamlit as st

from core.figures.palette import DARK, LIGHT, Theme

# Streamlit 1.67 draws a changed theme without asking the script, and so would leave figures as they were:
# dark ink on dark paper. This compares what the script drew for with what the browser shows, and asks;
# again after a while, because an answer that was already on its way was drawn for the old theme.
_watch = st.components.v2.component(
    "theme_watch",
    js="""
    export default function({ data, setTriggerValue }) {
        const dark = () => {
            const paper = getComputedStyle(document.querySelector('.stApp')).backgroundColor;
            const [red, green, blue] = paper.match(/\\d+/g).map(Number);
            return red + green + blue < 384;
        };
        let asked = 0;
        const look = () => {
            if (dark() === data.dark || Date.now() - asked < 2000) return;
            asked = Date.now();
            setTriggerValue('changed', asked);
        };
        const timer = setInterval(look, 300);
        return () => clearInterval(timer);
    }
    """,
)


def watch() -> None:
    """Draw the page anew when the user, or the system at dusk, changes the theme."""
    _watch(key="theme_watch", data={"dark": colours() is DARK}, on_changed_change=_changed)


def colours() -> Theme:
    """Colours for the paper that the browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def _changed() -> None:
    """The rerun alone is what is wanted."""
