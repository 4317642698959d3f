"""A real microarray table, linear with values below 0, from the file to its pathways."""

import numpy as np
import pytest

from core.genomics.coexpression import find_modules
from core.genomics.enrichment import enrich, read_gmt
from core.genomics.expression import prepare, read_expression
from core.genomics.gsva import score
from core.settings import CoexpressionSettings, ExpressionSettings

# The strongly expressed genes only, about 2,900: the whole array takes ten times as long.
ASKED = ExpressionSettings(scale="linear", negatives="zero", min_mean=9.5, min_z=-2.5)


@pytest.fixture(scope="module")
def expression(shared):
    frame = read_expression(shared / "data/expression/leukemia.gct")
    return prepare(frame, list(frame.columns), ASKED)


@pytest.fixture(scope="module")
def kegg(shared):
    return read_gmt([shared / "data/genesets/c2.cp.kegg.v7.5.1.symbols.gmt"])


def test_the_sample_that_stands_apart_is_told(expression):
    assert expression.info["samples_apart"] == expression.info["samples_dropped"] == ["AML_24"]
    assert expression.values.shape[1] == 47


def test_ribosomal_genes_share_a_module(expression, kegg):
    found = find_modules(expression.values, CoexpressionSettings(power=6, min_size=30))
    table = enrich(found.genes, kegg, list(found.genes["gene"]))
    first = table.iloc[0]
    assert first["gene_set"] == "KEGG_RIBOSOME" and first["q"] < 1e-6
    assert first["overlap"] > first["set_size"] / 2


def test_every_set_of_fitting_size_has_scores(expression, kegg):
    scores = score(expression.values, kegg.sets)
    inside = {name: len(set(genes) & set(expression.values.index)) for name, genes in kegg.sets.items()}
    assert list(scores.index) == [name for name, count in inside.items() if 5 <= count <= 500]
    assert np.isfinite(scores.to_numpy()).all() and (scores.std(axis=1) > 0).all()
