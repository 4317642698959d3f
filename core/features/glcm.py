"""GLCM: how often two grey levels are neighbours. Haralick et al., IEEE Trans. Syst. Man Cybern. 1973."""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled
from core.features.correlation import second_singular_value

# In the order of ``_features``; MCC comes from ``correlation``.
NAMES = (
    "Autocorrelation", "JointEnergy", "JointEntropy", "MaximumProbability", "Correlation", "Imc1", "Imc2",
    "JointAverage", "SumSquares", "SumAverage", "SumEntropy", "ClusterTendency", "ClusterShade",
    "ClusterProminence", "DifferenceAverage", "DifferenceEntropy", "DifferenceVariance", "Contrast", "Id",
    "Idm", "Idn", "Idmn", "InverseVariance", "MCC",
)  # fmt: skip
_EPS = float(np.spacing(1.0))
_EPS_BITS = _EPS / float(np.log(2.0))  # log2(x + eps) = log2(x) + _EPS_BITS / x where x is far above eps
_FEW_LEVELS = 8  # up to here stock costs nothing and may answer NaN where the true value is 0
_VANISHING = 1e-4  # the square root of stock's rounding error shows below this
_RARE = 1e-7  # a level as rare as this makes eps, which the similarity of ``correlation`` neglects, count


def glcm(pairs: list[NDArray[np.int64]], levels: NDArray[np.float64]) -> dict[str, float]:
    """Mean over directions of the features of ``pairs`` (lower rank, higher rank) that some voxels form.

    Where rounding decides (few levels, hardly any correlation, very rare levels) PyRadiomics' own
    formulas are used on the same counts, so that a NaN or a rounded 0 stays what it is there.
    """
    filled = [p for p in pairs if p.any()]
    if len(levels) <= _FEW_LEVELS:
        return _by_stock(filled, levels)
    if not filled:
        return dict.fromkeys(NAMES, np.nan)
    measured = [_features(p, levels) for p in filled]
    mcc = np.array([second_singular_value(similar, margin) for _, similar, margin, _ in measured])
    shared = min(information for *_, information in measured)
    rarest = min(margin[margin > 0].min() for _, _, margin, _ in measured)
    if shared < _VANISHING or mcc.min() < _VANISHING or rarest < _RARE:
        return _by_stock(filled, levels)
    means = np.mean([values for values, *_ in measured], axis=0)
    return dict(zip(NAMES, (*means.tolist(), float(mcc.mean())), strict=True))


def _by_stock(pairs: list[NDArray[np.int64]], levels: NDArray[np.float64]) -> dict[str, float]:
    from core.features.stock import glcm_features

    counts = np.zeros((len(levels), len(levels), len(pairs)))
    for n, upper in enumerate(pairs):
        counts[:, :, n] = upper + upper.T
    return glcm_features(counts / counts.sum(axis=(0, 1)), levels)


@compiled
def _features(
    pairs: NDArray[np.int64], levels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Of one direction ``NAMES`` but MCC, the matrix that MCC is taken from, its margin, and Hxy2 - Hxy."""
    size, total = len(levels), 2.0 * pairs.sum()
    margin = (pairs.sum(axis=0) + pairs.sum(axis=1)) / total
    mean = (levels * margin).sum()
    spread = (margin * (levels - mean) ** 2).sum()
    logs = np.log2(np.where(margin > 0, margin, 1.0))
    filled = (margin > 0).sum()
    hxy2 = -2 * (margin * logs).sum() - _EPS_BITS * filled**2
    sums, gaps = np.zeros(2 * int(levels[-1]) + 1), np.zeros(int(levels[-1]))
    similar = np.zeros((size, size))
    auto, energy, hxy, hxy1, shared, largest = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for a in range(size):
        for b in range(a, size):
            count = pairs[a, b]
            if count == 0:
                continue
            twice = 1.0 if a == b else 2.0
            both = margin[a] * margin[b]
            p = count / total * (3.0 - twice)
            w = p * twice
            auto += w * (levels[a] * levels[b])
            energy += w * p
            hxy -= w * np.log2(p + _EPS)
            hxy1 -= w * (logs[a] + logs[b] + _EPS_BITS / both)
            shared += w * (levels[a] - mean) * (levels[b] - mean)
            largest = max(largest, p)
            sums[int(levels[a] + levels[b])] += w
            gaps[int(levels[b] - levels[a])] += w
            similar[a, b] = similar[b, a] = p / np.sqrt(both + _EPS)
    hx = -(margin * np.log2(margin + _EPS)).sum()
    out = np.empty(len(NAMES) - 1)
    out[0], out[1], out[2], out[3] = auto, energy, hxy, largest
    out[4] = shared / (spread + _EPS) if spread > 0 else 1.0
    out[5] = (hxy - hxy1) / hx if hx != 0 else 0.0
    out[6] = np.sqrt(1 - np.exp(-2 * (hxy2 - hxy)))
    out[7], out[8] = mean, spread
    out[9:14] = _of_sums(sums, mean)
    out[14:23] = _of_gaps(gaps)
    return out, similar, margin, hxy2 - hxy


@compiled
def _of_sums(shares: NDArray[np.float64], mean: float) -> NDArray[np.float64]:
    """Features of the share of pairs whose levels add up to k."""
    out = np.zeros(5)
    for k, p in enumerate(shares):
        if p > 0:
            off = k - 2 * mean
            out[0] += k * p
            out[1] -= p * np.log2(p + _EPS)
            out[2] += p * off**2
            out[3] += p * off**3
            out[4] += p * off**4
    return out


@compiled
def _of_gaps(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Features of the share of pairs whose levels are k apart."""
    out, highest = np.zeros(9), float(len(shares))
    average = 0.0
    for k, p in enumerate(shares):
        average += k * p
    out[0] = average
    for k, p in enumerate(shares):
        if p > 0:
            out[1] -= p * np.log2(p + _EPS)
            out[2] += p * (k - average) ** 2
            out[3] += p * float(k) ** 2
            out[4] += p / (1 + k)
            out[5] += p / (1 + float(k) ** 2)
            out[6] += p / (1 + k / highest)
            out[7] += p / (1 + float(k) ** 2 / highest**2)
            if k > 0:
                out[8] += p / float(k) ** 2
    return out
