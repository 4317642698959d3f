"""Second largest singular value of a co-occurrence matrix scaled by its margins: the core of GLCM MCC.

PyRadiomics takes the root of the second eigenvalue of Q(i, j) = sum_k P(i, k) P(j, k) / (px(i) py(k) + eps).
Q is similar to the square of the symmetric S(i, j) = P(i, j) / sqrt(px(i) py(j) + eps), whose first
eigenvector is sqrt(px) with value 1 (but for eps). The next value comes from Lanczos' method on what is left
of S (Golub & Van Loan, Matrix Computations, chapter 10).
"""

import numpy as np
from numpy.typing import NDArray

from core.compiled import compiled

_DENSE = 24  # levels up to which the whole spectrum is cheaper
_CROWDED = 0.9999  # eigenvalues this close to 1 may stand beside others: then the whole spectrum
_FIRST_CHECK, _BETWEEN = 16, 8  # steps of Lanczos' method
_STILL = 1e-13  # change of the value between two checks
_EMPTY = 1e-12  # a remainder this short holds no further direction


@compiled
def second_singular_value(similar: NDArray[np.float64], margin: NDArray[np.float64]) -> float:
    """Second largest absolute eigenvalue of ``similar`` (levels, levels), symmetric; ``margin``: px.

    Levels that never meet, not even by way of others, are parts of their own, each with a first value near 1.
    """
    part = _parts(similar)
    largest = np.zeros(0)
    for n in range(part.max() + 1):
        rows = np.nonzero(part == n)[0]
        both = _two_largest(similar[rows][:, rows], margin[rows])
        largest = np.sort(np.append(largest, both))[-2:]
    return largest[0] if len(largest) > 1 else 0.0


@compiled
def _parts(similar: NDArray[np.float64]) -> NDArray[np.int64]:
    """Number of the part that each level belongs to."""
    size = len(similar)
    part, waiting, parts = np.full(size, -1), np.empty(size, np.int64), 0
    for start in range(size):
        if part[start] >= 0:
            continue
        left, waiting[0], part[start] = 1, start, parts
        while left:
            left -= 1
            row = waiting[left]
            for other in range(size):
                if similar[row, other] != 0 and part[other] < 0:
                    waiting[left], part[other] = other, parts
                    left += 1
        parts += 1
    return part


@compiled
def _two_largest(similar: NDArray[np.float64], margin: NDArray[np.float64]) -> NDArray[np.float64]:
    """The (at most) two largest absolute eigenvalues of one part."""
    if len(margin) > _DENSE:
        first = np.sqrt(margin / margin.sum())
        second = _lanczos(similar, first)
        if 0 <= second < _CROWDED:
            return np.array([second, ((similar * first).sum(axis=1) * first).sum()])
    return np.sort(np.abs(np.linalg.eigvalsh(similar)))[-2:]


@compiled
def _lanczos(similar: NDArray[np.float64], first: NDArray[np.float64]) -> float:
    """Largest absolute eigenvalue orthogonal to ``first``; -1 where it does not settle."""
    size = len(first)
    diagonal, squares = np.zeros(2 * size), np.zeros(2 * size)
    band = _band(similar)
    before, now = np.zeros(size), _start(first)
    length, found, check = 0.0, -1.0, _FIRST_CHECK
    for k in range(2 * size):
        ahead = _times(similar, band, now)
        diagonal[k] = (ahead * now).sum()
        ahead -= diagonal[k] * now + length * before
        ahead -= (ahead * first).sum() * first
        length = np.sqrt((ahead**2).sum())
        if length < _EMPTY:
            return -1.0
        squares[k] = length**2
        before, now = now, ahead / length
        if k + 1 == check:
            last, found = found, _largest(diagonal[: k + 1], squares[:k], found)
            if found - last < _STILL * found:
                return found
            check += _BETWEEN
    return -1.0


@compiled
def _start(first: NDArray[np.float64]) -> NDArray[np.float64]:
    """A unit vector orthogonal to ``first``, without any other symmetry."""
    start = first * np.sin(1.0 + np.arange(len(first)) ** 1.5)
    start -= first * (first * start).sum()
    return start / np.sqrt((start**2).sum())


@compiled
def _band(similar: NDArray[np.float64]) -> NDArray[np.int64]:
    """First filled column of each row, and one past the last."""
    size = len(similar)
    band = np.zeros((size, 2), np.int64)
    for row in range(size):
        low, high = 0, size
        while low < high and similar[row, low] == 0:
            low += 1
        while high > low and similar[row, high - 1] == 0:
            high -= 1
        band[row, 0], band[row, 1] = low, high
    return band


@compiled
def _times(
    similar: NDArray[np.float64], band: NDArray[np.int64], vector: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Symmetric matrix times vector, row by row, so that the compiler can take several columns at once."""
    out = np.zeros(len(vector))
    for row in range(len(vector)):
        factor = vector[row]
        for column in range(band[row, 0], band[row, 1]):
            out[column] += factor * similar[row, column]
    return out


@compiled
def _largest(diagonal: NDArray[np.float64], squares: NDArray[np.float64], known: float) -> float:
    """Largest absolute eigenvalue of a tridiagonal matrix by bisection between ``known`` and 1.1."""
    low, high = max(known, 0.0), 1.1
    while high - low > 1e-15:
        middle = (low + high) / 2
        if middle <= low or middle >= high:
            break
        if _beyond(diagonal, squares, middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2


@compiled
def _beyond(diagonal: NDArray[np.float64], squares: NDArray[np.float64], value: float) -> bool:
    """Whether an eigenvalue lies above ``value`` or below its negative (signs of Sturm's sequence)."""
    above, below = diagonal[0] - value, diagonal[0] + value
    for n in range(len(squares)):
        if above >= 0 or below <= 0:
            return True
        above = diagonal[n + 1] - value - squares[n] / above
        below = diagonal[n + 1] + value - squares[n] / below
    return above >= 0 or below <= 0
