"""Sentences and methods text about the expression table."""

from typing import Any

import pandas as pd

from core.figures.text import listed, number, plain
from core.genomics.expression import repairs
from core.settings import ExpressionSettings

NOTHING = (
    "None was needed: no missing or negative values, no versioned or repeated gene ids, no ids that a "
    "spreadsheet made dates, samples in columns."
)

FLOW = "Left out by a step in parentheses; the last bar is what the network is built on."
CONNECTIVITY = (
    "Z.k: how closely a sample resembles all others, in standard deviations (WGCNA). Crosses: dropped."
)


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


def scale(info: dict[str, Any]) -> str:
    """The scale of the table, and who says so."""
    span = f"values from {number(info['lowest'])} to {number(info['highest'])}"
    became = "log2(x + 1) was taken" if info["scale"] == "linear" else "taken as log2(x + 1) as they stand"
    if info["scale_detected"]:
        return f"Scale: {info['scale']}, read off the {span}; {became}."
    return f"Scale: {info['scale']}, as study.toml states; {span}, {became}."


def repaired(info: dict[str, Any]) -> str:
    """Every repair with its count as a Markdown list, or that none was needed."""
    found = repairs(info)
    return "\n".join(f"- {text[:1].upper()}{text[1:]}." for text in found) if found else NOTHING


def mean_filter(info: dict[str, Any], means: pd.DataFrame, settings: ExpressionSettings) -> str:
    """How many genes the mean filter left out."""
    return f"{info['dropped_by_mean']:,} of {len(means):,} genes have a mean below {settings.min_mean:g}."


def apart(samples: pd.DataFrame, at: float) -> str:
    """Which samples lie below the limit of Z.k."""
    below = list(samples.loc[samples["z"] < at, "sample"])
    names = (
        f": {listed([*map(plain, below[:10])])}{' and others' if len(below) > 10 else ''}" if below else ""
    )
    verb = "has" if len(below) == 1 else "have"
    return f"{len(below)} of {len(samples)} samples {verb} a Z.k below {at:g}{names}."


def dropped(samples: pd.DataFrame, settings: ExpressionSettings) -> str:
    """Whether the study drops samples."""
    if settings.min_z is None:
        return "Nothing is dropped: samples are only pointed out until you decide."
    return f"Dropped: {int(samples['dropped'].sum())} (min_z = {settings.min_z:g} in study.toml)."


def expression_text(info: dict[str, Any], settings: ExpressionSettings) -> str:
    """How the expression table became the genes and patients of the network; ``info`` of `prepare`."""
    logged = " after log2(x + 1)" if info["scale"] == "linear" else ""
    below = {
        "zero": " Values below 0 counted as 0.",
        "drop": " Genes with values below 0 were left out.",
        "refuse": "",
    }[settings.negatives if info["scale"] == "linear" else "refuse"]
    rule = (
        "none was dropped"
        if settings.min_z is None
        else f"those below {settings.min_z:g} were dropped ({len(info['samples_dropped'])})"
    )
    return (
        f"Expression of {info['matched_patients']} training patients (one tumour sample each; primary tumour "
        f"before others) was used on the log2(x + 1) scale{logged}.{below} Genes with missing values were "
        "left out; versions were taken off Ensembl ids; ids that a spreadsheet had made dates got their "
        "symbol back, or were left out where it was not unique; of rows with one id the one with the "
        f"highest mean was kept. Genes with a mean of at least {settings.min_mean:g} were kept: "
        f"{info['genes_kept']:,} of {info['genes_read']:,}. Outlying samples were judged by their "
        f"standardised connectivity (Z.k of the WGCNA tutorials, from Euclidean distances); {rule}."
    )
