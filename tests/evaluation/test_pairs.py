"""Pairs of models and of signatures, against R's values and scipy."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from core.evaluation.pairs import by_lnm, correlations, pairs_table
from core.evaluation.roc import auc
from tests.evaluation.strategies import cohorts

MODELS = ["a", "b"]
REFERENCE = Path(__file__).parents[1] / "data" / "reference"


def frame_of(y, a, b) -> pd.DataFrame:
    return pd.DataFrame({"cohort": "A", "role": "training", "lnm": y, "a": a, "b": b})


@settings(deadline=None, max_examples=30)
@given(cohorts(models=2))
def test_a_pair_adds_up(cohort) -> None:
    y, a, b = cohort
    row = pairs_table(frame_of(y, a, b), MODELS).iloc[0]
    assert row["difference"] == pytest.approx(auc(y, b).auc - auc(y, a).auc, abs=1e-12)
    assert row["difference_low"] <= row["difference"] + 1e-12
    assert row["nri"] == pytest.approx(row["nri_events"] + row["nri_nonevents"], abs=1e-12)
    assert row["idi"] == pytest.approx(row["idi_events"] + row["idi_nonevents"], abs=1e-12)
    rise = b - a
    assert row["idi"] == pytest.approx(rise[y == 1].mean() - rise[y == 0].mean(), abs=1e-12)
    assert row["brier_change"] == pytest.approx(np.mean((b - y) ** 2) - np.mean((a - y) ** 2), abs=1e-12)


def test_limits_are_those_of_the_z_test() -> None:
    rng = np.random.default_rng(2)
    y = np.repeat([0, 1], 30)
    row = pairs_table(frame_of(y, rng.uniform(size=60), rng.uniform(size=60)), MODELS).iloc[0]
    for name in ("nri", "idi"):
        error = (row[f"{name}_high"] - row[f"{name}_low"]) / 2 / stats.norm.ppf(0.975)
        assert 2 * stats.norm.sf(abs(row[name]) / error) == pytest.approx(row[f"{name}_p"])


@pytest.mark.parametrize("cohort", ["train", "valid"])
def test_pairs_agree_with_r(cohort: str) -> None:
    frame = pd.read_csv(REFERENCE / f"predictions_{cohort}.csv").rename(columns={"y": "lnm"})
    r = pd.read_csv(REFERENCE / f"statistics_{cohort}.csv").set_index("name")["value"]
    row = pairs_table(frame.assign(cohort="A", role="training"), ["old", "new"]).iloc[0]
    for name in ("delong_z", "delong_p", "nri", "nri_p", "nri_events", "nri_nonevents", "idi", "idi_p"):
        assert row[name] == pytest.approx(r[name], rel=1e-6)
    assert row["difference"] == pytest.approx(r["auc_new"] - r["auc_old"], rel=1e-6)


def test_signatures_by_lnm_and_against_each_other_agree_with_scipy() -> None:
    rng = np.random.default_rng(5)
    y = np.repeat([0, 1], [70, 60])
    a, b = rng.uniform(size=130) / 2 + 0.2 * y, rng.uniform(size=130) / 2 + 0.3 * y
    frame = frame_of(y, a, b)
    test = by_lnm(frame, MODELS).set_index("model").loc["b"]
    expected = stats.mannwhitneyu(b[y == 1], b[y == 0])
    assert (test["u"], test["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    (row,) = correlations(frame, MODELS).to_dict("records")
    r = stats.pearsonr(a, b)
    line = stats.linregress(a, b)
    low, high = r.confidence_interval(0.95)
    expected = (r.statistic, low, high, r.pvalue, line.slope, line.intercept)
    assert tuple(row[k] for k in ("r", "low", "high", "p", "slope", "intercept")) == pytest.approx(expected)


def test_a_constant_signature_has_no_line() -> None:
    frame = frame_of(np.array([0, 1, 0, 1]), np.full(4, 0.5), np.array([0.1, 0.2, 0.3, 0.4]))
    row = correlations(frame, MODELS).iloc[0]
    assert row[["r", "slope"]].isna().all()
    assert correlations(frame.head(2), MODELS)["r"].isna().all()
