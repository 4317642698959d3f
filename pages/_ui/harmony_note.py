"""What happened when the signatures were learned, said beside what depends on them."""

import streamlit as st

from core.figures.text import plain
from pages._ui import access


def searches(known: dict[str, str]) -> None:
    """How many components the folds of each family chose to keep; nothing where none searched."""
    for family, label in known.items():
        info = access.frame(f"signature_{family}", "info") or {}
        if said := info.get("searched"):
            st.caption(f"{label}: {said}.")


def notes(*families: str) -> None:
    """The note of the signatures of these families, each once; nothing where there is none."""
    infos = [access.frame(f"signature_{family}", "info") or {} for family in families]
    for note in dict.fromkeys(info.get("note", "") for info in infos):
        if note:
            st.warning(plain(note), icon=":material/warning:")
