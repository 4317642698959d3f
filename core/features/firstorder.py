"""First-order features: how the intensities of a lesion are distributed, wherever they lie."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.features.binning import Binned

_EPS = float(np.spacing(1.0))


def firstorder(values: NDArray[Any], grey: Binned, shift: float, voxel_mm3: float) -> dict[str, float]:
    """Features of the intensities of a lesion's voxels; ``shift`` is added before squares are taken."""
    x = values.astype(np.float64)
    p10, p25, p50, p75, p90 = np.percentile(x, (10, 25, 50, 75, 90))
    squares = float(((x + shift) ** 2).sum())
    robust = x[(x >= p10) & (x <= p90)]
    found = {
        "Energy": squares,
        "TotalEnergy": squares * voxel_mm3,
        "Minimum": x.min(),
        "10Percentile": p10,
        "90Percentile": p90,
        "Maximum": x.max(),
        "Mean": x.mean(),
        "Median": p50,
        "InterquartileRange": p75 - p25,
        "Range": x.max() - x.min(),
        "RobustMeanAbsoluteDeviation": np.abs(robust - robust.mean()).mean(),
        "RootMeanSquared": np.sqrt(squares / len(x)),
        **_moments(x - x.mean()),
        **_histogram(grey.counts / len(x)),
    }
    return {name: float(value) for name, value in found.items()}


def _moments(d: NDArray[np.float64]) -> dict[str, float]:
    """Of deviations from the mean; a flat lesion has no skewness and no kurtosis (0)."""
    square = d * d
    m2, m3, m4 = square.mean(), (square * d).mean(), (square * square).mean()
    flat = m2 == 0
    return {
        "MeanAbsoluteDeviation": np.abs(d).mean(),
        "Variance": m2,
        "Skewness": 0.0 if flat else m3 / m2**1.5,
        "Kurtosis": 0.0 if flat else m4 / m2**2,
    }


def _histogram(p: NDArray[np.float64]) -> dict[str, float]:
    return {"Entropy": -(p * np.log2(p + _EPS)).sum(), "Uniformity": (p**2).sum()}
