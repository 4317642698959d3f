"""A predictions table that somebody brings: guessed, checked, judged as evaluate judges it."""

import numpy as np
import pandas as pd
import pytest

from core.errors import ModelError, TableError
from core.evaluation.predictions import (
    Columns,
    arranged,
    guess,
    judge_uploaded,
    levels,
    template,
)
from tests.evaluation.test_against_r import REFERENCE


@pytest.fixture
def table() -> pd.DataFrame:
    """R's predictions as a clinic might send them; the index is the row in the file."""
    parts = [
        pd.read_csv(REFERENCE / f"predictions_{part}.csv").assign(split=name)
        for part, name in (("train", "Training"), ("valid", "test"))
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "ID", [f"X{i}" for i in range(len(frame))])
    frame["pCR"] = frame.pop("y").map({0: "no", 1: "yes"})
    return frame.set_axis(range(2, len(frame) + 2), axis=0)


def test_columns_are_guessed(table: pd.DataFrame) -> None:
    found = guess(table.rename(columns={"pCR": "Outcome"}))
    assert found == Columns("Outcome", "yes", ("old", "new"), "ID", "split", "Training")
    assert guess(table).outcome == "pCR"
    assert guess(table.assign(pCR=["no", "yes", "unknown"] * 48 + ["no"])).outcome == "pCR"
    assert guess(table.assign(pCR="yes")).outcome == "pCR"
    assert guess(template()) == Columns("lnm", "1", ("model_a", "model_b"), "patient", "cohort", "training")


def test_a_table_without_outcome_or_probabilities() -> None:
    for frame in (
        pd.DataFrame({"a": [0.1, 0.5, 0.3, 0.2, 0.9]}),
        pd.DataFrame({"y": [0, 1], "name": ["u", "v"]}),
    ):
        with pytest.raises(TableError, match="PREDICTIONS-COLUMNS"):
            guess(frame)


def test_whole_numbers_read_as_such() -> None:
    assert levels(pd.Series([1.0, 0.0, np.nan])) == ["0", "1"]
    assert levels(pd.Series([True, False])) == ["0", "1"]
    assert levels(pd.Series(["1", "N1", None])) == ["1", "N1"]


def test_judged_with_the_training_cut_offs_it_equals_r(table: pd.DataFrame) -> None:
    frame = arranged(table, guess(table))
    found = judge_uploaded(frame, ["old", "new"])
    assert found.left_out == {}
    assert found.tables is not None
    for part, cohort in (("train", "Training"), ("valid", "test")):
        r = pd.read_csv(REFERENCE / f"statistics_{part}.csv").set_index("name")["value"]
        rows = found.tables.metrics[found.tables.metrics["cohort"] == cohort].set_index("model")
        for model in ("old", "new"):
            assert rows.loc[model, "auc"] == pytest.approx(r[f"auc_{model}"], rel=1e-6)
        assert rows.loc["new", "brier"] == pytest.approx(r["brier"], rel=1e-6)
        pairs = found.tables.comparisons
        row = pairs[pairs["cohort"] == cohort].iloc[0]
        assert row["delong_z"] == pytest.approx(r["delong_z"], rel=1e-6)
    training = pd.read_csv(REFERENCE / "statistics_train.csv").set_index("name")["value"]
    assert found.cutoffs["new"] == pytest.approx(training["youden_threshold"], rel=1e-6)


def test_patients_are_called_by_their_row(table: pd.DataFrame) -> None:
    frame = arranged(table, guess(table))
    assert list(frame["patient"][:2]) == ["row 2", "row 3"]
    assert not frame.astype(str).isin(["X0", "X1"]).any().any()


def test_without_cohorts_the_cut_off_is_apparent(table: pd.DataFrame) -> None:
    part = table[table["split"] == "test"]
    frame = arranged(part, Columns("pCR", "yes", ("new",)))
    found = judge_uploaded(frame, ["new"])
    r = pd.read_csv(REFERENCE / "statistics_valid.csv").set_index("name")["value"]
    assert found.cutoffs["new"] == pytest.approx(r["youden_threshold"], rel=1e-6)
    assert set(frame["role"]) == {"cohort"}


def test_the_other_value_can_be_the_positive_one(table: pd.DataFrame) -> None:
    here = arranged(table, Columns("pCR", "yes", ("new",)))
    there = arranged(table, Columns("pCR", "no", ("new",)))
    assert (here["lnm"] + there["lnm"] == 1).all()


def test_every_fault_is_named_by_row_and_column(table: pd.DataFrame) -> None:
    table = table.astype({"new": object})
    table.loc[3, "pCR"] = None
    table.loc[5, "pCR"] = "NX"
    table.loc[7, "new"] = 1.2
    table.loc[9, "new"] = "high"
    table.loc[11, "old"] = np.nan
    table.loc[13, "ID"] = "X0"
    table.loc[15, "split"] = ""
    with pytest.raises(TableError) as error:
        arranged(table, Columns("pCR", "yes", ("old", "new"), "ID", "split"))
    assert error.value.code == "PREDICTIONS-TABLE"
    assert error.value.found == (
        "row 3, pCR: missing; row 5, pCR: NX is neither yes nor no; row 7, new: 1.2; "
        "row 9, new: high is no finite number; row 11, old: missing; row 13, ID: named a second time; "
        "row 15, split: missing"
    )


def test_many_faults_are_counted(table: pd.DataFrame) -> None:
    table["new"] = table["new"] * 100 + 1
    with pytest.raises(TableError, match=r"row 2, new: .* and 125 more"):
        arranged(table, Columns("pCR", "yes", ("new",)))


def test_names_and_numbers_that_no_view_can_take(table: pd.DataFrame) -> None:
    with pytest.raises(TableError, match="PREDICTIONS-NAME"):
        arranged(table.rename(columns={"new": "all"}), Columns("pCR", "yes", ("all",)))
    with pytest.raises(TableError, match="PREDICTIONS-COHORTS"):
        arranged(table, Columns("pCR", "yes", ("new",), cohort="ID"))


def test_a_cohort_of_one_class_is_left_out_and_a_training_cohort_is_refused(table: pd.DataFrame) -> None:
    columns = Columns("pCR", "yes", ("old", "new"), "ID", "split", "Training")
    table.loc[table["split"] == "test", "pCR"] = "yes"
    found = judge_uploaded(arranged(table, columns), ["old", "new"])
    assert found.left_out == {"test": "no LNM negative of 57 patients"}
    assert set(found.predictions["cohort"]) == {"Training"}
    table["pCR"] = "yes"
    with pytest.raises(ModelError, match="EVAL-ONE-CLASS"):
        judge_uploaded(arranged(table, columns), ["old", "new"])


def test_ten_patients_with_ties_and_perfect_separation_are_judged() -> None:
    table = pd.DataFrame({"y": [0, 1] * 5, "tied": [0.5] * 10, "perfect": [0.1, 0.9] * 5})
    found = judge_uploaded(arranged(table, Columns("y", "1", ("tied", "perfect"))), ["tied", "perfect"])
    assert found.tables is not None
    rows = found.tables.metrics.set_index("model")
    assert (rows.loc["tied", "auc"], rows.loc["perfect", "auc"]) == (0.5, 1)
    assert np.isnan(rows.loc["perfect", "calibration_slope"])
