"""Dot plot of the pathways page: what it shows, and the module-pathway pair that its views share."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.figures.pathways import dot_figure, pathway_name
from core.figures.text import number, p_value, plain
from core.genomics.joint_evidence import Evidence, Rule, by_pathway, overlap_genes
from core.genomics.traits import present
from pages._ui import show, state
from pages._ui.biology import biology_view, modules_view

RELATED, ENRICHED, ALL = "Related to signatures", "Enriched", "All"
LIMITS = {"0.001": 0.001, "0.01": 0.01, "0.05": 0.05, "0.1": 0.1}
PAIR = ("Radiomics", "GoogLeNet")
TABLE = "pathway_rows_table"


def rule(traits: pd.DataFrame) -> tuple[Rule, list[str]]:
    """Controls of the rule: limits, and the signatures of the table of traits that count."""
    signatures = present(traits)
    with st.container(horizontal=True, gap="medium"):
        limit = show.choice(
            "Enrichment q below", list(LIMITS), state.PATHWAY_Q, default="0.05", width="content"
        )
        by = show.choice("Correlations", ["P < 0.05", "q < 0.05"], state.PATHWAY_BY, width="content")
        names = st.pills(
            "Signatures", signatures, default=list(PAIR), selection_mode="multi",
            key=state.PATHWAY_SIGNATURES, bind="query-params", width="content",
            help=f"The paper looks at {' and '.join(PAIR)}.",
        )  # fmt: skip
    chosen = [name for name in signatures if name in names] or signatures
    return Rule(LIMITS[limit], 0.05, "p" if by[0] == "P" else "q"), chosen


def axes(evidence: Evidence) -> tuple[list[str], list[str]]:
    """Modules and pathways to draw, as chosen; where a choice holds none, the next wider one."""
    with st.container(horizontal=True, gap="medium"):
        kind = show.choice("Modules", [RELATED, ENRICHED, ALL], state.PATHWAY_MODULES, width="content")
        rows = show.choice("Pathways", [ENRICHED, ALL], state.PATHWAY_ROWS, width="content")
    dots = evidence.dots
    everything = list(dots.sort_values("module_size", ascending=False)["module"].unique())
    hits = dots[dots["hit"]]
    related = list(dict.fromkeys(evidence.related["module"]))
    enriched = [m for m in everything if m in set(hits["module"])]
    modules = {RELATED: related, ENRICHED: enriched, ALL: everything}[kind] or enriched or everything
    shown = set(hits.loc[hits["module"].isin(modules), "gene_set"])
    pathways = list(dict.fromkeys(dots["gene_set"]))
    some = [p for p in pathways if p in shown]
    return modules, some if rows == ENRICHED and some else pathways


def headline(evidence: Evidence, names: list[str], limit: Rule) -> str:
    """How many tests pass, and which pathways both lines of evidence support."""
    dots = evidence.dots
    joint = evidence.joint.groupby("pathway", sort=False)["signature"].unique()
    by_name = {p: ", ".join(s for s in names if s in found) for p, found in joint.items()}
    said = [f"**{plain(pathway_name(p))}** ({found})" for p, found in by_name.items()]
    hits = int(dots["hit"].sum())
    first = (
        f"{hits} of {len(dots):,} module-pathway tests have q < {limit.enrichment_q:g}, in "
        f"{dots.loc[dots['hit'], 'module'].nunique()} of {dots['module'].nunique()} modules. "
    )
    if not said:
        return f"{first}No pathway is supported by both enrichment and GSVA correlation."
    word = "pathway is" if len(said) == 1 else "pathways are"
    return f"{first}{len(said)} {word} supported by both enrichment and GSVA correlation: {', '.join(said)}."


def rule_said(limit: Rule, dots: pd.DataFrame) -> str:
    """The rule in words, below the plot."""
    by = f"P < {limit.limit:g}, not corrected" if limit.by == "p" else f"q < {limit.limit:g}"
    return (
        f"Ring, coloured name: enriched (q < {limit.enrichment_q:g}) in a module whose eigengene "
        f"correlates with a signature's risk group ({by}), and GSVA score correlated with the same signature "
        f"({by}). Grey dots: genes in common, not enriched. q: Benjamini-Hochberg over all "
        f"{len(dots):,} tests ({dots['gene_set'].nunique()} pathways x {dots['module'].nunique()} modules)."
    )


def pair(shown: pd.DataFrame, joint: pd.DataFrame) -> pd.Series:
    """The chosen module-pathway pair: set by a dot, a row of the table, this list, or the link."""
    ordered = shown.sort_values(["hit", "q"], ascending=[False, True], kind="stable")
    ordered = ordered.set_axis(ordered["module"] + "|" + ordered["gene_set"])
    first = joint[joint["module"].isin(shown["module"])].head(1)
    default = f"{first['module'].iloc[0]}|{first['pathway'].iloc[0]}" if len(first) else ordered.index[0]
    options = list(ordered.index)
    default = default if default in options else options[0]
    key = modules_view.choose("Module and pathway", options, default, state.PATHWAY_PAIR, format_func=_worded)
    return ordered.loc[key]


def _worded(key: str) -> str:
    module, _, pathway = key.partition("|")
    return f"{module}: {pathway_name(pathway)}"


def chart(
    evidence: Evidence, modules: list[str], pathways: list[str], row: pd.Series, limit: Rule, said: str
) -> None:
    """The dot plot; a clicked dot becomes the pair."""
    sizes = {
        str(m): int(n) for m, n in zip(evidence.dots["module"], evidence.dots["module_size"], strict=True)
    }
    pair_chosen = (row["module"], row["gene_set"])
    draw = partial(dot_figure, evidence.dots, modules, pathways, sizes=sizes, chosen=pair_chosen)
    caption = rule_said(limit, evidence.dots)
    show.chart(draw, said, "pathways", caption=caption, pick=state.PATHWAY_PAIR)


def table(evidence: Evidence, shown: pd.DataFrame, names: list[str]) -> None:
    """Pathways with both lines of evidence; a chosen row becomes the pair."""
    rows = by_pathway(shown, evidence.correlations, names, evidence.joint)
    pairs = [f"{m}|{p}" for m, p in zip(rows["module"], rows["pathway"], strict=True)]
    st.dataframe(
        biology_view.pathway_table(rows, names), hide_index=True, width="stretch", key=TABLE,
        on_select=partial(_row, pairs), selection_mode="single-row",
    )  # fmt: skip
    st.caption(
        "Module: the one of those shown with the smallest P. Stars: P < 0.05, 0.01, 0.001. Choose a row."
    )
    show.download(rows, "pathways")


def _row(pairs: list[str]) -> None:
    chosen: list[int] = st.session_state[TABLE]["selection"]["rows"]
    if chosen:
        st.session_state[state.PATHWAY_PAIR] = pairs[chosen[0]]


def genes(row: pd.Series, kme: Any) -> None:
    """Genes that module and pathway share, with their membership."""
    found = overlap_genes(row, kme)
    st.markdown(
        f"**{plain(pathway_name(row['gene_set']))} in {row['module']}**: {row['overlap']} of "
        f"{row['set_size']} genes ({number(row['expected'], 1)} expected), odds ratio "
        f"{number(row['odds_ratio'], 1)}, {p_value(row['p'])}, {p_value(row['q'], 'q')}."
    )
    show.table(found.rename(columns={"gene": "Gene", "kme": "kME"}).round(3), "overlap_genes", found)
