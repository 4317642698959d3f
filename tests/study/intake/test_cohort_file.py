"""Cohorts by a second table: who is joined, who is not on either side, and what cannot be read so."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.study.intake.cohort_file import COLUMN, assigned, likely_columns

CLINICAL = pd.DataFrame({"id": ["P1", "P2", "p-3", "P4", None], "pN": ["N0"] * 5}, index=[2, 3, 4, 5, 6])


def _table(**columns: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=object)


def test_both_sides_are_joined_and_what_is_left_over_is_shown() -> None:
    given_ = _table(code=["P2", "P1", "P3", "X9", " ", None], set=["B", "A", "B", "A", "A", "B"])
    found = assigned(CLINICAL, "id", given_, "code", "set")
    assert found.frame[COLUMN].tolist() == ["A", "B", "B", None, None]
    assert list(found.frame.index) == [2, 3, 4, 5, 6] and COLUMN not in CLINICAL
    rows = found.table.set_index("patient")
    assert rows.loc["p-3", ["matched", "cohort", "rule"]].tolist() == ["P3", "B", "padding"]
    assert rows.loc["P4", "problem"] == "not found"
    assert rows.loc["", ["matched", "problem"]].tolist() == ["X9", "no patient of the clinical table"]


def test_samples_of_a_patient_are_told_by_their_barcode() -> None:
    clinical = pd.DataFrame({"sample": ["TCGA-AO-A03M-01A", "TCGA-AO-A03N-01A"]})
    found = assigned(clinical, "sample", _table(c=["TCGA-AO-A03N", "TCGA-AO-A03M"], k=["x", "y"]), "c", "k")
    assert found.frame[COLUMN].tolist() == ["y", "x"]


@pytest.mark.parametrize(
    ("table", "code", "cohort", "words"),
    [
        (_table(c=["P1", "P1"], k=["A", "B"]), "c", "k", "two of P1"),
        (_table(c=["P1"], k=["A"]), "c", "c", "one chosen for both"),
    ],
)
def test_what_contradicts_itself_is_refused(table: pd.DataFrame, code: str, cohort: str, words: str) -> None:
    with pytest.raises(TableError, match="COHORT-FILE") as caught:
        assigned(CLINICAL, "id", table, code, cohort)
    assert words in str(caught.value)


def test_columns_are_guessed() -> None:
    assert likely_columns(_table(split=["a", "b", "a"], patient_id=["1", "2", "3"])) == (
        "patient_id",
        "split",
    )
    assert likely_columns(_table(x=["1", "2"], y=["u", "u"])) == ("x", "y")
    with pytest.raises(TableError, match="COHORT-FILE"):
        likely_columns(_table(x=["1"]))


@given(st.dictionaries(st.integers(0, 40), st.sampled_from("ABC")))
def test_equal_codes_are_always_joined(cohorts: dict[int, str]) -> None:
    clinical = pd.DataFrame({"id": [f"P{k:03d}" for k in range(41)]})
    table = _table(c=[f"P{k:03d}" for k in cohorts], k=list(cohorts.values()))
    found = assigned(clinical, "id", table, "c", "k")
    assert found.frame[COLUMN].tolist() == [cohorts.get(k) for k in range(41)]
    assert not found.matches.unused
