"""DeLong's test for different patients, against what pROC's own tests print for its example data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.evaluation.roc import auc
from core.evaluation.unpaired import between_cohorts, delong_unpaired
from tests.evaluation.strategies import cohorts
from tests.evaluation.test_against_r import REFERENCE

FEW = settings(max_examples=25, deadline=None)
# pROC 1.19, tests/testthat/test-roc.test.R: roc.test(a, b, paired = FALSE): D and P.
PROC = {
    ("wfns", "s100b"): (1.43490640926908, 0.152825378808796),
    ("wfns", "ndka"): (3.10125096778969, 0.00220950791756457),
    ("ndka", "s100b"): (-1.55995743389685, 0.120192832430845),
}


@pytest.fixture(scope="module")
def asah() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "asah.csv")


@pytest.mark.parametrize("pair", PROC)
def test_unpaired_delong_is_procs(pair: tuple[str, str], asah: pd.DataFrame) -> None:
    a, b = pair
    found = delong_unpaired(asah["y"], asah[a], asah["y"], asah[b])
    assert (found.t, found.p) == pytest.approx(PROC[pair], rel=1e-9)


def test_auc_and_limits_are_procs(asah: pd.DataFrame) -> None:
    # pROC 1.19, tests/testthat/test-ci.auc.R: ci.auc(r.ndka).
    found = auc(asah["y"], asah["ndka"])
    expected = (0.501244999271703, 0.611957994579946, 0.722670989888189)
    assert (found.low, found.auc, found.high) == pytest.approx(expected, rel=1e-12)


def _variance(y: np.ndarray, p: np.ndarray) -> float:
    """DeLong's variance by its definition: placement values, one pair of patients at a time."""
    cases, controls = p[y == 1], p[y == 0]
    parts = []
    for ones, others, sign in ((cases, controls, 1), (controls, cases, -1)):
        values = []
        for one in ones:
            wins = 0.0
            for other in others:
                wins += 0.5 if one == other else float(sign * (one - other) > 0)
            values.append(wins / len(others))
        mean = sum(values) / len(values)
        parts.append(sum((v - mean) ** 2 for v in values) / (len(values) - 1) / len(values))
    return sum(parts)


@FEW
@given(cohorts(largest=12), cohorts(largest=12))
def test_t_and_its_degrees_of_freedom_by_loops(one, other) -> None:
    found = delong_unpaired(*one, *other)
    variances = [_variance(*one), _variance(*other)]
    assert auc(*one).variance == pytest.approx(variances[0], abs=1e-12)
    if sum(variances) < 1e-12:
        assert found.t == 0 or np.isinf(found.t)
        return
    assert found.t == pytest.approx((auc(*one).auc - auc(*other).auc) / sum(variances) ** 0.5, abs=1e-9)
    assert found.low <= found.difference <= found.high
    assert min(one[0].size, other[0].size) - 1 <= found.df + 1e-9
    assert found.df <= one[0].size + other[0].size - 2 + 1e-9


@FEW
@given(cohorts(), cohorts(), st.just(None))
def test_it_is_antisymmetric(one, other, _) -> None:
    here, there = delong_unpaired(*one, *other), delong_unpaired(*other, *one)
    assert (here.t, here.p, here.low) == pytest.approx((-there.t, there.p, -there.high))


def test_perfect_curves_and_a_class_of_one() -> None:
    perfect = ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])
    wrong = ([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9])
    same, opposite = delong_unpaired(*perfect, *perfect), delong_unpaired(*perfect, *wrong)
    assert (same.t, same.p, same.difference) == (0, 1, 0)
    assert (opposite.t, opposite.p, opposite.difference) == (np.inf, 0, 1)
    single = delong_unpaired([0, 0, 1], [0.1, 0.2, 0.3], *perfect)
    assert np.isnan([single.t, single.p, single.low]).all()
    with pytest.raises(ModelError, match="EVAL-ONE-CLASS"):
        delong_unpaired([1, 1], [0.1, 0.2], *perfect)


def test_every_pair_of_cohorts() -> None:
    parts = [pd.read_csv(REFERENCE / f"predictions_{c}.csv").assign(cohort=c) for c in ("train", "valid")]
    frame = pd.concat(parts).rename(columns={"y": "lnm"}).assign(role="cohort")
    table = between_cohorts(frame, ["old", "new"]).set_index("model")
    r = [
        pd.read_csv(REFERENCE / f"statistics_{c}.csv").set_index("name")["value"] for c in ("train", "valid")
    ]
    for model, row in table.iterrows():
        assert (row["a"], row["b"]) == ("train", "valid")
        # R's areas and variances of the two cohorts.
        change = r[1][f"auc_{model}"] - r[0][f"auc_{model}"]
        error = (r[0][f"var_auc_{model}"] + r[1][f"var_auc_{model}"]) ** 0.5
        assert (row["difference"], row["t"]) == pytest.approx((change, -change / error), rel=1e-6)
    alone = between_cohorts(frame[frame["cohort"] == "train"], ["old"])
    assert alone.empty and "p" in alone
