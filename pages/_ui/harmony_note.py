"""What happened when the signatures were learned, said beside what depends on them."""

import pandas as pd
import streamlit as st

from core.figures.text import plain
from core.methods import learning as words
from pages._ui import access, show


def searches(known: dict[str, str]) -> None:
    """What the folds of each family chose by their inner folds, and the table of it; nothing without."""
    found = {label: access.frame(f"signature_{family}", "choices") for family, label in known.items()}
    searched = {label: table for label, table in found.items() if table is not None}
    for label, table in searched.items():
        st.caption(f"{label}: {words.found(table)}.")
    if searched:
        raw = pd.concat([table.assign(Signature=label) for label, table in searched.items()])
        with st.expander("What each fold chose by its inner folds"):
            show.table(words.choices(raw), "choices", raw)


def notes(*families: str) -> None:
    """The note of the signatures of these families, each once; nothing where there is none."""
    infos = [access.frame(f"signature_{family}", "info") or {} for family in families]
    for note in dict.fromkeys(info.get("note", "") for info in infos):
        if note:
            st.warning(plain(note), icon=":material/warning:")
