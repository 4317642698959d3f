"""ReliefF beside skrebate, in one run: the same weights, and how much sooner?

``pytest tests/benchmarks -s -k relief_beside``. Tables as a fold of the tuning page has them: 70 patients on
their 69 components, and a larger cohort. Median of the runs of each, in turn.
"""

import time

import numpy as np
import pytest
from skrebate import ReliefF

from core.models.quick_relief import relief_weights

ROUNDS, NEIGHBOURS = 7, 10


def seconds(work):
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


@pytest.mark.parametrize(("n", "p"), [(70, 69), (70, 20), (300, 100)])
def test_relief_beside_skrebate(n, p):
    rng = np.random.default_rng(n)
    values, codes = rng.normal(size=(n, p)) * np.geomspace(10, 0.1, p), rng.permutation(np.arange(n) % 2)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(lambda: relief_weights(values, codes, NEIGHBOURS)))
        fit = ReliefF(n_features_to_select=1, n_neighbors=NEIGHBOURS)
        theirs.append(seconds(lambda fit=fit: fit.fit(values.copy(), codes).feature_importances_))
    quick, slow = (float(np.median([run[0] for run in runs])) for runs in (ours, theirs))
    largest = float(np.abs(ours[0][1] - theirs[0][1]).max())
    print(
        f"\nReliefF of {n} x {p}: skrebate {1000 * slow:.1f} ms, ours {1000 * quick:.1f} ms, "
        f"{slow / quick:.1f}x, difference {largest:.1e}"
    )
    assert largest <= 1e-9
    assert slow > quick
