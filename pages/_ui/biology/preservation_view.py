"""Sentences and tables of the preservation page."""

import pandas as pd
import streamlit as st

from core.figures.text import number
from core.genomics.preservation import CONNECTIVITY, DENSITY, STRONG, WEAK
from core.genomics.second_cohort import FEWEST_SAMPLES
from pages._ui import access, show
from pages._ui.study.data import second

OFFER = (
    "Module preservation compares every module with genes drawn at random, 200 times (minutes for a network "
    "of 10,000 genes). It is computed when asked for."
)
NAMES = {
    "mean_cor": "Mean correlation, signed as in the training cohort",
    "mean_adjacency": "Mean adjacency",
    "variance_explained": "Variance explained by the eigengene",
    "mean_kme": "Mean kME, signed as in the training cohort",
    "cor_kim": "Correlation of intramodular connectivity",
    "cor_kme": "Correlation of kME",
    "cor_cor": "Correlation of the correlations",
}


def has_second(validation_patients: int) -> bool:
    """Whether the study names a second table, or its validation patients have expression."""
    return access.study().second_expression is not None or validation_patients >= FEWEST_SAMPLES


def none(validation_patients: int) -> None:
    """What is missing, and how to supply it."""
    total = len(access.study().patients("validation"))
    own = (
        f"{validation_patients} of {total} validation patients have expression in the study's table "
        f"({FEWEST_SAMPLES} are needed)"
        if total
        else "the study has no validation cohort"
    )
    st.markdown(
        f"This study has no second cohort with gene expression: {own}. Put their samples into the same "
        "table, or name another one."
    )
    with st.container(border=True):
        second.draw(access.study_folder())


def headline(table: pd.DataFrame, info: dict[str, int]) -> str:
    """How many modules are preserved, and which are not."""
    strong = int((table["z_summary"] > STRONG).sum())
    lost = list(table.loc[table["z_summary"] < WEAK, "module"])
    few = f": {', '.join(lost)}" if 0 < len(lost) <= 8 else ""
    whose = "another table" if info["own_file"] else "the validation patients"
    return (
        f"**{strong} of {len(table)} modules** of {info['reference']} training patients have strong evidence "
        f"of preservation (Zsummary > {STRONG:g}) in {info['samples']} samples of {whose}, over "
        f"{info['shared_genes']:,} shared genes; {len(lost)} have none (Zsummary < {WEAK:g}){few}."
    )


def statistics(table: pd.DataFrame, chosen: str) -> None:
    """The seven statistics of one module, observed and against random genes."""
    row = table[table["module"] == chosen].iloc[0]
    st.markdown(
        f"{row['verdict'].capitalize()}: Zsummary {number(row['z_summary'], 1)}, median rank "
        f"{number(row['median_rank'], 1)} of {len(table)}, {row['genes']:,} shared genes."
    )
    kinds = dict.fromkeys(DENSITY, "Density") | dict.fromkeys(CONNECTIVITY, "Connectivity")
    shown = pd.DataFrame(
        {
            "Kind": list(kinds.values()),
            "Statistic": [NAMES[name] for name in kinds],
            "Observed": [number(row[name]) for name in kinds],
            "Z against random genes": [number(row[f"z_{name}"], 1) for name in kinds],
        }
    )
    show.table(shown, "preservation_statistics")


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """All modules as printed, best preserved first."""
    return pd.DataFrame(
        {
            "Module": table["module"],
            "Genes": table["genes"],
            "Zsummary": [number(z, 1) for z in table["z_summary"]],
            "Zdensity": [number(z, 1) for z in table["z_density"]],
            "Zconnectivity": [number(z, 1) for z in table["z_connectivity"]],
            "Median rank": [number(rank, 1) for rank in table["median_rank"]],
            "Verdict": table["verdict"],
        }
    )
