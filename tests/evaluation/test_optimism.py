"""The bootstrap's correction on cases whose answer is known without it."""

import numpy as np
import pytest

from core.evaluation.optimism import mean_auc, optimism, permutation_p
from core.evaluation.roc import auc


def _draws(n: int, number: int, seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [np.r_[rng.choice(n // 2, n // 2), n // 2 + rng.choice(n // 2, n // 2)] for _ in range(number)]


def test_a_fixed_score_has_no_optimism() -> None:
    rng = np.random.default_rng(1)
    y = np.repeat([0, 1], 100)
    p = rng.normal(size=200) + y
    draws = _draws(200, 300)
    found = optimism(y, p, draws, np.tile(p, (300, 1)))
    assert found.optimism == pytest.approx(0, abs=0.01)
    assert found.corrected == pytest.approx(auc(y, p).auc, abs=0.01)
    assert found.plus == pytest.approx(auc(y, p).auc, abs=0.02)
    assert found.corrected_low < found.corrected < found.corrected_high


def test_a_memory_of_the_labels_is_worth_nothing() -> None:
    """It knows whom it has seen and guesses the others: apparent 1, left-out 0.5, .632+ 0.5."""
    rng, y, draws = np.random.default_rng(2), np.repeat([0, 1], 60), _draws(120, 200)
    refitted = []
    for rows in draws:
        p = rng.random(120) * 0.5 + 0.25
        p[rows] = y[rows]
        refitted.append(p)
    found = optimism(y, y, draws, refitted)
    assert found.apparent == 1
    assert found.left_out == pytest.approx(0.5, abs=0.02)
    assert found.plus == pytest.approx(0.5, abs=0.04)
    # Those seen are judged among all: Harrell's estimate stays far above what the model is worth.
    assert found.corrected > 0.75


def test_samples_that_could_not_be_fitted_are_left_out() -> None:
    y, p = np.repeat([0, 1], 10), np.linspace(0, 1, 20)
    refitted = np.tile(p, (3, 1))
    refitted[1] = np.nan
    assert optimism(y, p, _draws(20, 3), refitted).samples == 2
    none = optimism(y, p, _draws(20, 1), np.full((1, 20), np.nan))
    assert none.samples == 0 and none.apparent == 1 and np.isnan(none.corrected)


def test_permutation_p_counts_equals_and_never_is_zero() -> None:
    assert permutation_p(0.9, [0.5, 0.6, 0.7]) == 0.25
    assert permutation_p(0.6, [0.5, 0.6, 0.7]) == 0.75
    assert permutation_p(0.1, [0.5] * 99) == 1


def test_repeats_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(3)
    y, p = np.repeat([0, 1], 20), rng.random(40)
    one = auc(y, p)
    middle, low, high = mean_auc(y, [p] * 7)
    assert (middle, low, high) == pytest.approx((one.auc, one.low, one.high))
