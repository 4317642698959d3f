"""Scale-free fit and connectivity of soft-thresholding powers (WGCNA `pickSoftThreshold`)."""

import numpy as np
import pandas as pd

from core.compiled import compiled
from core.genomics.meter import Meter
from core.genomics.network import NETWORKS, ROWS, Matrix, to_similarity
from core.genomics.panels import in_panels

POWERS = (*range(1, 11), *range(12, 21, 2))
DEFAULT_POWER = 6
BINS = 10
TABLE = ["power", "r_squared", "slope", "truncated_r_squared", "mean_k", "median_k", "max_k"]


def soft_threshold(
    unit: Matrix, network: str, meter: Meter, powers: tuple[int, ...] = POWERS
) -> pd.DataFrame:
    """Table [power, r_squared, slope, truncated_r_squared, mean_k, median_k, max_k], a row a power.

    ``unit`` genes x samples as from `unit_rows`; always in double precision: a bin edge is sharp.
    """
    rows = []
    for power, k in zip(powers, connectivity(unit, network, powers, meter), strict=True):
        rows.append((power, *scale_free_fit(k), k.mean(), np.median(k), k.max()))
    return pd.DataFrame(rows, columns=TABLE)


def connectivity(unit: Matrix, network: str, powers: tuple[int, ...], meter: Meter) -> Matrix:
    """Connectivity (powers, genes): the sum of a gene's adjacencies to all others. Powers increase."""
    k = np.zeros((len(powers), len(unit)))
    steps = np.diff(np.array([0, *powers]))

    def panel(first: int, stop: int) -> None:
        r = unit @ unit[first:stop].T
        to_similarity(r, NETWORKS[network])
        np.fill_diagonal(r[first:stop], 0.0)
        add_powers(r, steps, k[:, first:stop])

    in_panels(len(unit), ROWS, panel, meter)
    return k


@compiled
def add_powers(base: Matrix, steps: Matrix, k: Matrix) -> None:
    """Sums (powers, columns) of the powers of every column; ``steps`` from one power to the next."""
    for i in range(base.shape[0]):
        row = base[i]
        value = np.ones(len(row))
        for p in range(len(steps)):
            total = k[p]
            for _ in range(steps[p] - 1):
                for j in range(len(row)):
                    value[j] *= row[j]
            for j in range(len(row)):
                value[j] *= row[j]
                total[j] += value[j]


def scale_free_fit(k: Matrix) -> tuple[float, float, float]:
    """R^2 and slope of log10 p(k) on log10 k, and the adjusted R^2 with a term in k besides.

    Ten equal bins, closed on the right. A bin's k is its mean, that of an empty bin its middle (WGCNA
    `scaleFreeFitIndex`). NaN where all genes are equally connected.
    """
    low, high = float(k.min()), float(k.max())
    if not low < high:
        return np.nan, np.nan, np.nan
    edges = np.linspace(low, high, BINS + 1)
    which = np.searchsorted(edges[1:-1], k, side="left")
    counts = np.bincount(which, minlength=BINS)
    centre = np.bincount(which, weights=k, minlength=BINS) / np.maximum(counts, 1)
    centre = np.where(centre == 0, (edges[:-1] + edges[1:]) / 2, centre)
    x, y = np.log10(centre), np.log10(counts / len(k) + 1e-9)
    straight, slope = _regress(y, np.column_stack([x]))
    curved, _ = _regress(y, np.column_stack([x, centre]))
    return straight, slope, 1 - (1 - curved) * (BINS - 1) / (BINS - 3)


def _regress(y: Matrix, x: Matrix) -> tuple[float, float]:
    """R^2 and first slope of least squares with an intercept."""
    design = np.column_stack([np.ones(len(y)), x])
    coefficients = np.linalg.lstsq(design, y, rcond=None)[0]
    residual = y - design @ coefficients
    centred = y - y.mean()
    return 1 - float(residual @ residual) / float(centred @ centred), float(coefficients[1])


def choose_power(table: pd.DataFrame, r_squared: float) -> tuple[int, str]:
    """The smallest power whose scale-free R^2 reaches ``r_squared`` on a falling slope, else 6."""
    fit = -np.sign(table["slope"]) * table["r_squared"]
    reached = table.loc[fit >= r_squared, "power"]
    if reached.empty:
        return DEFAULT_POWER, f"default: no power reaches R^2 {r_squared:g}"
    return int(reached.min()), f"smallest with R^2 of at least {r_squared:g}"
