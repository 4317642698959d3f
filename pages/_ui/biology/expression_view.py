"""Sentences and controls of the expression page: open questions, repairs, the limit of Z.k."""

from typing import Any

import pandas as pd
import streamlit as st

from core.figures.text import listed, number, plain
from core.genomics.expression import repairs
from core.genomics.samples import APART
from core.settings import ExpressionSettings
from pages._ui import access, state

SCALE, NEGATIVE = "[EXPRESSION-SCALE]", "[EXPRESSION-NEGATIVE]"
CAPTION = (
    "Z.k: how closely a sample resembles all others, in standard deviations (WGCNA). Crosses: dropped. Lasso "
    "samples to select their patients on all pages."
)
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
    st.markdown(f"Scale: {info['scale']}, read off the {span}; {became}. To confirm it, or if it is wrong:")
    st.code('[expression]\nscale = "log2"    # or "linear"', language=None)


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
    """What is dropped as the study stands, and what to write to drop what lies below the limit."""
    dropped = int(samples["dropped"].sum())
    now = (
        "Nothing is dropped: samples are only pointed out until you decide."
        if settings.min_z is None
        else f"Dropped: {dropped} ({'min_z'} = {settings.min_z:g} in study.toml)."
    )
    st.markdown(f"{apart(samples, at)} {now}")
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
