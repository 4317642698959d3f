"""Decision curve: net benefit of acting on a model against treating all or none.

Source: Vickers and Elkin, Med Decis Making 2006.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from core.errors import ModelError
from core.evaluation.inputs import Floats, probabilities

GRID: Floats = np.arange(1, 100) / 100


def decision_curve(y: ArrayLike, p: ArrayLike, thresholds: Sequence[float] | None = None) -> pd.DataFrame:
    """Frame [strategy, threshold, net_benefit]; strategies "model", "all" and "none".

    Net benefit per patient: TP / n - FP / n * t / (1 - t), positive at p >= t. Thresholds by
    default 0.01 to 0.99; ModelError EVAL-THRESHOLDS unless they lie in (0, 1).
    """
    outcome, (predicted,) = probabilities(y, p)
    grid = _grid(thresholds)
    called = predicted[None, :] >= grid[:, None]
    tp, fp = (called & outcome).mean(axis=1), (called & ~outcome).mean(axis=1)
    share, odds = outcome.mean(), grid / (1 - grid)
    curves = {"model": tp - fp * odds, "all": share - (1 - share) * odds, "none": np.zeros_like(grid)}
    frames = [
        pd.DataFrame({"strategy": name, "threshold": grid, "net_benefit": benefit})
        for name, benefit in curves.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _grid(thresholds: Sequence[float] | None) -> Floats:
    grid = GRID if thresholds is None else np.asarray(thresholds, dtype=np.float64)
    if grid.ndim != 1 or grid.size == 0 or not ((grid > 0) & (grid < 1)).all():
        found = " ".join(f"{t:g}" for t in np.ravel(grid)[:5])
        raise ModelError(
            "EVAL-THRESHOLDS", "Thresholds lie between 0 and 1", found, "Give, for example, 0.5."
        )
    return grid
