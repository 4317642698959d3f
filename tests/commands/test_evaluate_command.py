"""``evaluate`` on tables at their limits: a number that can be checked by hand, null, or one clear error."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main


@pytest.fixture
def evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Runs the command on a frame: exit code, JSON (or None), what it said."""

    def run(frame: pd.DataFrame, *more: str, models: str = "a b") -> tuple[int, Any, str]:
        table, out = tmp_path / "table.csv", tmp_path / "out.json"
        frame.to_csv(table, index=False)
        code = main(
            ["evaluate", str(table), "--outcome", "y", "--models", *models.split(), *more, "-o", str(out)]
        )
        return code, json.loads(out.read_text()) if out.is_file() else None, capsys.readouterr().err.strip()

    return run


def frame_of(y, a, b=None) -> pd.DataFrame:
    return pd.DataFrame({"y": y, "a": a, "b": a if b is None else b})


TEN = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
RISING = [0.1, 0.2, 0.3, 0.4, 0.6, 0.5, 0.7, 0.8, 0.85, 0.9]
OTHER = [0.2, 0.7, 0.4, 0.3, 0.5, 0.6, 0.45, 0.9, 0.65, 0.8]


def test_ten_patients(evaluate) -> None:
    code, found, _ = evaluate(frame_of(TEN, RISING), models="a")
    model = found["models"]["a"]
    assert code == 0
    assert model["auc"] == pytest.approx(24 / 25)
    assert (model["sensitivity"], model["specificity"]) == (1, 0.8)
    assert model["hl_df"] == 8
    assert found["threshold_source"] == "apparent"


def test_perfect_separation_has_no_slope_and_no_variance(evaluate) -> None:
    code, found, _ = evaluate(frame_of(TEN, sorted(RISING)), models="a")
    model = found["models"]["a"]
    assert code == 0
    assert [model[k] for k in ("auc", "auc_low", "auc_high", "auc_variance")] == [1, 1, 1, 0]
    assert (model["calibration_intercept"], model["calibration_slope"]) == (None, None)


def test_a_constant_prediction_tells_nothing(evaluate) -> None:
    code, found, _ = evaluate(frame_of(TEN, [0.5] * 10, RISING))
    model, (pair,) = found["models"]["a"], found["comparisons"]
    assert code == 0
    assert (model["auc"], model["threshold"], model["sensitivity"], model["npv"]) == (0.5, 0, 1, None)
    assert (model["hl_chisq"], model["hl_df"], model["calibration_slope"]) == (None, 0, 0)
    assert pair["delong_z"] < 0


def test_ties_count_half_and_equal_models_do_not_differ(evaluate) -> None:
    code, found, _ = evaluate(frame_of([0, 0, 1, 1], [0.2, 0.6, 0.6, 0.9]))
    assert code == 0
    assert found["models"]["a"]["auc"] == (1 + 1 + 0.5 + 1) / 4
    pair = found["comparisons"][0]
    assert [pair[k] for k in ("delong_z", "delong_p", "nri", "nri_p", "idi", "idi_p")] == [0, 1, 0, 1, 0, 1]


def test_a_class_of_one_has_no_variance(evaluate) -> None:
    code, found, _ = evaluate(frame_of([0, 0, 0, 1], [0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.4, 0.3]))
    assert code == 0
    assert found["models"]["a"]["auc_low"] is None
    assert found["comparisons"][0]["delong_p"] is None


def test_intervals_stand_beside_their_estimates_and_only_on_request(evaluate) -> None:
    plain = evaluate(frame_of(TEN, RISING, OTHER))[1]
    code, found, _ = evaluate(frame_of(TEN, RISING, OTHER), "--intervals", "--risk-cutoffs", "0.5")
    assert code == 0
    for name, model in found["models"].items():
        assert {k: model[k] for k in plain["models"][name]} == plain["models"][name]
        for key in ("accuracy", "sensitivity", "specificity", "ppv", "npv", "brier"):
            assert model[f"{key}_low"] <= model[key] <= model[f"{key}_high"]
        assert model["calibration_slope_low"] < model["calibration_slope"] < model["calibration_slope_high"]
        assert model["auc_bootstrap_low"] <= model["auc"] <= model["auc_bootstrap_high"]
    pair = found["comparisons"][0]
    assert pair["difference"] == pytest.approx(found["models"]["b"]["auc"] - found["models"]["a"]["auc"])
    assert pair["nri_low"] < pair["nri"] < pair["nri_high"]
    assert found == evaluate(frame_of(TEN, RISING, OTHER), "--intervals", "--risk-cutoffs", "0.5")[1]


