"""Random smooth fields, the raw material of tissue texture."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Axes = tuple[Array, Array, Array]


def smooth_noise(axes: Axes, length: tuple[float, float, float] | float, rng: np.random.Generator) -> Array:
    """Gaussian random field of mean 0 and variance 1 on the grid of three axes (mm).

    White noise on nodes ``length`` mm apart, spread by Gaussian kernels: separable, so that a
    whole volume costs three small matrix products.
    """
    lengths = length if isinstance(length, tuple) else (length,) * 3
    kernels = [_kernel(axis, step) for axis, step in zip(axes, lengths, strict=True)]
    a, b, c = kernels
    nodes = rng.standard_normal((a.shape[1], b.shape[1], c.shape[1]), dtype=np.float32)
    rows = np.matmul(b, np.matmul(nodes, c.T))
    return np.tensordot(a, rows, axes=(1, 0))


def _kernel(axis: Array, step: float) -> Array:
    nodes = np.arange(axis.min() - 2 * step, axis.max() + 2.5 * step, step)
    weights = np.exp(-0.5 * ((axis[:, None] - nodes[None]) / (0.8 * step)) ** 2)
    return np.asarray(weights / np.sqrt((weights**2).sum(axis=1, keepdims=True)), np.float32)


def sigmoid(x: NDArray[Any]) -> Array:
    """Logistic function, safe for large values."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * x)), np.float32)


def ridge(x: NDArray[Any], width: float) -> Array:
    """1 on the zero level of a field, falling off within ``width``: sheets, or tubes for two fields."""
    return np.asarray(np.exp(-0.5 * (x / width) ** 2), np.float32)
