"""What the pathway, GSVA and gene-score pages share: patients, states without numbers, printed tables."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.figures.pathways import pathway_name
from core.figures.score_groups import against_figure, group_figure
from core.figures.text import estimate, number, p_number, stars
from core.genomics.enrichment import GeneSets, read_gmt
from core.genomics.gsva_groups import FEWEST, between_groups, with_signatures
from core.genomics.traits import present
from pages._ui import access, patients, show
from pages._ui.biology import modules_view


def need_sets() -> None:
    """End the page politely where a study has expression but no gene sets."""
    study = access.study()
    if study is not None and study.expression is not None and not study.genesets:
        st.info(
            "This study names no gene sets. To add a GMT file: *Study, Data*, *Edit*, go through the import "
            "again.",
            icon=":material/info:",
        )
        st.stop()


def sets(key: str) -> GeneSets:
    """The study's gene sets; ``key`` of a stage that depends on them."""
    return access.derive(partial(read_gmt, access.study().genesets), key)


def traits(coded: Sequence[str]) -> pd.DataFrame:
    """Traits of those training patients with expression (``coded``) that pass the filter."""
    table = modules_view.traits()
    return patients.only(table[table.index.isin(coded)])


def said_n(n: int, total: int) -> str:
    """``88 training patients``, and what the filter left."""
    return f"{n} training patients" if n == total else f"{n} of {total} training patients, as filtered"


def enough(n: int, what: str, stays: str = "") -> bool:
    """Whether patients suffice for a correlation; else says so."""
    if n < FEWEST:
        words = f"{n or 'no'} training patient{'s' if n != 1 else ''} with expression"
        st.info(f"The filter leaves {words}: {what} needs {FEWEST}. {stays}".strip())
    return n >= FEWEST


def fitted(what: str) -> None:
    """Say what a filter does not touch."""
    if modules_view.filtered():
        st.caption(
            f"Filtered: correlations and tests are those of the patients shown; {what} stay as fitted."
        )


def score_frame(score: pd.Series, name: str) -> pd.DataFrame:
    """One score as a table of scores, so that it is tested as pathways are."""
    return score.to_frame(name).T


def tests(scores: pd.DataFrame, found: pd.DataFrame, *key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Correlations with every signature and tests between groups, for the patients of ``found``."""
    own = scores[[code for code in scores.columns if code in found.index]]
    signatures = present(found)
    risk = found[["LNM", *(f"{name} high risk" for name in signatures)]]
    filtered = patients.current().text()
    correlations = access.derive(partial(with_signatures, own, found[signatures]), *key, filtered)
    return correlations, access.derive(partial(between_groups, own, risk), *key, filtered)


def groups_chart(
    score: pd.Series, found: pd.DataFrame, table: pd.DataFrame, title: str, key: str, signatures: list[str]
) -> None:
    """Score by LNM and risk groups, with the test of each; patients can be lassoed."""
    n = {
        g: f"{lo} and {hi}" for g, lo, hi in zip(table["group"], table["n_low"], table["n_high"], strict=True)
    }
    said = f"{title} by LNM ({n['LNM']} patients) and risk group; Mann-Whitney test."
    draw = partial(group_figure, score, found, table, title, signatures=signatures)
    show.chart(draw, said, key, caption="P: two-sided Mann-Whitney test. Points are patients.", lasso=True)


def against_chart(score: pd.Series, found: pd.DataFrame, table: pd.DataFrame, title: str, key: str) -> None:
    """Score against the signatures; patients can be lassoed."""
    said = "; ".join(f"{r.signature} r = {estimate(r.r, r.low, r.high)}" for r in table.itertuples())
    caption = "Pearson r with Fisher 95% CI; signatures are out-of-fold. Line: least squares."
    draw = partial(against_figure, score, found, table, title)
    show.chart(draw, f"{title}: {said}.", key, caption=caption, lasso=True)


def correlation_table(table: pd.DataFrame) -> pd.DataFrame:
    """Pathway x signature correlations as printed, smallest P first."""
    ordered = table.sort_values("p", kind="stable")
    return pd.DataFrame(
        {
            "Pathway": ordered["pathway"].map(pathway_name),
            "Signature": ordered["signature"],
            "r (95% CI)": [estimate(*row) for row in ordered[["r", "low", "high"]].itertuples(index=False)],
            "P": ordered["p"].map(p_number),
            "q": ordered["q"].map(p_number),
            "n": ordered["n"],
        }
    )


def pathway_table(table: pd.DataFrame, signatures: Sequence[str]) -> pd.DataFrame:
    """Pathways of `joint_evidence.by_pathway` as printed."""
    printed = pd.DataFrame(
        {
            "Pathway": table["pathway"].map(pathway_name),
            "Both": table["joint"],
            "Module": table["module"],
            "Genes": [f"{a} of {b}" for a, b in zip(table["overlap"], table["set_size"], strict=True)],
            "Enrichment q": table["q"].map(p_number),
        }
    )
    for name in signatures:
        r, p = table[f"{name} r"], table[f"{name} p"]
        printed[f"GSVA r, {name}"] = [f"{number(a)}{stars(b)}" for a, b in zip(r, p, strict=True)]
    return printed
