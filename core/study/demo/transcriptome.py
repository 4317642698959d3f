"""Expression of the training cohort with planted co-expression modules, and simulated gene sets."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.study.demo.cohort import Vector, correlated, orthogonal
from core.study.demo.sizes import DemoSize

SAMPLE = "-01A"  # sample type 01: primary tumour
BACKGROUND = 3


def symbols(size: DemoSize) -> list[str]:
    """Names of the simulated genes; no real gene has such a name."""
    return [f"SIM{i + 1:05d}" for i in range(size.genes)]


def module_factors(hidden: Vector, size: DemoSize, rng: np.random.Generator) -> tuple[Vector, Vector]:
    """Hidden activity of each module (patients, modules), and of the background (patients, 3).

    Linked modules follow the aggressiveness; the background, as cell composition does, touches every gene.
    """
    hidden = (hidden - hidden.mean()) / hidden.std()
    count = len(size.modules)
    noise = orthogonal(hidden, count + BACKGROUND, rng)
    links = rng.uniform(-0.15, 0.15, count)
    links[list(size.linked)] = list(size.linked.values())
    factors = np.column_stack([correlated(hidden, noise[:, m], r) for m, r in enumerate(links)])
    return factors, noise[:, count:]


def simulate_expression(
    hidden: Vector, size: DemoSize, seed: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """log2(FPKM + 1) (genes, patients) and the planted module of each gene (-1: none).

    Each gene follows its module's factor with a correlation in ``size.gene_load``, one in eight inversely.
    Genes beyond ``size.kept`` lie below a mean of 1, all others above it.
    """
    rng = np.random.default_rng([seed, 3])
    factors, background = module_factors(hidden, size, rng)
    planted = np.full(size.genes, -1)
    planted[: sum(size.modules)] = np.repeat(np.arange(len(size.modules)), size.modules)
    values = rng.standard_normal((size.genes, len(hidden)))
    values = _standard(values + rng.normal(0, 0.35, (size.genes, BACKGROUND)) @ background.T)
    member = planted >= 0
    load = rng.uniform(*size.gene_load, (member.sum(), 1)) * np.where(
        rng.random((member.sum(), 1)) < 0.125, -1, 1
    )
    values[member] = load * factors.T[planted[member]] + np.sqrt(1 - load**2) * values[member]
    high = np.arange(size.genes) < size.kept
    mean = np.where(high, rng.uniform(1.4, 8, size.genes), rng.uniform(0.05, 0.5, size.genes))
    spread = np.where(high, rng.uniform(0.3, 1.1, size.genes), rng.uniform(0.05, 0.25, size.genes))
    order = rng.permutation(size.genes)
    return np.maximum(mean[:, None] + spread[:, None] * _standard(values), 0)[order], planted[order]


def _standard(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(centred / centred.std(axis=1, keepdims=True), np.float64)


def write_expression(values: NDArray[np.float64], genes: list[str], patients: list[str], path: Path) -> None:
    """Xena's layout: tab-separated, genes x sample barcodes; equal bytes for equal values."""
    table = pd.DataFrame(values, index=pd.Index(genes, name="gene"), columns=[p + SAMPLE for p in patients])
    text = table.to_csv(sep="\t", float_format="%.4f", lineterminator="\n")
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
        packed.write(text.encode())
