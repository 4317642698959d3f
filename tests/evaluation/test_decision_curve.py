import pytest
from hypothesis import given, settings

from core.errors import ModelError
from core.evaluation.decision_curve import decision_curve
from tests.evaluation.strategies import cohorts


@settings(max_examples=25, deadline=None)
@given(cohorts())
def test_net_benefit_by_counting(cohort) -> None:
    y, p = cohort
    curve = decision_curve(y, p, [0.1, 0.35, 0.8]).set_index(["strategy", "threshold"])["net_benefit"]
    for t in (0.1, 0.35, 0.8):
        tp = sum(1 for outcome, q in zip(y, p, strict=True) if outcome == 1 and q >= t)
        fp = sum(1 for outcome, q in zip(y, p, strict=True) if outcome == 0 and q >= t)
        assert curve["model", t] == pytest.approx(tp / y.size - fp / y.size * t / (1 - t))
        assert curve["all", t] == pytest.approx(y.mean() - (1 - y.mean()) * t / (1 - t))
        assert curve["none", t] == 0


def test_default_grid_and_a_perfect_model() -> None:
    curve = decision_curve([0, 0, 1, 1], [0.0, 0.0, 1.0, 1.0])
    assert curve.groupby("strategy").size().to_dict() == {"all": 99, "model": 99, "none": 99}
    assert (curve.loc[curve["strategy"] == "model", "net_benefit"] == 0.5).all()


@pytest.mark.parametrize("thresholds", [[], [0], [1.0], [-0.2, 0.5], [float("nan")]])
def test_bad_thresholds(thresholds) -> None:
    with pytest.raises(ModelError, match="EVAL-THRESHOLDS"):
        decision_curve([0, 1], [0.2, 0.3], thresholds)
