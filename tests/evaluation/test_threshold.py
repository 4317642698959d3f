"""A threshold against counting by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.evaluation.decision_curve import decision_curve
from core.evaluation.threshold import at_threshold, reach, worse_than_default
from tests.evaluation.strategies import cohorts


def frame_of(y: np.ndarray, p: np.ndarray, cohort: str = "A") -> pd.DataFrame:
    return pd.DataFrame({"cohort": cohort, "role": "training", "lnm": y, "m": p})


@settings(deadline=None)
@given(cohorts(), st.integers(0, 100))
def test_counts_shares_and_net_benefit_by_brute_force(cohort, percent: int) -> None:
    (y, p), t = cohort, percent / 100
    row = at_threshold(frame_of(y, p), "m", t).iloc[0]
    tp = sum(1 for a, b in zip(y, p, strict=True) if a == 1 and b >= t)
    fp = sum(1 for a, b in zip(y, p, strict=True) if a == 0 and b >= t)
    fn, tn, n = int(y.sum()) - tp, int((1 - y).sum()) - fp, len(y)
    assert tuple(row[["tp", "fp", "tn", "fn", "n"]]) == (tp, fp, tn, fn, n)
    shares = {
        "accuracy": (tp + tn, n), "sensitivity": (tp, tp + fn), "specificity": (tn, tn + fp),
        "ppv": (tp, tp + fp), "npv": (tn, tn + fn),
    }  # fmt: skip
    for name, (count, total) in shares.items():
        if total == 0:
            assert np.isnan(row[[name, f"{name}_low", f"{name}_high"]].astype(float)).all()
        else:
            assert row[name] == count / total
            assert row[f"{name}_low"] <= row[name] <= row[f"{name}_high"]
    assert row["fpr"] == pytest.approx(1 - row["specificity"])
    if percent == 100:
        assert np.isnan(row["net_benefit"])
    else:
        assert row["net_benefit"] == pytest.approx(tp / n - fp / n * t / (1 - t), abs=1e-12)
    if 0 < percent < 100:
        curve = decision_curve(y, p, [t]).set_index("strategy")["net_benefit"]
        assert row["net_benefit"] == pytest.approx(curve["model"], abs=1e-12)
        assert row["net_benefit_all"] == pytest.approx(curve["all"], abs=1e-12)


@pytest.mark.parametrize("t", [-0.1, 1.1, np.nan])
def test_a_threshold_is_a_probability(t: float) -> None:
    with pytest.raises(ModelError) as error:
        at_threshold(frame_of(np.array([0, 1]), np.array([0.2, 0.8])), "m", t)
    assert error.value.code == "EVAL-THRESHOLDS"


@settings(deadline=None, max_examples=20)
@given(cohorts())
def test_where_a_model_is_worse_than_treating_all_or_none(cohort) -> None:
    y, p = cohort
    curve = decision_curve(y, p)
    decision = curve.assign(
        cohort="A", role="training", model=curve["strategy"].where(curve["strategy"] != "model", "m")
    )
    reached = reach(frame_of(y, p), ["m"])
    assert tuple(reached[["low", "high"]].iloc[0]) == (p.min(), p.max())
    found = worse_than_default(decision, reached)
    wide = curve.pivot(index="threshold", columns="strategy", values="net_benefit")
    for than in ("all", "none"):
        spans = found[found["than"] == than]
        for t, row in wide.iterrows():
            said = ((spans["low"] <= t) & (t <= spans["high"])).any()
            truly = p.min() <= t <= p.max() and row["model"] < row[than] - 1e-12
            assert said == truly
