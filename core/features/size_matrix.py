"""GLRLM, GLSZM and GLDM: one family of sums over counts by grey level and by size.

The size is a run's length, a zone's number of voxels, or one more than the neighbours of a voxel's own level.
"""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled

# PyRadiomics' name of each sum, in the order of ``_sums``; "" where a class has none.
GLRLM = (
    "ShortRunEmphasis", "LongRunEmphasis", "GrayLevelNonUniformity", "GrayLevelNonUniformityNormalized",
    "RunLengthNonUniformity", "RunLengthNonUniformityNormalized", "RunPercentage", "GrayLevelVariance",
    "RunVariance", "RunEntropy", "LowGrayLevelRunEmphasis", "HighGrayLevelRunEmphasis",
    "ShortRunLowGrayLevelEmphasis", "ShortRunHighGrayLevelEmphasis", "LongRunLowGrayLevelEmphasis",
    "LongRunHighGrayLevelEmphasis",
)  # fmt: skip
GLSZM = (
    "SmallAreaEmphasis", "LargeAreaEmphasis", "GrayLevelNonUniformity", "GrayLevelNonUniformityNormalized",
    "SizeZoneNonUniformity", "SizeZoneNonUniformityNormalized", "ZonePercentage", "GrayLevelVariance",
    "ZoneVariance", "ZoneEntropy", "LowGrayLevelZoneEmphasis", "HighGrayLevelZoneEmphasis",
    "SmallAreaLowGrayLevelEmphasis", "SmallAreaHighGrayLevelEmphasis", "LargeAreaLowGrayLevelEmphasis",
    "LargeAreaHighGrayLevelEmphasis",
)  # fmt: skip
GLDM = (
    "SmallDependenceEmphasis", "LargeDependenceEmphasis", "GrayLevelNonUniformity", "",
    "DependenceNonUniformity", "DependenceNonUniformityNormalized", "", "GrayLevelVariance",
    "DependenceVariance", "DependenceEntropy", "LowGrayLevelEmphasis", "HighGrayLevelEmphasis",
    "SmallDependenceLowGrayLevelEmphasis", "SmallDependenceHighGrayLevelEmphasis",
    "LargeDependenceLowGrayLevelEmphasis", "LargeDependenceHighGrayLevelEmphasis",
)  # fmt: skip
_EPS = float(np.spacing(1.0))


def glrlm(runs: list[NDArray[np.int64]], levels: NDArray[np.float64]) -> dict[str, float]:
    """Run-length features: mean over directions; ``runs`` of each (rank, length). No direction: NaN."""
    sums = np.array([_of_matrix(each, levels) for each in runs])
    means = sums.mean(axis=0) if len(runs) else np.full(len(GLRLM), np.nan)
    return _named(GLRLM, means)


def glszm(zones: NDArray[np.int64], levels: NDArray[np.float64]) -> dict[str, float]:
    """Size-zone features; ``zones`` (zone; rank, size)."""
    width = int(zones[:, 1].max()) + 1
    keys, counts = np.unique(zones[:, 0] * width + zones[:, 1], return_counts=True)
    return _named(GLSZM, _sums(keys // width, keys % width, counts, levels))


def gldm(dependence: NDArray[np.int64], levels: NDArray[np.float64]) -> dict[str, float]:
    """Dependence features; ``dependence`` (rank, size)."""
    return _named(GLDM, _of_matrix(dependence, levels))


def _named(names: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True) if name}


def _of_matrix(matrix: NDArray[np.int64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    ranks, sizes = np.nonzero(matrix)
    return _sums(ranks, sizes, matrix[ranks, sizes], levels)


@compiled
def _sums(
    ranks: NDArray[np.int64], sizes: NDArray[np.int64], counts: NDArray[np.int64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The sixteen sums over the filled cells (rank, size, count) of one matrix."""
    by_level, by_size = np.zeros(len(levels)), np.zeros(sizes.max() + 1)
    joint = np.zeros(5)
    total = float(counts.sum())
    for n in range(len(counts)):
        rank, size, count = ranks[n], sizes[n], counts[n]
        by_level[rank] += count
        by_size[size] += count
        i2, j2 = levels[rank] ** 2, float(size) ** 2
        joint[0] -= count / total * np.log2(count / total + _EPS)
        joint[1] += count / (i2 * j2)
        joint[2] += count * i2 / j2
        joint[3] += count * j2 / i2
        joint[4] += count * (j2 * i2)
    i, j = levels, np.arange(1.0, len(by_size))
    by_size = by_size[1:]
    p, q = by_level / total, by_size / total
    out = np.empty(16)
    out[0], out[1] = (by_size / j**2).sum() / total, (by_size * j**2).sum() / total
    out[2], out[3] = (by_level**2).sum() / total, (by_level**2).sum() / total**2
    out[4], out[5] = (by_size**2).sum() / total, (by_size**2).sum() / total**2
    out[6] = total / (by_size * j).sum()
    out[7] = (p * (i - (p * i).sum()) ** 2).sum()
    out[8] = (q * (j - (q * j).sum()) ** 2).sum()
    out[9] = joint[0]
    out[10], out[11] = (by_level / i**2).sum() / total, (by_level * i**2).sum() / total
    out[12:] = joint[1:] / total
    return out
