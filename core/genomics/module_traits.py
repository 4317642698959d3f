"""Correlation of module eigengenes with traits, as the WGCNA tutorials tabulate it."""

import re

import pandas as pd

from core.genomics.correlation import correlate_columns

# Colours are lower case, so a gene set such as MELANOMA keeps its name.
EIGENGENE = re.compile(r"^ME(?=[a-z])")


def correlate(eigengenes: pd.DataFrame, traits: pd.DataFrame) -> pd.DataFrame:
    """Long [module, trait, r, p, q, n]: Pearson, pairwise complete, over the samples that both tables carry.

    ``eigengenes`` (samples x ME<colour>) and ``traits`` (samples x traits, numeric); modules are named
    by their colour. p as WGCNA `corPvalueStudent`; q Benjamini-Hochberg over every row. Rows keep the
    order of the columns. Raises TableError for traits that are no numbers or share no sample.
    """
    table = correlate_columns(eigengenes, traits, ("module", "trait"))
    table["module"] = table["module"].astype(str).str.replace(EIGENGENE, "", regex=True)
    return table
