"""Overlap of a module's genes against the whole network's, and the hub network drawn from it."""

import numpy as np
import pandas as pd
import pytest

from core.genomics.hub_network import clustered, hub_network, module_overlap, sets_with
from core.genomics.meter import Meter
from core.genomics.network import adjacency, overlap, unit_rows
from core.settings import CoexpressionSettings


def expression(seed: int = 0, genes: int = 40, samples: int = 20) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(3, samples))
    load = rng.uniform(-1, 1, (genes, 3))
    values = 5 + load @ factor + 0.5 * rng.normal(size=(genes, samples))
    return pd.DataFrame(values, [f"g{i}" for i in range(genes)], [f"s{i}" for i in range(samples)])


@pytest.mark.parametrize(
    ("network", "tom"),
    [("unsigned", "unsigned"), ("unsigned", "signed"), ("signed", "signed"), ("signed hybrid", "unsigned")],
)
def test_the_overlap_is_that_of_the_whole_network(network: str, tom: str) -> None:
    """The engine's own matrix, which the tests of the network compare with R's."""
    values = expression()
    values.loc["flat"] = 3.0
    chosen = ["g7", "g3", "g21", "g39"]
    varying = values.drop(index="flat")
    weights, k = adjacency(unit_rows(varying.to_numpy()), network, 5, tom == "signed", Meter(None))
    whole = pd.DataFrame(overlap(weights, k, Meter(None)), varying.index, varying.index)
    found = module_overlap(values, chosen, 5, CoexpressionSettings(network=network, tom=tom))
    pd.testing.assert_frame_equal(found, whole.loc[chosen, chosen], rtol=1e-10, check_names=False)


def test_clustering_puts_alike_genes_side_by_side() -> None:
    groups = np.array([0, 1, 0, 1, 0, 1])
    matrix = np.where(groups[:, None] == groups, 0.8, 0.1)
    np.fill_diagonal(matrix, 1.0)
    names = [f"g{i}" for i in range(6)]
    found = clustered(pd.DataFrame(matrix, names, names))
    order = [groups[names.index(gene)] for gene in found.index]
    assert sum(a != b for a, b in zip(order, order[1:], strict=False)) == 1
    assert list(found.index) == list(found.columns)
    assert clustered(found.iloc[:2, :2]).equals(found.iloc[:2, :2])


def test_every_gene_keeps_its_strongest_neighbours() -> None:
    values = expression(1)
    genes = list(values.index[:12])
    matrix = module_overlap(values, genes, 4, CoexpressionSettings())
    kme = pd.Series(np.linspace(1, 0.5, 12), genes)
    found = hub_network(matrix, kme, 3, seed=0)
    pairs = {frozenset(row) for row in found.edges[["source", "target"]].itertuples(index=False)}
    assert len(pairs) == len(found.edges) <= 36
    for gene in genes:
        others = matrix.loc[gene].drop(gene).sort_values(ascending=False)
        assert {frozenset((gene, other)) for other in others.index[:3]} <= pairs
    row = found.edges.iloc[0]
    assert row["overlap"] == matrix.at[row["source"], row["target"]]
    np.testing.assert_allclose(found.nodes["k"], matrix.to_numpy().sum(axis=1) - 1)
    assert found.nodes[["x", "y"]].abs().to_numpy().max() <= 1
    again = hub_network(matrix, kme, 3, seed=0)
    pd.testing.assert_frame_equal(found.nodes, again.nodes)


def test_a_module_of_one_gene_has_no_edge() -> None:
    matrix = module_overlap(expression(), ["g1"], 4, CoexpressionSettings())
    found = hub_network(matrix, pd.Series([0.9], ["g1"]), 3, seed=0)
    assert found.edges.empty and list(found.nodes["gene"]) == ["g1"]


def test_sets_that_hold_a_gene() -> None:
    assert sets_with("B", {"one": ("A", "B"), "two": ("C",), "three": ("B",)}) == ["one", "three"]
