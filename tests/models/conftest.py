"""A small simulated cohort with a signal in some features, heavy tails and a constant column."""

import numpy as np
import pandas as pd
import pytest

from core.models.signature import SignatureFit, fit_signature
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings

SELECTION = SelectionSettings(neighbours=5, keep=6)
FOREST = ForestSettings(trees=15)
RESAMPLING = ResamplingSettings(folds=3, repeats=2)


def simulate(seed: int, n: int = 48, p: int = 30, signal: float = 1.5) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n) % 2)
    values = rng.normal(size=(n, p))
    values[:, :6] += signal * y[:, None]
    values[:, 10:15] = np.expm1(2 * values[:, 10:15])
    values[:, -1] = 3.0
    index = pd.Index([f"P{i:02d}" for i in range(n)], name="patient")
    X = pd.DataFrame(values, index=index, columns=[f"f{i}" for i in range(p)])
    return X, pd.Series(y, index=index, name="lnm")


@pytest.fixture(scope="session")
def cohort() -> tuple[pd.DataFrame, pd.Series]:
    return simulate(1)


@pytest.fixture(scope="session")
def fit(cohort: tuple[pd.DataFrame, pd.Series]) -> SignatureFit:
    return fit_signature(*cohort, SELECTION, FOREST, RESAMPLING)
