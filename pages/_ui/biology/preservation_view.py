"""Parts of the preservation page: what is missing, and the statistics of one module."""

import pandas as pd
import streamlit as st

from core.figures.text import number
from core.genomics.preservation import CONNECTIVITY, DENSITY
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
