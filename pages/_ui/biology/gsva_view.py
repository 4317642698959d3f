"""Sentences and tables of the GSVA page."""

from functools import partial

import pandas as pd
import streamlit as st

from core.figures.pathways import pathway_name
from core.figures.text import number, p_value, plain
from core.genomics.gsva_groups import member_genes
from core.store import Entry
from pages._ui import access, patients, show
from pages._ui.biology import biology_view

CAPTION = (
    "Rows: click a cell or a bar for its pathway. Dots above: the signature of each patient; lasso them to "
    "select patients for all pages. Bars: Pearson r with the chosen signature, full colour with P < 0.05."
)


def headline(correlations: pd.DataFrame, n: int, total: int) -> str:
    """The strongest correlation, and how many survive the correction."""
    tested = correlations.dropna(subset="p")
    if tested.empty:
        return f"Scores of {biology_view.said_n(n, total)}; none of the signatures varies among them."
    best = tested.sort_values("p", kind="stable").iloc[0]
    few = f"{int((tested['q'] < 0.05).sum())} of {len(tested)} correlations have q < 0.05."
    r = f"r = {number(best['r'])}, {p_value(best['p'])}, {p_value(best['q'], 'q')}"
    who, name = biology_view.said_n(n, total), plain(pathway_name(best["pathway"]))
    return f"Among {who}, **{name}** correlates most strongly with {best['signature']}: {r}. {few}"


def leading(correlations: pd.DataFrame) -> str:
    """The signature of the strongest correlation, with which the page opens."""
    return str(correlations.sort_values("p", kind="stable", na_position="last")["signature"].iloc[0])


def groups(traits: pd.DataFrame, signature: str) -> pd.DataFrame:
    """Tracks of the heat map: [lnm, high, value] by patient."""
    columns = {"LNM": "lnm", f"{signature} high risk": "high", signature: "value"}
    return traits[list(columns)].rename(columns=columns)


def members(pathway: str, score: pd.Series, gsva: Entry, expression: Entry, modules: Entry) -> None:
    """Measured genes of a pathway, with their module and how they go with its score."""
    values, genes, kme = (
        access.value(entry, name)
        for entry, name in ((expression, "values"), (modules, "genes"), (modules, "kme"))
    )
    found = biology_view.sets(gsva.key).sets[pathway]
    make = partial(member_genes, found, values, genes, kme, score)
    table = access.derive(make, gsva.key, modules.key, pathway, patients.current().text())
    st.caption(f"{len(table)} of {len(found)} genes are measured; r: with the score of the pathway.")
    names = {"gene": "Gene", "module": "Module", "kme": "kME", "r": "r with score"}
    show.table(table.rename(columns=names).round(3), "pathway_genes", table)
