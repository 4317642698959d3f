"""Controls of the expression page: open questions, the scale, the limit of Z.k."""

from typing import Any

import pandas as pd
import streamlit as st

from core.figures.text import number
from core.genomics.samples import APART
from core.methods import expression as words
from core.settings import ExpressionSettings
from pages._ui import access, state

SCALE, NEGATIVE = "[EXPRESSION-SCALE]", "[EXPRESSION-NEGATIVE]"
CAPTION = f"{words.CONNECTIVITY} Lasso samples to select their patients on all pages."
ANSWERS = {
    SCALE: (
        ("the values are log2(x + 1) already", '[expression]\nscale = "log2"'),
        ("the values are linear: counts, FPKM, TPM, intensities", '[expression]\nscale = "linear"'),
    ),
    NEGATIVE: (
        ("values below 0 mean not expressed", '[settings.expression]\nnegatives = "zero"'),
        ("genes with values below 0 are to go", '[settings.expression]\nnegatives = "drop"'),
    ),
}


def open_question() -> None:
    """What the newest run asks about the scale, and what to write in study.toml for each answer."""
    progress = access.jobs().progress(access.study_folder())
    if progress is None or progress.state != "failed":
        return
    for code, answers in ANSWERS.items():
        if progress.message.startswith(code):
            st.markdown("**The table leaves a question open.** Add these lines to study.toml, then resume:")
            for column, (meaning, lines) in zip(st.columns(2), answers, strict=True):
                with column:
                    st.markdown(f"If {meaning}:")
                    st.code(lines, language=None)


def scale(info: dict[str, Any]) -> None:
    """The scale, and how to confirm what was only read off the values."""
    confirm = " To confirm it, or if it is wrong:" if info["scale_detected"] else ""
    st.markdown(f"{words.scale(info)}{confirm}")
    if confirm:
        st.code('[expression]\nscale = "log2"    # or "linear"', language=None)


def limit(settings: ExpressionSettings) -> float:
    """The limit of Z.k to look at; at first the study's own, else the usual one."""
    start = APART if settings.min_z is None else settings.min_z
    st.session_state.setdefault(state.APART, float(start))
    return float(st.slider("Z.k below", -6.0, 0.0, step=0.1, key=state.APART, width=320))


def choice(samples: pd.DataFrame, at: float, settings: ExpressionSettings) -> None:
    """What is dropped as the study stands, and what to write to drop what lies below the limit."""
    st.markdown(f"{words.apart(samples, at)} {words.dropped(samples, settings)}")
    if settings.min_z != at:
        st.markdown("To drop these samples, write in study.toml; what depends on them is computed again:")
        st.code(f"[settings.expression]\nmin_z = {at:g}", language=None)


def printed(samples: pd.DataFrame) -> pd.DataFrame:
    """Samples as printed, the least connected first."""
    return pd.DataFrame(
        {
            "Sample": samples["sample"],
            "Connectivity": [number(k) for k in samples["connectivity"]],
            "Z.k": [number(z) for z in samples["z"]],
            "Dropped": ["yes" if dropped else "" for dropped in samples["dropped"]],
        }
    )
