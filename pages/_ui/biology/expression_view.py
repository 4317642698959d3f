"""Controls of the expression page: open questions, the scale, the limit of Z.k."""

from typing import Any

import pandas as pd
import streamlit as st

from core.figures.text import number
from core.genomics.samples import APART
from core.methods import expression as words
from core.settings import ExpressionSettings
from pages._ui import access, answers, state

SCALE, NEGATIVE = "[EXPRESSION-SCALE]", "[EXPRESSION-NEGATIVE]"
CAPTION = f"{words.CONNECTIVITY} Lasso samples to select their patients on all pages."
OPEN = "**The table{} leaves a question open.** The answer goes into study.toml, and the run goes on:"
ANSWERS = {
    SCALE: {
        "log2": "The values are log2(x + 1) already",
        "linear": "They are linear: counts, FPKM, TPM, intensities",
    },
    NEGATIVE: {
        "zero": "Values below 0 mean not expressed",
        "drop": "Genes with values below 0 are to go",
    },
}
SAID = {"log2": "log2(x + 1)", "linear": "linear"}
MIN_Z = ("settings", "expression", "min_z")
RECOMPUTED = "Written into study.toml; what depends on these samples is computed again."
OF_SECOND = "(of the second cohort)"
PLACES = {
    (SCALE, False): ("expression", "scale"), (NEGATIVE, False): ("settings", "expression", "negatives"),
    (SCALE, True): ("settings", "preservation", "scale"),
    (NEGATIVE, True): ("settings", "preservation", "negatives"),
}  # fmt: skip


def open_question() -> None:
    """What the newest run asks about values of the table, or of the second cohort's, with a button each."""
    progress = access.jobs().progress(access.study_folder())
    if progress is None or progress.state != "failed":
        return
    second = OF_SECOND in progress.message
    for code, choices in ANSWERS.items():
        if progress.message.startswith(code):
            st.markdown(OPEN.format(" of the second cohort" if second else ""))
            with st.container(horizontal=True):
                for value, label in choices.items():
                    given = {PLACES[code, second]: value}
                    answers.button(label, given, f"answer_{value}", "preservation" if second else None)


def scale(info: dict[str, Any]) -> None:
    """The scale, who says so, and how to confirm what was only read off the values."""
    if not info["scale_detected"]:
        st.markdown(words.scale(info))
        return
    st.markdown(f"{words.scale(info)} Is that right?")
    place, other = PLACES[SCALE, False], {"log2": "linear", "linear": "log2"}[info["scale"]]
    with st.container(horizontal=True):
        answers.button("Yes, keep it so", {place: info["scale"]}, "scale_right")
        answers.button(f"No, they are {SAID[other]}", {place: other}, "scale_wrong")


def limit(settings: ExpressionSettings) -> float:
    """The limit of Z.k to look at; at first the study's own, else the usual one."""
    start = APART if settings.min_z is None else settings.min_z
    st.session_state.setdefault(state.APART, float(start))
    return float(st.slider("Z.k below", -6.0, 0.0, step=0.1, key=state.APART, width=320))


def choice(samples: pd.DataFrame, at: float, settings: ExpressionSettings) -> None:
    """What is dropped as the study stands, and a button that drops what lies below the limit."""
    st.markdown(f"{words.apart(samples, at)} {words.dropped(samples, settings)}")
    n = int((samples["z"] < at).sum())
    if settings.min_z != at and (n or settings.min_z is not None):
        label = f"Drop {'this sample' if n == 1 else f'these {n} samples'}" if n else "Drop none"
        answers.button(label, {MIN_Z: at if n else None}, "drop_apart", help=RECOMPUTED)


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
