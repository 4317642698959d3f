"""Axis ticks as R's ``pretty`` chooses them, so that nomogram axes equal those of rms."""

import math

import numpy as np

from core.models.inputs import Floats

# R's defaults: how strongly 2, 5 and 10 are preferred over a finer step, and room for rounding.
BIAS, BIAS_5, ROUNDING = 1.5, 0.5 + 1.5 * 1.5, 1e-10


def pretty(low: float, high: float, steps: int = 10) -> Floats:
    """About ``steps`` + 1 round values, equally spaced, that cover [low, high] (finite numbers)."""
    step = _step(low, high, steps)
    first, last = math.floor(low / step + ROUNDING), math.ceil(high / step - ROUNDING)
    short = max(steps // 3 - (last - first), 0)
    # Too few intervals: widen, below first where the range reaches up from 0.
    below, above = (short // 2, short - short // 2) if first >= 0 else (short - short // 2, short // 2)
    return np.round(np.arange(first - below, last + above + 1) * step, 12)


def _step(low: float, high: float, steps: int) -> float:
    cell, largest = high - low, max(abs(low), abs(high))
    if cell <= largest * steps * 3 * np.finfo(float).eps:
        cell = 0.75 * (largest or 1.0) * steps / (steps // 3)
    cell /= steps
    base = 10.0 ** math.floor(math.log10(cell))
    step = base
    for factor, bias in ((2, BIAS), (5, BIAS_5), (10, BIAS)):
        if factor * base - cell >= bias * (cell - step):
            break
        step = factor * base
    return step
