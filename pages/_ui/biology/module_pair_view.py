"""What stands behind one cell of the module-trait heat map: patients, genes, pathways."""

from functools import partial

import pandas as pd
import streamlit as st

from core.figures.modules import core_gene_figure, pathway_figure
from core.figures.text import number, p_number, p_value
from core.genomics.core_genes import core_genes
from pages._ui import access, patients, show
from pages._ui.biology import modules_view
from pages._ui.biology.modules_view import Network

PATHWAYS = 10  # drawn at most


def draw(network: Network, table: pd.DataFrame, module: str, trait: str, keys: tuple[str, ...]) -> None:
    """Linked views of a module and a trait; ``keys`` are those of what they depend on, the patients last."""
    st.subheader(f"{module} and {trait}", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        _patients(network, table, module, trait)
    with right:
        genes = _genes(network, module, trait, keys)
    st.subheader(f"Pathways enriched in {module}", anchor=False)
    _pathways(module)
    st.subheader(f"Genes of {module}", anchor=False)
    show.table(_printed(genes), "module_genes", genes)


def _patients(network: Network, table: pd.DataFrame, module: str, trait: str) -> None:
    found = modules_view.link(network, module, trait, modules_view.traits())
    q = table.loc[(table["module"] == module) & (table["trait"] == trait), "q"]
    said = modules_view.pair_said(found, module, trait, float(q.iloc[0]))
    modules_view.pair_chart(found, f"Eigengene of {module}", trait, said, "pair")


def _genes(network: Network, module: str, trait: str, keys: tuple[str, ...]) -> pd.DataFrame:
    limits = access.study().settings.gene_score
    values, traits = access.frame("expression", "values"), patients.only(modules_view.traits())
    make = partial(core_genes, values, network.kme, network.genes, traits[trait], [module], limits)
    genes = access.derive(make, module, trait, limits, *keys)
    said = (
        f"Core genes: {int(genes['core'].sum())} of {len(genes)} in {module}, |kME| > {limits.min_kme:g}, "
        f"|GS| > {limits.min_gs:g}, P < {limits.max_p:g}; GS = r of the gene with {trait}."
    )
    figure = partial(core_gene_figure, genes, module, trait, (limits.min_kme, limits.min_gs))
    show.chart(figure, said, "core_genes", caption=said)
    return genes


def _pathways(module: str) -> None:
    table = access.frame("enrichment", "table")
    if table is None:
        st.info("Pathway enrichment is not computed yet.", icon=":material/hourglass_empty:")
        return
    rows = table[(table["module"] == module) & (table["overlap"] > 0)]
    if rows.empty:
        st.info(f"No gene of {module} is in any gene set.")
        return
    sure = int((rows["q"] < 0.05).sum())
    if not sure:
        first = rows.iloc[0]
        st.markdown(
            f"None of {len(rows)} gene sets has q < 0.05; the smallest is {p_value(first['q'], 'q')}."
        )
        return
    drawn = rows.head(min(sure, PATHWAYS))
    said = f"{sure} of {len(rows)} gene sets with genes of {module} have q < 0.05; {len(drawn)} shown."
    show.chart(partial(pathway_figure, drawn, module), said, "module_pathways", caption=said)


def _printed(genes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Gene": genes["gene"],
            "kME": [number(k) for k in genes["kme"]],
            "GS": [number(g) for g in genes["gs"]],
            "P": [p_number(p) for p in genes["gs_p"]],
            "Core gene": ["yes" if core else "" for core in genes["core"]],
        }
    )
