"""Weighted gene co-expression modules: a network cut into modules, their eigengenes and kME."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import memory
from core.errors import CannotRun, StudyError
from core.genomics.after_cut import Labels, merge, named, refine
from core.genomics.blocks import gene_blocks, joined
from core.genomics.eigengenes import eigengenes, kme
from core.genomics.linkage import average_linkage
from core.genomics.meter import Meter, Progress
from core.genomics.module_names import GREY
from core.genomics.network import Matrix, adjacency, overlap, precision, unit_rows
from core.genomics.soft_threshold import choose_power, soft_threshold
from core.genomics.tree_cut import cut_tree
from core.settings import CoexpressionSettings

Trees = list[tuple[Labels, Matrix]]  # positions of the leaves, linkage
LARGEST_POWER = 100
FEWEST_GENES, FEWEST_SAMPLES = 10, 4
METHOD = (
    "soft threshold, adjacency, TOM, average linkage, hybrid tree cut, kME filter, reassignment, "
    "merging, eigengenes, signed kME"
)
AS_R = "as R's blockwiseModules on complete data in one block: "
IN_BLOCKS = "the steps of R's blockwiseModules on complete data, in blocks of genes other than R's: "


@dataclass(frozen=True, slots=True)
class Modules:
    """Modules of a co-expression network.

    ``genes`` [gene, module, unmerged], modules named by colour, grey unassigned; ``eigengenes``
    samples x ME<colour>; ``kme`` genes x colours, signed; ``soft_threshold`` [power, r_squared, slope,
    truncated_r_squared, mean_k, median_k, max_k]; ``linkage`` (genes - 1) x 4, the average-linkage tree of
    1 - TOM that was cut, as SciPy's, leaves in the order of ``genes``, blocks joined at height 1; ``info``
    power and its rule, sizes, counts, method.
    """

    genes: pd.DataFrame
    eigengenes: pd.DataFrame
    kme: pd.DataFrame
    soft_threshold: pd.DataFrame
    linkage: NDArray[np.float64]
    info: dict[str, Any]


def find_modules(
    values: pd.DataFrame, settings: CoexpressionSettings, progress: Progress | None = None
) -> Modules:
    """WGCNA modules of complete expression values, genes x samples (log scale).

    Genes that do not vary stay outside the network and are grey. More than ``max_genes`` are cut in blocks
    (R's are others), then filtered, reassigned and merged as one. ``progress`` is called a few times a
    second; what it raises stops the work. Raises StudyError (too few genes or samples, missing values,
    settings that cannot be met) and CannotRun (WGCNA-MEMORY).
    """
    _check(values, settings)
    varies = _varies(values)
    varying, meter = values[varies], Meter(progress)
    with threadpool_limits(1, "blas"):  # the panels of large products share the cores; small ones need one
        soft, choice, trees, labels = _cut(varying, settings, meter)
        meter.part(1.0)
        unmerged, module, table = _after_cut(varying, labels, settings)
        strength = kme(values, table)
    genes = pd.DataFrame({"gene": values.index.astype(str), "module": module.reindex(values.index)})
    genes = genes.assign(unmerged=unmerged.reindex(values.index)).fillna(GREY).reset_index(drop=True)
    info = {
        **choice,
        "sizes": {str(name): int(size) for name, size in genes["module"].value_counts().items()},
        "genes": len(values),
        "samples": values.shape[1],
        "constant_genes": len(values) - len(varying),
        "method": (AS_R if choice["blocks"] == 1 else IN_BLOCKS)
        + f"{settings.correlation.capitalize()}, {METHOD}",
    }
    meter.finish()
    inner = np.flatnonzero(varies)
    whole = joined([(inner[leaves], tree) for leaves, tree in trees], len(values))
    return Modules(genes, table, strength, soft, whole, info)


def _cut(
    values: pd.DataFrame, settings: CoexpressionSettings, meter: Meter
) -> tuple[pd.DataFrame, dict[str, Any], Trees, Labels]:
    """Soft-threshold table, the power and its rule, the tree of each block, and the labels of the cuts."""
    most = min(settings.max_genes or len(values), len(values))
    _check_memory(most)
    try:
        unit = unit_rows(values.to_numpy(dtype=np.float64), settings.correlation)
        meter.part(0.1)
        soft = soft_threshold(unit, settings.network, meter)
        rule = choose_power(soft, settings.r_squared)
        power, why = (settings.power, "given") if settings.power else rule
        blocks = gene_blocks(unit, most, settings.network == "unsigned")
        trees, labels = _cut_blocks(unit, blocks, power, settings, meter)
    except MemoryError:
        raise _no_memory("too little") from None
    return soft, {"power": power, "power_rule": why, "blocks": len(blocks)}, trees, labels


def _cut_blocks(
    unit: Matrix, blocks: list[Labels], power: int, settings: CoexpressionSettings, meter: Meter
) -> tuple[Trees, Labels]:
    """Tree and cut of each block; with several, modules of all blocks are numbered by falling size."""
    labels, trees = np.zeros(len(unit), dtype=np.int64), []
    for genes, start in zip(blocks, np.linspace(0.1, 0.95, len(blocks), endpoint=False), strict=True):
        part = unit if len(blocks) == 1 else unit[genes]
        similarity, tree = _tree(part, power, settings, meter, start, 0.85 / len(blocks))
        cut = cut_tree(tree, similarity, settings.min_size, settings.deep_split, settings.pam_respects_dendro)
        labels[genes] = np.where(cut > 0, cut + labels.max(), 0)
        trees.append((genes, tree))
    return trees, labels if len(blocks) == 1 else _by_size(labels)


def _by_size(labels: Labels) -> Labels:
    sizes = np.bincount(labels)
    sizes[0] = 0
    order = np.argsort(-sizes, kind="stable")
    rank = np.zeros_like(sizes)
    rank[order] = np.arange(1, len(sizes) + 1)
    ranked: Labels = np.where(labels > 0, rank[labels], 0)
    return ranked


def _tree(
    unit: Matrix, power: int, settings: CoexpressionSettings, meter: Meter, start: float, share: float
) -> tuple[NDArray[np.floating], Matrix]:
    """TOM similarity and the average-linkage tree of 1 - TOM; two square matrices in all.

    The work is ``share`` of the whole, from ``start`` on.
    """
    meter.part(start + 0.06 * share)
    weights, k = adjacency(unit, settings.network, power, settings.tom == "signed", meter)
    meter.part(start + 0.88 * share)
    similarity = overlap(weights, k, meter)
    meter.part(start + share)
    np.copyto(weights, similarity)  # the adjacency is done with; linkage overwrites what it is given
    return similarity, average_linkage(weights, meter)


def _after_cut(
    values: pd.DataFrame, labels: Labels, settings: CoexpressionSettings
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Modules before and after merging, and their eigengenes."""
    refined = refine(values.to_numpy(dtype=np.float64), labels, settings)
    unmerged = named(refined, values.index)
    module = merge(values, unmerged, settings.merge_height, settings.correlation)
    return unmerged, module, eigengenes(values, module)


def _varies(values: pd.DataFrame) -> pd.Series:
    """WGCNA's rule: a variance above (1e-10 max |x|)^2."""
    bound = (1e-10 * float(values.abs().to_numpy().max())) ** 2
    varies: pd.Series = values.var(axis=1) > bound
    return varies


def _check(values: pd.DataFrame, settings: CoexpressionSettings) -> None:
    if not 0 <= settings.deep_split <= 4 or settings.min_size < 2:
        found = f"deep_split {settings.deep_split}, min_size {settings.min_size}"
        raise _bad_settings("deep_split is 0 to 4 and min_size 2 or more", found)
    if settings.power is not None and not 1 <= settings.power <= LARGEST_POWER:
        raise _bad_settings(f"power is from 1 to {LARGEST_POWER}", f"{settings.power:.6g}")
    if values.index.has_duplicates or not np.isfinite(values.to_numpy(dtype=float)).all():
        raise StudyError("WGCNA-VALUES", "One row of complete numbers per gene", "repeats or missing values")
    varying = int(_varies(values).sum()) if values.size else 0
    if varying < FEWEST_GENES or values.shape[1] < FEWEST_SAMPLES:
        raise StudyError(
            "WGCNA-SIZE",
            f"A network needs {FEWEST_GENES} genes that vary and {FEWEST_SAMPLES} samples",
            f"{varying} genes and {values.shape[1]} samples",
            "Lower min_mean in the settings of expression or supply more genes.",
        )


def _bad_settings(expected: str, found: str) -> StudyError:
    return StudyError("WGCNA-SETTINGS", expected, found, "Correct the settings of coexpression.")


def _check_memory(genes: int) -> None:
    """Two square matrices and some panels must fit: asking first is kinder than being killed."""
    asked = 2.3 * genes**2 * np.dtype(precision(genes)).itemsize
    available = memory.available()
    if asked > available:
        raise _no_memory(f"{available / 1e9:.1f} GB for {asked / 1e9:.1f} GB")


def _no_memory(found: str) -> CannotRun:
    expected = "The network fits into memory"
    fix = "Set max_genes of a block, raise min_mean of expression, or free memory."
    return CannotRun("WGCNA-MEMORY", expected, found, fix)
