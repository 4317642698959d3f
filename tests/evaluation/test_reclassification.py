import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.evaluation.reclassification import categorical_nri, continuous_nri, idi
from tests.evaluation.strategies import cohorts

FEW = settings(max_examples=30, deadline=None)


def _framingham() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Moves between categories as in Pencina et al., Stat Med 2008, section 5: HDL added, 6% and 20%."""
    moves = {1: (29, 7, 147), 0: (173, 174, 2734)}  # up, down, unmoved of 183 events and 3081 others
    y = np.concatenate([np.full(sum(counts), outcome) for outcome, counts in moves.items()])
    steps = [
        np.repeat([(0.05, 0.10), (0.10, 0.05), (0.10, 0.10)], counts, axis=0) for counts in moves.values()
    ]
    a, b = np.concatenate(steps).T
    return y, a, b


def test_categorical_nri_of_the_published_example() -> None:
    found = categorical_nri(*_framingham(), cutoffs=[0.06, 0.20])
    assert found.nri == pytest.approx(0.121, abs=5e-4)
    assert found.events == pytest.approx(22 / 183)
    assert found.nonevents == pytest.approx(1 / 3081)
    assert found.p < 0.001


def test_a_cutoff_belongs_to_the_higher_category() -> None:
    found = categorical_nri([1, 1, 0, 0], [0.29, 0.3, 0.6, 0.1], [0.3, 0.31, 0.59, 0.2], [0.3, 0.6])
    assert (found.events, found.nonevents) == (0.5, 0.5)


@FEW
@given(cohorts(models=2), st.sampled_from([[0.5], [0.3, 0.6], [0.1, 0.2, 0.9]]))
def test_categorical_nri_by_counting(cohort, cutoffs) -> None:
    y, a, b = cohort

    def category(p: float) -> int:
        return sum(p >= c for c in cutoffs)

    moved = np.array([np.sign(category(q) - category(p)) for p, q in zip(a, b, strict=True)])
    expected = moved[y == 1].mean() - moved[y == 0].mean()
    assert categorical_nri(y, a, b, cutoffs).nri == pytest.approx(expected)


@FEW
@given(cohorts(models=2))
def test_continuous_nri_and_idi_by_counting(cohort) -> None:
    y, a, b = cohort
    direction = np.sign(b - a)
    nri, discrimination = continuous_nri(y, a, b), idi(y, a, b)
    assert nri.nri == pytest.approx(direction[y == 1].mean() - direction[y == 0].mean())
    assert nri.nri == pytest.approx(nri.events + nri.nonevents)
    slope = [p[y == 1].mean() - p[y == 0].mean() for p in (a, b)]
    assert discrimination.idi == pytest.approx(slope[1] - slope[0])
    swapped = continuous_nri(y, b, a)
    assert (swapped.nri, swapped.z, swapped.p) == pytest.approx((-nri.nri, -nri.z, nri.p))


def test_equal_models_differ_in_nothing() -> None:
    y, p = [0, 0, 1, 1], [0.1, 0.4, 0.3, 0.9]
    for found in (continuous_nri(y, p, p), categorical_nri(y, p, p, [0.5])):
        assert (found.nri, found.z, found.p) == (0, 0, 1)
    assert (idi(y, p, p).idi, idi(y, p, p).z, idi(y, p, p).p) == (0, 0, 1)


def test_everybody_moved_the_right_way() -> None:
    found = continuous_nri([0, 0, 1, 1], [0.5] * 4, [0.2, 0.3, 0.7, 0.8])
    assert (found.nri, found.z, found.p) == (2, np.inf, 0)


@pytest.mark.parametrize("cutoffs", [[], [0.6, 0.3], [0.3, 0.3], [0.0, 0.5], [0.5, 1.0], [np.nan]])
def test_bad_cutoffs(cutoffs) -> None:
    with pytest.raises(ModelError, match="EVAL-CUTOFFS"):
        categorical_nri([0, 1], [0.1, 0.2], [0.1, 0.2], cutoffs)


def test_probabilities_are_asked_for() -> None:
    with pytest.raises(ModelError, match="EVAL-RANGE"):
        idi([0, 1], [0.1, 0.2], [10, 90])
