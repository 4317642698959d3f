"""Inside one module: the network of its hub genes, the gene chosen there, and the overlap of its genes."""

from functools import partial

import pandas as pd
import streamlit as st

from core.figures.hub_network import network_figure, overlap_figure
from core.figures.pathways import pathway_name
from core.figures.text import estimate, number, p_value
from core.genomics.core_genes import significance
from core.genomics.hub_network import (
    MATRIX,
    NEIGHBOURS,
    NODES,
    HubNetwork,
    clustered,
    hub_network,
    module_overlap,
    sets_with,
)
from core.genomics.module_links import hubs, pair
from core.genomics.traits import LNM, present
from core.settings import CoexpressionSettings
from core.store import Entry
from pages._ui import access, patients, show, state
from pages._ui.biology import biology_view, modules_view
from pages._ui.biology.modules_view import Network

SEED = 0  # of the places of the nodes


def draw(network: Network, expression: Entry, module: str, settings: CoexpressionSettings) -> None:
    """Network, chosen gene and heat map of a module."""
    ranked = hubs(network.genes, network.kme, module)
    values = access.value(expression, "values")
    genes = list(ranked["gene"][:MATRIX])
    make = partial(module_overlap, values, genes, network.info["power"], settings)
    overlap = access.derive(make, network.entry.key, module)
    st.fragment(_linked)(network, values, overlap, module, ranked)
    _overlaps(network, overlap, module, ranked)


def _overlaps(network: Network, overlap: pd.DataFrame, module: str, ranked: pd.DataFrame) -> None:
    """Heat map of the module's genes, and the genes themselves."""
    shown = access.derive(partial(clustered, overlap), network.entry.key, module)
    few = f"The {len(overlap)}" if len(overlap) == len(ranked) else f"The {len(overlap)} of {len(ranked):,}"
    said = f"{few} genes of {module} with the largest |kME|: overlap of each pair, by average linkage."
    left, right = st.columns([6, 5], gap="large")
    with left:
        st.subheader(f"Topological overlap in {module}", anchor=False)
        show.chart(partial(overlap_figure, shown), said, "overlap", caption=said)
    with right:
        st.subheader(f"Genes of {module}", anchor=False)
        printed = ranked.rename(columns={"gene": "Gene", "kme": "kME"}).round(3)
        show.table(printed, "module_members", ranked)


def _linked(
    network: Network, values: pd.DataFrame, overlap: pd.DataFrame, module: str, ranked: pd.DataFrame
) -> None:
    """The network and the gene chosen in it: a click draws these two anew, and nothing else of the page."""
    key = (network.entry.key, module)
    few = overlap.iloc[:NODES, :NODES]
    drawn: HubNetwork = access.derive(partial(hub_network, few, network.kme[module], NEIGHBOURS, SEED), *key)
    st.subheader(f"Hub genes of {module}", anchor=False)
    traits = patients.only(_traits())
    if st.query_params.get(state.GENE) in set(network.genes["gene"]) - set(ranked["gene"]):
        del st.query_params[state.GENE]  # a gene of the module shown before
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        trait = show.choice(
            "Gene significance for", [LNM, *present(traits)], state.GENE_TRAIT, width="content"
        )
        gene = modules_view.choose(
            "Gene, by |kME|", list(ranked["gene"]), ranked["gene"].iloc[0], state.GENE, width=220
        )
    left, right = st.columns([6, 5], gap="large")
    with left:
        r = access.derive(
            partial(significance, values.loc[few.index], traits[trait]),
            *key,
            trait,
            patients.current().text(),
        )
        said = (
            f"The {len(few)} genes of {module} with the largest |kME|; lines: the {NEIGHBOURS} strongest "
            f"overlaps of each. Colour: gene significance (r with {trait}, n = {_n(values, traits)}); size: "
            "sum of overlaps. Names where there is room, all on hover. Drag, scroll to zoom, click a gene."
        )
        figure = partial(network_figure, drawn.nodes, drawn.edges, r, trait, gene)
        show.chart(figure, said, "hub_network", caption=said, pick=state.GENE, pan=True)
    with right:
        _gene(network, values.loc[gene], traits[trait], module, trait)


def _traits() -> pd.DataFrame:
    """Traits of the training patients; LNM alone while the signatures are not computed."""
    found = modules_view.traits()
    if found is not None:
        return found
    clinical = access.study().clinical
    training = clinical[clinical["role"] == "training"].set_index("patient")
    return training[["lnm"]].rename(columns={"lnm": LNM}).astype(float)


def _n(values: pd.DataFrame, traits: pd.DataFrame) -> int:
    return len(values.columns.intersection(traits.index))


def _gene(network: Network, row: pd.Series, trait_values: pd.Series, module: str, trait: str) -> None:
    """What is known of one gene."""
    gene, found = str(row.name), pair(row, trait_values)
    st.markdown(
        f"**{gene}**: kME {number(network.kme.at[gene, module])} in {module}; gene significance for {trait} "
        f"{estimate(found.r, found.low, found.high)}, {p_value(found.p)} (n = {found.n}, not corrected)."
    )
    said = f"Expression of {gene} against {trait}: r = {number(found.r)}, {p_value(found.p)}."
    modules_view.pair_chart(
        found, f"{gene}, log2(x + 1)", trait, said, "gene", caption="Points are patients.", lasso=False
    )
    if not access.study().genesets:
        return
    names = sets_with(gene, biology_view.sets(network.entry.key).sets)
    inside = ", ".join(map(pathway_name, names)) or "none of the study's gene sets"
    st.markdown(f"Gene sets with {gene} ({len(names)}): {inside}.")
