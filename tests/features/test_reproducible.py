"""The filter by ICC looks at the readings of the patients it is given, and at no others."""

import numpy as np
import pandas as pd
import pytest

from core.errors import StudyError
from core.features.reliability import icc
from core.features.reproducible import icc_of, reproducible

NAMES = ["steady", "middling", "noise"]


def readings(n: int = 24, seed: int = 0) -> pd.DataFrame:
    """Four readings of each patient of a feature that is always the same, one that varies, and of noise."""
    rng = np.random.default_rng(seed)
    true = rng.normal(size=(n, 1, 3)) * [1, 1, 0]
    values = true + rng.normal(size=(n, 4, 3)) * [0.01, 0.6, 1]
    patients = [f"P{i}" for i in range(n)]
    index = pd.MultiIndex.from_product([patients, list("abcd")], names=["patient", "reading"])
    return pd.DataFrame(values.reshape(-1, 3), index=index, columns=NAMES)


def test_icc_of_a_frame_is_that_of_its_array() -> None:
    table = readings()
    array = np.stack([table.xs(reading, level="reading").to_numpy() for reading in "abcd"])
    pd.testing.assert_frame_equal(icc_of(table), icc(array, NAMES), check_exact=True)


def test_only_readings_that_every_one_of_the_patients_has_count() -> None:
    table = readings()
    partly = table.drop(index=[("P3", "b")])
    without = icc_of(table[table.index.get_level_values("reading") != "b"])
    pd.testing.assert_frame_equal(icc_of(partly), without)
    others = pd.Index([f"P{i}" for i in range(24) if i != 3])
    assert reproducible(partly, others, 0.5) == reproducible(table, others, 0.5)


def test_a_threshold_keeps_what_reaches_it() -> None:
    table, everyone = readings(), pd.Index([f"P{i}" for i in range(24)])
    found = icc_of(table).set_index("feature")["icc"]
    assert reproducible(table, everyone, 0.9) == ["steady"]
    assert reproducible(table, everyone, float(found["middling"])) == ["steady", "middling"]
    assert reproducible(table, everyone, 0) == [name for name in NAMES if found[name] >= 0]


def test_readings_of_other_patients_change_nothing() -> None:
    table, train = readings(), pd.Index([f"P{i}" for i in range(15)])
    changed = table.copy()
    changed.loc[[f"P{i}" for i in range(15, 24)]] = 1e6
    assert reproducible(table, train, 0.5) == reproducible(changed, train, 0.5) == ["steady", "middling"]
    assert reproducible(changed, pd.Index([f"P{i}" for i in range(24)]), 0.5) == NAMES


@pytest.mark.parametrize(
    ("patients", "least", "code", "said"),
    [
        ([f"P{i}" for i in range(9)], 0.5, "ICC-FEW", "found 9 of 9"),
        (["P1", *(f"Q{i}" for i in range(40))], 0.5, "ICC-FEW", "found 1 of 41"),
        ([f"P{i}" for i in range(24)], 1.0, "ICC-NONE", "at most 1.00 over 24"),
    ],
)
def test_what_cannot_be_filtered_is_said(patients: list[str], least: float, code: str, said: str) -> None:
    with pytest.raises(StudyError) as error:
        reproducible(readings(), pd.Index(patients), least)
    assert error.value.code == code
    assert said in str(error.value)
    assert error.value.fix


def test_without_any_reading() -> None:
    with pytest.raises(StudyError, match="ICC-FEW"):
        reproducible(readings().iloc[:0], pd.Index(["P1"]), 0.5)
    with pytest.raises(StudyError, match="ICC-READINGS"):
        icc_of(readings().iloc[:0])
