import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.evaluation.reclassification import categorical_nri, continuous_nri, idi, parse_cutoffs
from tests.evaluation.strategies import cohorts

FEW = settings(max_examples=30, deadline=None)


# The example of Pencina et al., Stat Med 2008, 27:157 (facts only): patients of the Framingham study by the
# risk category of a model without (rows) and with HDL cholesterol (columns); below 6%, 6 to 20%, above 20%.
# The cells add up to the moves, the NRI and the z printed there.
FRAMINGHAM = {
    1: [[39, 15, 0], [4, 87, 14], [0, 3, 21]],
    0: [[1959, 142, 0], [148, 703, 31], [1, 25, 72]],
}


def _framingham() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [
        np.repeat([[outcome, risk_a, risk_b]], count, axis=0)
        for outcome, table in FRAMINGHAM.items()
        for risk_a, counts in zip((0.03, 0.1, 0.3), table, strict=True)
        for risk_b, count in zip((0.05, 0.15, 0.4), counts, strict=True)
    ]
    y, a, b = np.concatenate(rows).T
    return y, a, b


def test_categorical_nri_of_the_published_example() -> None:
    found = categorical_nri(*_framingham(), cutoffs=[0.06, 0.20])
    assert found.nri == pytest.approx(0.121, abs=5e-4)
    assert found.events == pytest.approx(22 / 183)
    assert found.nonevents == pytest.approx(1 / 3081)
    assert found.p < 0.001
    # As printed there, z = 3.616 takes the variance under no change; improveProb (and we) as observed.
    null = (29 + 7) / 183**2 + (173 + 174) / 3081**2
    assert found.nri / null**0.5 == pytest.approx(3.616, abs=5e-4)
    observed = null - 22**2 / 183**3 - 1 / 3081**3
    assert found.z == pytest.approx(found.nri / observed**0.5)


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


def test_cut_offs_as_people_write_them() -> None:
    assert parse_cutoffs("0.3 0.6") == parse_cutoffs(" 0.3,0.6 ") == parse_cutoffs("0.3; 0.6") == (0.3, 0.6)
    assert parse_cutoffs("  ") == ()
    for text in ("low", "0.6 0.3", "30 60"):
        with pytest.raises(ModelError, match="EVAL-CUTOFFS"):
            parse_cutoffs(text)


@pytest.mark.parametrize("cutoffs", [[], [0.6, 0.3], [0.3, 0.3], [0.0, 0.5], [0.5, 1.0], [np.nan]])
def test_bad_cutoffs(cutoffs) -> None:
    with pytest.raises(ModelError, match="EVAL-CUTOFFS"):
        categorical_nri([0, 1], [0.1, 0.2], [0.1, 0.2], cutoffs)


def test_probabilities_are_asked_for() -> None:
    with pytest.raises(ModelError, match="EVAL-RANGE"):
        idi([0, 1], [0.1, 0.2], [10, 90])
