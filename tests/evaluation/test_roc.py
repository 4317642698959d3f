import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.metrics import confusion_matrix, roc_auc_score, roc_curve

from core.errors import ModelError
from core.evaluation.roc import auc, confusion, delong, operating, roc_points, youden
from tests.evaluation.strategies import cohorts

FEW = settings(max_examples=30, deadline=None)


@FEW
@given(cohorts())
def test_auc_is_the_share_of_pairs_in_order(cohort) -> None:
    y, p = cohort
    pairs = np.sign(p[y == 1][:, None] - p[y == 0][None, :])
    found = auc(y, p)
    assert found.auc == pytest.approx(((pairs + 1) / 2).mean(), abs=1e-12)
    assert found.auc == pytest.approx(roc_auc_score(y, p), abs=1e-12)
    assert 0 <= found.low <= found.auc <= found.high <= 1


@FEW
@given(cohorts(models=2))
def test_delong_variance_by_its_definition(cohort) -> None:
    y, a, b = cohort
    kernels = [(np.sign(p[y == 1][:, None] - p[y == 0][None, :]) + 1) / 2 for p in (a, b)]
    m, n = kernels[0].shape
    over_cases = np.cov([kernel.mean(axis=1) for kernel in kernels]) / m
    over_controls = np.cov([kernel.mean(axis=0) for kernel in kernels]) / n
    covariance = over_cases + over_controls
    assert auc(y, a).variance == pytest.approx(covariance[0, 0], abs=1e-12)
    assert delong(y, a, b).covariance == pytest.approx(covariance[0, 1], abs=1e-12)


@FEW
@given(cohorts(models=2))
def test_delong_is_antisymmetric(cohort) -> None:
    y, a, b = cohort
    one, other = delong(y, a, b), delong(y, b, a)
    assert (one.z, one.p, one.difference) == pytest.approx((-other.z, other.p, -other.difference), abs=1e-9)
    assert np.sign(one.z) == np.sign(one.difference)


@FEW
@given(cohorts())
def test_monotone_transforms_change_nothing(cohort) -> None:
    y, p = cohort
    moved = np.exp(3 * p) - 7
    assert auc(y, moved).auc == auc(y, p).auc
    assert delong(y, p, moved).z == 0
    assert delong(y, p, moved).p == 1


@FEW
@given(cohorts())
def test_curve_passes_through_sklearns_points(cohort) -> None:
    y, p = cohort
    points = roc_points(y, p)
    fpr, tpr, _ = roc_curve(y, p, drop_intermediate=False)
    assert np.allclose(points[["fpr", "tpr"]].to_numpy()[::-1], np.column_stack([fpr, tpr]))
    assert points["threshold"].is_monotonic_increasing
    assert np.trapezoid(points["tpr"][::-1], points["fpr"][::-1]) == pytest.approx(auc(y, p).auc)


@FEW
@given(cohorts(largest=8))
def test_youden_is_the_best_cutoff(cohort) -> None:
    y, p = cohort

    def worth(threshold: float) -> float:
        found = operating(y, p, threshold)
        return found["sensitivity"].value + found["specificity"].value

    best = max(worth(t) for t in roc_points(y, p)["threshold"])
    assert worth(youden(y, p)) == pytest.approx(best)


def test_lowest_of_equal_cutoffs() -> None:
    assert youden([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4]) == pytest.approx(0.15)
    assert youden([1, 1, 0, 0], [0.1, 0.2, 0.3, 0.4]) == -np.inf


@FEW
@given(cohorts())
def test_confusion_counts(cohort) -> None:
    y, p = cohort
    c = confusion(y, p, 0.5)
    assert [[c.tn, c.fp], [c.fn, c.tp]] == confusion_matrix(y, p >= 0.5).tolist()


def test_paper_table_from_its_confusion_matrix() -> None:
    # Training radiomics of the paper: TP 38, FN 3, TN 39, FP 8 (PAPER.md).
    y = np.repeat([1, 1, 0, 0], [38, 3, 39, 8])
    p = np.repeat([0.9, 0.1, 0.1, 0.9], [38, 3, 39, 8])
    values = {name: round(share.value, 2) for name, share in operating(y, p, 0.5).items()}
    assert values == {"accuracy": 0.88, "sensitivity": 0.93, "specificity": 0.83, "ppv": 0.83, "npv": 0.93}


def test_wilson_interval_of_a_textbook_proportion() -> None:
    # Newcombe, Stat Med 1998, table I, method 3: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    y, p = np.r_[np.ones(263), 0], np.r_[np.ones(81), np.zeros(182), 0]
    assert operating(y, p, 0.5)["sensitivity"][1:] == pytest.approx((0.2553, 0.3662), abs=5e-5)
    y, p = np.r_[np.ones(20), 0], np.zeros(21)
    assert operating(y, p, 0.5)["sensitivity"][1:] == pytest.approx((0, 0.1611), abs=5e-5)
    assert np.isnan(operating(y, p, 0.5)["ppv"].value)


def test_perfect_and_single_patient_classes() -> None:
    perfect = auc([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    assert (perfect.auc, perfect.low, perfect.high, perfect.variance) == (1, 1, 1, 0)
    single = auc([0, 0, 1], [0.1, 0.2, 0.8])
    assert single.auc == 1
    assert np.isnan([single.low, single.high, single.variance]).all()


@pytest.mark.parametrize(
    ("y", "p", "code"),
    [
        ([1, 1, 1], [0.1, 0.2, 0.3], "EVAL-ONE-CLASS"),
        ([0, 1, 2], [0.1, 0.2, 0.3], "EVAL-OUTCOME"),
        ([0, 1, np.nan], [0.1, 0.2, 0.3], "EVAL-NAN"),
        ([0, 1, 1], [0.1, np.nan, 0.3], "EVAL-NAN"),
        ([0, 1, 1], [0.1, np.inf, 0.3], "EVAL-NAN"),
        (["no", "yes"], [0.1, 0.2], "EVAL-NAN"),
        ([0, 1], [0.1, 0.2, 0.3], "EVAL-SHAPE"),
        ([], [], "EVAL-SHAPE"),
        ([[0, 1]], [[0.1, 0.2]], "EVAL-SHAPE"),
    ],
)
def test_bad_input_is_named(y, p, code: str) -> None:
    with pytest.raises(ModelError) as error:
        auc(y, p)
    assert error.value.code == code
    assert error.value.fix
