"""ICC against pingouin's stored values; what it must do where nothing, or only the reader, varies."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StudyError
from core.features.reliability import grade, icc

DATA = Path(__file__).resolve().parents[1] / "data" / "reliability"


def stored() -> tuple[np.ndarray, list[str]]:
    table = pd.read_csv(DATA / "readings.csv").sort_values(["reader", "patient"])
    names = list(table.columns[2:])
    return table[names].to_numpy().reshape(table["reader"].nunique(), -1, len(names)), names


def test_icc_equals_pingouin():
    found, theirs = icc(*stored()), pd.read_csv(DATA / "icc.csv")
    assert list(found["feature"]) == list(theirs["feature"])
    columns = ["icc", "low", "high"]
    np.testing.assert_allclose(found[columns], theirs[columns], rtol=1e-9)


def test_a_feature_that_never_varies_is_reproduced_and_one_of_the_reader_alone_is_not():
    readings = np.zeros((3, 8, 2))
    readings[:, :, 1] = np.arange(3)[:, None]
    found = icc(readings, ["still", "reader"]).set_index("feature")["icc"]
    assert found["still"] == 1
    assert found["reader"] == 0


@given(st.integers(2, 5), st.integers(3, 15), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_icc_ignores_scale_and_origin_and_orders_its_interval(k, n, seed):
    readings = np.random.default_rng(seed).normal(size=(k, n, 3))
    found = icc(readings, ["a", "b", "c"])
    moved = icc(readings * [2.0, 0.5, 7.0] + [10.0, -3.0, 0.1], ["a", "b", "c"])
    np.testing.assert_allclose(found["icc"], moved["icc"], atol=1e-9)
    assert (found["icc"] <= 1).all()
    known = found.dropna()
    assert ((known["low"] <= known["icc"] + 1e-9) & (known["icc"] <= known["high"] + 1e-9)).all()


@pytest.mark.parametrize("shape", [(1, 5, 2), (2, 1, 2)])
def test_too_few_readings_are_refused(shape):
    with pytest.raises(StudyError, match="ICC-READINGS"):
        icc(np.zeros(shape), ["a", "b"])


def test_words_for_an_icc():
    assert list(grade(pd.Series([0.2, 0.5, 0.8, 0.9]))) == ["poor", "moderate", "good", "excellent"]
