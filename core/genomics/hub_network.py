"""Topological overlap within one module, and the small network of its hub genes that a page can draw."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from core.genomics.network import NETWORKS, Matrix, to_similarity, unit_rows
from core.settings import CoexpressionSettings

NODES, NEIGHBOURS = 30, 3  # genes drawn as a network, and the overlaps of each that are lines
MATRIX = 150  # genes of a heat map at most


@dataclass(frozen=True, slots=True)
class HubNetwork:
    """Genes and edges to draw.

    ``nodes`` [gene, kme, k, x, y]: k the sum of the overlaps with the other genes drawn, x and y from -1 to
    1. ``edges`` [source, target, overlap], each pair once.
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame


def module_overlap(
    values: pd.DataFrame, genes: Sequence[str], power: int, settings: CoexpressionSettings
) -> pd.DataFrame:
    """Topological overlap (genes x genes, diagonal 1) of some genes, neighbours of the whole network counted.

    ``values`` genes x samples, all genes of the network, none of ``genes`` constant. As
    `network.overlap` gives it for a network in one block, without ever making the whole matrix.
    """
    varying = values[np.ptp(values.to_numpy(), axis=1) > 0]
    at = varying.index.get_indexer(list(genes))
    unit = unit_rows(varying.to_numpy(dtype=np.float64))
    r = unit[at] @ unit.T
    signs = np.sign(r) if settings.tom == "signed" and settings.network == "unsigned" else None
    to_similarity(r, NETWORKS[settings.network])
    weights = r**power
    weights[np.arange(len(at)), at] = 0.0
    k = weights.sum(axis=1)
    if signs is not None:
        weights = weights * signs
    own = weights[:, at]
    found = np.abs(weights @ weights.T + own) / (np.minimum.outer(k, k) + 1.0 - np.abs(own))
    np.fill_diagonal(found, 1.0)
    return pd.DataFrame(found, index=list(genes), columns=list(genes))


def clustered(overlap: pd.DataFrame) -> pd.DataFrame:
    """The same matrix with rows and columns in the order of its average-linkage tree of 1 - TOM."""
    if len(overlap) < 3:
        return overlap
    tree = linkage(_condensed(1 - overlap.to_numpy()), "average", optimal_ordering=True)
    order = leaves_list(tree)
    return overlap.iloc[order, order]


def hub_network(overlap: pd.DataFrame, kme: pd.Series, per_gene: int, seed: int) -> HubNetwork:
    """The ``per_gene`` strongest overlaps of every gene, and places by springs (Fruchterman, Reingold 1991).

    ``overlap`` genes x genes as of `module_overlap`, ``kme`` by gene. Equal seeds give equal places.
    """
    import networkx  # a third of a second: not for those who only read modules

    genes = list(map(str, overlap.index))
    matrix = overlap.to_numpy(copy=True)
    np.fill_diagonal(matrix, 0.0)
    nearest = np.argsort(-matrix, axis=1, kind="stable")[:, : min(per_gene, len(genes) - 1)]
    pairs = sorted({(min(i, int(j)), max(i, int(j))) for i, row in enumerate(nearest) for j in row})
    edges = pd.DataFrame(
        [(genes[i], genes[j], float(matrix[i, j])) for i, j in pairs], columns=["source", "target", "overlap"]
    )
    graph = networkx.Graph()
    graph.add_nodes_from(genes)
    graph.add_weighted_edges_from(edges.itertuples(index=False, name=None))
    places = networkx.spring_layout(graph, seed=seed, iterations=200)
    nodes = pd.DataFrame({"gene": genes, "kme": kme.reindex(genes).to_numpy(), "k": matrix.sum(axis=1)})
    nodes[["x", "y"]] = np.array([places[gene] for gene in genes])
    return HubNetwork(nodes, edges)


def sets_with(gene: str, sets: dict[str, tuple[str, ...]]) -> list[str]:
    """Names of the gene sets that hold a gene, in the order of the file."""
    return [name for name, members in sets.items() if gene in members]


def _condensed(distance: Matrix) -> Matrix:
    symmetric = (distance + distance.T) / 2
    np.fill_diagonal(symmetric, 0.0)
    condensed: Matrix = squareform(symmetric, checks=False)
    return condensed
