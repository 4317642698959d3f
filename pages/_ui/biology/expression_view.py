"""Sentences and controls of the expression page: open questions, repairs, the limit of Z.k."""

from typing import Any

import pandas as pd
import streamlit as st

from core.figures.text import listed, number, plain
from core.genomics.expression import repairs
from core.genomics.samples import APART
from core.settings import ExpressionSettings
from pages._ui import access, answers, state

SCALE, NEGATIVE = "[EXPRESSION-SCALE]", "[EXPRESSION-NEGATIVE]"
CAPTION = (
    "Z.k: how closely a sample resembles all others, in standard deviations (WGCNA). Crosses: dropped. Lasso "
    "samples to select their patients on all pages."
)
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
    for code, words in ANSWERS.items():
        if progress.message.startswith(code):
            st.markdown(OPEN.format(" of the second cohort" if second else ""))
            with st.container(horizontal=True):
                for value, label in words.items():
                    given = {PLACES[code, second]: value}
                    answers.button(label, given, f"answer_{value}", "preservation" if second else None)


def headline(info: dict[str, Any], samples: pd.DataFrame) -> str:
    """Genes and patients that are left, and who has none."""
    without = info["patients_without_expression"]
    wanted = info["matched_patients"] + len(without)
    used = len(samples) - int(samples["dropped"].sum())
    genes = f"**{info['genes_kept']:,} of {info['genes_read']:,} genes**"
    said = f"{genes} in **{used} of {wanted} training patients**."
    if without:
        some = listed([*map(plain, without[:10]), *(["others"] if len(without) > 10 else [])])
        said += f" Without a tumour sample in the table: {some} ({len(without)})."
    if info["normal_samples"]:
        said += f" Normal or control samples left out: {info['normal_samples']:,}."
    return said


def scale(info: dict[str, Any]) -> None:
    """The scale, who says so, and how to confirm what was only read off the values."""
    span = f"values from {number(info['lowest'])} to {number(info['highest'])}"
    became = "log2(x + 1) was taken" if info["scale"] == "linear" else "taken as log2(x + 1) as they stand"
    if not info["scale_detected"]:
        st.markdown(f"Scale: {info['scale']}, as study.toml states; {span}, {became}.")
        return
    place, other = PLACES[SCALE, False], {"log2": "linear", "linear": "log2"}[info["scale"]]
    st.markdown(f"Scale: {info['scale']}, read off the {span}; {became}. Is that right?")
    with st.container(horizontal=True):
        answers.button("Yes, keep it so", {place: info["scale"]}, "scale_right")
        answers.button(f"No, they are {SAID[other]}", {place: other}, "scale_wrong")


def repaired(info: dict[str, Any]) -> None:
    """Every repair with its count, or that none was needed."""
    found = repairs(info)
    if not found:
        st.markdown(
            "None was needed: no missing or negative values, no versioned or repeated gene ids, no ids that "
            "a spreadsheet made dates, samples in columns."
        )
        return
    st.markdown("\n".join(f"- {text[:1].upper()}{text[1:]}." for text in found))


def limit(settings: ExpressionSettings) -> float:
    """The limit of Z.k to look at; at first the study's own, else the usual one."""
    start = APART if settings.min_z is None else settings.min_z
    st.session_state.setdefault(state.APART, float(start))
    return float(st.slider("Z.k below", -6.0, 0.0, step=0.1, key=state.APART, width=320))


def apart(samples: pd.DataFrame, at: float) -> str:
    """Which samples lie below the limit."""
    below = list(samples.loc[samples["z"] < at, "sample"])
    names = (
        f": {listed([*map(plain, below[:10])])}{' and others' if len(below) > 10 else ''}" if below else ""
    )
    verb = "has" if len(below) == 1 else "have"
    return f"{len(below)} of {len(samples)} samples {verb} a Z.k below {at:g}{names}."


def choice(samples: pd.DataFrame, at: float, settings: ExpressionSettings) -> None:
    """What is dropped as the study stands, and a button that drops what lies below the limit."""
    dropped = int(samples["dropped"].sum())
    now = (
        "Nothing is dropped: samples are only pointed out until you decide."
        if settings.min_z is None
        else f"Dropped: {dropped} ({'min_z'} = {settings.min_z:g} in study.toml)."
    )
    st.markdown(f"{apart(samples, at)} {now}")
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
