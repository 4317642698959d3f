"""NGTDM: how far each grey level lies from the mean of its neighbourhood. Amadasun & King, IEEE SMC 1989."""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled
from core.features.binning import Binned

NAMES = ("Coarseness", "Contrast", "Busyness", "Complexity", "Strength")
_FLAT = 1e6  # Coarseness of a lesion without any difference


def ngtdm(differences: NDArray[np.float64], grey: Binned) -> dict[str, float]:
    """Features of the summed ``differences`` of each level that occurs."""
    values = _features(grey.counts.astype(np.float64), differences, grey.levels)
    return {name: float(value) for name, value in zip(NAMES, values, strict=True)}


@compiled
def _features(
    voxels: NDArray[np.float64], distance: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    total = voxels.sum()
    p = voxels / total
    weighted, ip = p * distance, levels * p
    contrast, busy, complexity, strength = 0.0, 0.0, 0.0, 0.0
    for a in range(len(p)):
        for b in range(len(p)):
            apart = levels[a] - levels[b]
            contrast += p[a] * p[b] * apart**2
            busy += abs(ip[a] - ip[b])
            complexity += abs(apart) * (weighted[a] + weighted[b]) / (p[a] + p[b])
            strength += (p[a] + p[b]) * apart**2
    mean, summed, pairs = weighted.sum(), distance.sum(), len(p) * (len(p) - 1)
    return np.array([
        1 / mean if mean != 0 else _FLAT,
        contrast * summed / total / pairs if pairs else 0.0,
        mean / busy if busy != 0 else 0.0,
        complexity / total,
        strength / summed if summed != 0 else 0.0,
    ])  # fmt: skip
