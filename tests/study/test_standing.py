import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.study.standing import ranks, risk_table, scaled


def test_risk_groups_split_at_the_training_median() -> None:
    table = pd.DataFrame(
        {"patient": list("abcdv"), "role": ["training"] * 4 + ["validation"], "M": [0.1, 0.2, 0.4, 0.9, 0.35]}
    )
    highs = {p: bool(risk_table(table, p, ["M"])["high"][0]) for p in "abcdv"}
    assert highs == {"a": False, "b": False, "c": True, "d": True, "v": True}
    assert risk_table(table, "v", ["M"])["median"][0] == pytest.approx(0.3)


def test_ranks_are_those_of_scipy() -> None:
    values = pd.DataFrame(
        np.random.default_rng(1).normal(size=(9, 3)), columns=list("xyz"), index=list("abcdefghi")
    )
    values["flat"] = 1.0
    found = ranks(values, "d").set_index("name")
    for name in "xyz":
        assert found.loc[name, "rank"] == stats.rankdata(values[name])[3]
        assert found.loc[name, "z"] == pytest.approx(stats.zscore(values[name], ddof=1)[3])
    assert np.isnan(found.loc["flat", "z"])
    np.testing.assert_allclose(scaled(values)[list("xyz")], stats.zscore(values[list("xyz")], ddof=1))
