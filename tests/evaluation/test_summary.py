import json

import numpy as np
import pandas as pd
import pytest

from core.errors import ModelError
from core.evaluation.pairs import pair
from core.evaluation.reclassification import categorical_nri
from core.evaluation.summary import comparisons_table, cutoffs, metrics_table, summarise

MODEL_KEYS = ["auc", "auc_low", "auc_high", "auc_variance", "threshold", "accuracy", "sensitivity"]
MODEL_KEYS += ["specificity", "ppv", "npv", "brier", "calibration_intercept", "calibration_slope"]
MODEL_KEYS += ["hl_chisq", "hl_df", "hl_p"]
PAIR_KEYS = ["a", "b", "delong_z", "delong_p", "nri", "nri_z", "nri_p", "nri_events", "nri_nonevents"]
PAIR_KEYS += ["idi", "idi_z", "idi_p"]


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    y = rng.permutation(np.repeat([0, 1], 30))
    noise = rng.normal(size=(60, 3))
    return pd.DataFrame(1 / (1 + np.exp(-(y[:, None] + noise))), columns=["a", "b", "c"]).assign(y=y)


def test_json_has_exactly_the_documented_keys(frame: pd.DataFrame) -> None:
    found = json.loads(json.dumps(summarise(frame, "y", ["a", "b", "c"]), allow_nan=False))
    assert set(found) == {"models", "comparisons", "threshold_source"}
    assert all(list(row) == MODEL_KEYS for row in found["models"].values())
    assert [list(row) for row in found["comparisons"]] == [PAIR_KEYS] * 3
    assert [(row["a"], row["b"]) for row in found["comparisons"]] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert isinstance(found["models"]["a"]["hl_df"], int)


def test_risk_cutoffs_add_the_categorical_nri(frame: pd.DataFrame) -> None:
    found = summarise(frame, "y", ["a", "b"], risk_cutoffs=(0.3, 0.6))
    assert list(found["comparisons"][0]) == [*PAIR_KEYS, "nri_categorical"]


def test_a_column_twice_is_named(frame: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match="EVAL-COLUMN.*more than one a"):
        summarise(pd.concat([frame, frame[["a"]]], axis=1), "y", ["a", "b"])
    with pytest.raises(ModelError, match="EVAL-ROWS"):
        summarise(frame.head(0), "y", ["a"])


def test_the_categorical_nri_has_its_test_in_the_tables(frame: pd.DataFrame) -> None:
    row = pair(*(frame[c].to_numpy(float) for c in "yab"), risk_cutoffs=[0.3, 0.6])
    found = categorical_nri(frame["y"], frame["a"], frame["b"], [0.3, 0.6])
    keys = ("nri_categorical", "nri_categorical_z", "nri_categorical_p", "nri_categorical_events")
    assert [row[k] for k in keys] == [found.nri, found.z, found.p, found.events]


def test_one_model_has_no_comparison(frame: pd.DataFrame) -> None:
    assert summarise(frame, "y", ["a"])["comparisons"] == []


def test_what_is_undefined_is_null() -> None:
    perfect = pd.DataFrame({"y": [0, 0, 1, 1], "a": [0.1, 0.2, 0.8, 0.9], "b": [0.4, 0.4, 0.4, 0.4]})
    found = summarise(perfect, "y", ["a", "b"])
    text = json.dumps(found, allow_nan=False)
    assert found["models"]["a"]["calibration_slope"] is None
    assert found["models"]["b"]["threshold"] == 0
    assert found["models"]["b"]["npv"] is None
    assert "NaN" not in text


def test_tables_carry_cutoffs_and_cohorts(frame: pd.DataFrame) -> None:
    cohorts = {"training": frame, "validation": frame.iloc[10:50]}
    chosen = cutoffs(frame, "y", ["a", "b"])
    metrics = metrics_table(cohorts, "y", ["a", "b"], chosen)
    assert list(metrics["cohort"]) == ["training", "training", "validation", "validation"]
    assert metrics.groupby("model")["threshold"].nunique().eq(1).all()
    assert list(metrics["n"]) == [60, 60, 40, 40]
    for name in ("auc", "accuracy", "sensitivity", "specificity", "ppv", "npv"):
        assert (metrics[f"{name}_low"] <= metrics[name]).all()
        assert (metrics[name] <= metrics[f"{name}_high"]).all()
    assert len(comparisons_table(cohorts, "y", ["a", "b"])) == 2
    assert list(comparisons_table({}, "y", ["a"])) == ["cohort", *PAIR_KEYS]


@pytest.mark.parametrize(
    ("change", "models", "code"),
    [
        ({}, ["a", "absent"], "EVAL-COLUMN"),
        ({}, [], "EVAL-COLUMN"),
        ({}, ["a", "a"], "EVAL-COLUMN"),
        ({"y": 1}, ["a"], "EVAL-ONE-CLASS"),
        ({"a": np.nan}, ["a"], "EVAL-NAN"),
        ({"a": 1.5}, ["a"], "EVAL-RANGE"),
        ({"y": "N1"}, ["a"], "EVAL-NAN"),
        ({"y": 3}, ["a"], "EVAL-OUTCOME"),
    ],
)
def test_bad_tables_are_named(frame: pd.DataFrame, change, models, code: str) -> None:
    with pytest.raises(ModelError) as error:
        summarise(frame.assign(**change), "y", models)
    assert error.value.code == code
