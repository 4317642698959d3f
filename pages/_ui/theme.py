"""Figures in the colours of the theme that the browser shows."""

import streamlit as st

from core.figures.palette import DARK, LIGHT, Theme

# Streamlit 1.67 draws a changed theme without asking the script, and so would leave figures as they were:
# dark ink on dark paper. This notices the change in the browser and asks.
_watch = st.components.v2.component(
    "theme_watch",
    js="""
    export default function({ setTriggerValue }) {
        const paper = () => getComputedStyle(document.querySelector('.stApp')).backgroundColor;
        let drawn = paper();
        const look = () => {
            if (paper() === drawn) return;
            drawn = paper();
            setTriggerValue('changed', drawn);
        };
        const timer = setInterval(look, 300);
        return () => clearInterval(timer);
    }
    """,
)


def watch() -> None:
    """Draw the page anew when the user, or the system at dusk, changes the theme."""
    _watch(key="theme_watch", on_changed_change=_changed)


def colours() -> Theme:
    """Colours for the paper that the browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def _changed() -> None:
    """The rerun alone is what is wanted."""