@pytest.mark.parametrize(
    ("y", "a", "code", "found"),
    [
        ([1] * 10, RISING, "EVAL-ONE-CLASS", "10 patients, all 1"),
        (TEN, [None, *RISING[1:]], "EVAL-NAN", "row 2, a: missing"),
        (TEN, ["inf", *RISING[1:]], "EVAL-NAN", "row 2, a: inf is no finite number"),
        (TEN, [1.5, -0.1, *RISING[2:]], "EVAL-RANGE", "row 2, a: 1.5; row 3, a: -0.1"),
        (TEN, ["high", *RISING[1:]], "EVAL-NAN", "row 2, a: high is no finite number"),
        ([2, *TEN[1:]], RISING, "EVAL-OUTCOME", "row 2, y: 2"),
        ([None, *TEN[1:]], RISING, "EVAL-NAN", "row 2, y: missing"),
        (["NX", *TEN[1:]], RISING, "EVAL-NAN", "row 2, y: NX is no finite number"),
        ([2, *TEN[1:]], [*RISING[:9], 7], "EVAL-OUTCOME", "row 2, y: 2; row 11, a: 7"),
    ],
)
@pytest.mark.parametrize("which", ["predictions", "training"])
def test_a_table_at_fault_is_one_error_with_rows_and_columns(
    which: str, y, a, code: str, found: str, evaluate, tmp_path: Path
) -> None:
    good, bad = frame_of(TEN, RISING), frame_of(y, a)
    if which == "training":
        bad.to_csv(tmp_path / "train.csv", index=False)
        result = evaluate(good, "--train", str(tmp_path / "train.csv"), models="a")
    else:
        result = evaluate(bad, models="a")
    assert (result[0], result[1]) == (1, None)
    assert result[2].startswith(f"[{code}] The {which} table must hold")
    assert f"found {found}." in result[2]
    assert "\n" not in result[2]


@pytest.mark.parametrize("cutoffs", [["0.6", "0.3"], ["0"], ["1.2"], ["nan"]])
def test_risk_cut_offs_that_do_not_rise_within_0_and_1(cutoffs: list[str], evaluate) -> None:
    code, found, said = evaluate(frame_of(TEN, RISING), "--risk-cutoffs", *cutoffs)
    assert (code, found) == (1, None)
    assert said.startswith("[EVAL-CUTOFFS]")


def test_a_validation_cohort_that_is_missing_is_the_table_itself(evaluate, tmp_path: Path) -> None:
    train = tmp_path / "train.csv"
    frame_of(TEN, RISING).to_csv(train, index=False)
    code, found, _ = evaluate(frame_of(TEN, RISING), "--train", str(train), models="a")
    alone = evaluate(frame_of(TEN, RISING), models="a")[1]
    assert code == 0
    assert found["models"] == alone["models"]
    assert (found["threshold_source"], alone["threshold_source"]) == ("train", "apparent")


def cohort_of(n: int, positives: int) -> pd.DataFrame:
    y = [1] * positives + [0] * (n - positives)
    p = np.random.default_rng(n).uniform(size=n)
    return frame_of(y, p)


@pytest.mark.parametrize(("more", "chi_square", "p"), [([], 3.043, 0.081), (["--correct"], None, 0.115)])
def test_the_outcome_in_both_tables_of_the_paper(evaluate, tmp_path: Path, more, chi_square, p) -> None:
    """PAPER.md: 41 of 88 against 35 of 57; P as R's ``chisq.test`` with correct = FALSE and TRUE."""
    train = tmp_path / "train.csv"
    cohort_of(88, 41).to_csv(train, index=False)
    code, found, _ = evaluate(cohort_of(57, 35), "--train", str(train), *more, models="a")
    tested = found["outcome_by_table"]
    assert code == 0
    assert tested["train"] == {"n": 88, "positives": 41}
    assert tested["predictions"] == {"n": 57, "positives": 35}
    assert (round(tested["p"], 3), tested["df"], tested["corrected"]) == (p, 1, bool(more))
    assert chi_square is None or round(tested["chi_square"], 3) == chi_square


def test_without_a_second_table_there_is_nothing_to_test(evaluate) -> None:
    code, found, _ = evaluate(frame_of(TEN, RISING), models="a")
    assert code == 0 and "outcome_by_table" not in found
    code, found, said = evaluate(frame_of(TEN, RISING), "--correct", models="a")
    assert code == 1 and said.startswith("[EVAL-TRAIN]") and said.count("\n") == 0
