"""Pathway activity per sample (GSVA and ssGSEA through gseapy, z-scores) and its correlation with traits."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import TableError
from core.genomics.correlation import correlate_columns
from core.genomics.eigengenes import standardise

MIN_SIZE, MAX_SIZE = 5, 500
SEED = 20240416
CONSTANT = 1e-10  # standard deviation below which R GSVA calls a gene constant
Method = Literal["gsva", "ssgsea", "zscore"]
Sets = Mapping[str, Sequence[str]]


def score(
    values: pd.DataFrame,
    sets: Sets,
    method: Method = "gsva",
    min_size: int = MIN_SIZE,
    max_size: int = MAX_SIZE,
) -> pd.DataFrame:
    """Scores of gene sets, sets x samples, as R GSVA gives them (kcdf Gaussian; ssgsea normalised).

    ``values`` genes x samples, complete, log scale; ``sets`` name -> genes. zscore: the sum of the set's
    standardised genes over the root of their number (Lee et al. 2008). As in R, genes that do not vary
    take part in ssgsea only. Only sets with ``min_size`` to ``max_size`` genes in the table are scored;
    `dropped_sets` names the others. Gene names are compared as written. Raises TableError if no set is
    left, values are missing or a gene repeats.
    """
    _check(values)
    values = _used(values, method)
    members = _members(values, sets)
    kept = {name: genes for name, genes in members.items() if _fits(genes, values, min_size, max_size)}
    if not kept:
        raise _no_set(min_size, max_size)
    if method == "zscore":
        return _z_scores(values, kept)
    # gseapy would change case and reorder: it sees neutral names, the results get theirs back.
    genes = {gene: f"G{i}" for i, gene in enumerate(values.index)}
    named = values.set_axis(list(genes.values()), axis=0)
    named = named.set_axis([f"S{i}" for i in range(values.shape[1])], axis=1)
    coded = {f"T{i}": [genes[gene] for gene in kept[name]] for i, name in enumerate(kept)}
    table = _run(named, coded, method, max_size)
    table = table.reindex(index=list(coded), columns=list(named))
    return pd.DataFrame(
        table.to_numpy(dtype=np.float64), index=pd.Index(kept, name="gene_set"), columns=values.columns
    )


def dropped_sets(
    values: pd.DataFrame,
    sets: Sets,
    method: Method = "gsva",
    min_size: int = MIN_SIZE,
    max_size: int = MAX_SIZE,
) -> pd.DataFrame:
    """Sets that `score` leaves out: [gene_set, size, reason], size counted in the table's genes."""
    values = _used(values, method)
    rows = [
        (
            name,
            len(genes),
            f"fewer than {min_size} genes" if len(genes) < min_size else f"more than {max_size} genes",
        )
        for name, genes in _members(values, sets).items()
        if not _fits(genes, values, min_size, max_size)
    ]
    return pd.DataFrame(rows, columns=["gene_set", "size", "reason"])


def correlate_scores(scores: pd.DataFrame, traits: pd.DataFrame) -> pd.DataFrame:
    """Long [gene_set, trait, r, p, q, n]: Pearson of each set's score (sets x samples) with each trait.

    As `module_traits.correlate`; q over all rows.
    """
    return correlate_columns(scores.T, traits, ("gene_set", "trait"))


def _z_scores(values: pd.DataFrame, sets: dict[str, list[str]]) -> pd.DataFrame:
    scaled = pd.DataFrame(standardise(values.to_numpy(dtype=np.float64)), values.index, values.columns)
    rows = {name: scaled.loc[genes].sum() / np.sqrt(len(genes)) for name, genes in sets.items()}
    return pd.DataFrame(rows).T.rename_axis("gene_set")


def _run(values: pd.DataFrame, sets: dict[str, list[str]], method: str, max_size: int) -> pd.DataFrame:
    arguments = {"data": values, "gene_sets": sets, "outdir": None, "min_size": 1, "max_size": max_size}
    import gseapy  # half a second: not for those who only read scores

    if method == "gsva":
        result, column = gseapy.gsva(**arguments, kcdf="Gaussian", threads=1, seed=SEED, verbose=False), "ES"
    else:
        result, column = gseapy.ssgsea(**arguments, threads=1, seed=SEED, verbose=False), "NES"
    table: pd.DataFrame = result.res2d.pivot(index="Term", columns="Name", values=column)
    return table


def _check(values: pd.DataFrame) -> None:
    repeated = values.index.has_duplicates
    if repeated or values.isna().any(axis=None):
        found = "genes in several rows" if repeated else "missing cells"
        raise TableError(
            "GSVA-VALUES", "GSVA needs one row of complete values per gene", found, "Drop these rows."
        )


def _used(values: pd.DataFrame, method: Method) -> pd.DataFrame:
    """The genes that R GSVA uses: all in ssgsea, else those that vary."""
    return values if method == "ssgsea" else values[values.std(axis=1) >= CONSTANT]


def _members(values: pd.DataFrame, sets: Sets) -> dict[str, list[str]]:
    known = set(values.index)
    return {name: [gene for gene in dict.fromkeys(genes) if gene in known] for name, genes in sets.items()}


def _fits(genes: list[str], values: pd.DataFrame, min_size: int, max_size: int) -> bool:
    return min_size <= len(genes) <= max_size and len(genes) < len(values)


def _no_set(min_size: int, max_size: int) -> TableError:
    return TableError(
        "GENESETS-OVERLAP",
        f"Gene sets with {min_size} to {max_size} genes in the expression table",
        "none",
        "Use the same identifiers in both, or other size limits.",
    )
