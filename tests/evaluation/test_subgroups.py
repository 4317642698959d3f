"""Subgroups against scikit-learn's AUC and pROC-like DeLong on the patients themselves."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from core.evaluation.roc import auc
from core.evaluation.subgroups import subgroups


@pytest.fixture
def study() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(4)
    n = 300
    y = np.arange(n) % 2
    predictions = pd.DataFrame(
        {
            "patient": [f"P{i}" for i in range(n)],
            "cohort": np.where(np.arange(n) < 200, "A", "B"),
            "role": np.where(np.arange(n) < 200, "training", "validation"),
            "lnm": y,
            "Radiomics": np.clip(0.4 + 0.2 * y + rng.normal(0, 0.2, n), 0, 1),
        }
    )
    clinical = predictions[["patient", "cohort", "role", "lnm"]].assign(
        age=rng.integers(30, 80, n).astype(float),
        er=rng.permutation(["positive", "negative", None] * 100),
        grade=rng.integers(1, 4, n),
        note=[f"text {i}" for i in range(n)],
        constant="x",
        rare=[*["yes"] * 6, *["no"] * 294],
    )
    return predictions, clinical.sample(frac=1, random_state=1)


def test_equal_to_the_patients_themselves(study) -> None:
    predictions, clinical = study
    clinical.loc[clinical["patient"] == "P3", "age"] = np.nan
    table = subgroups(predictions, clinical, ["Radiomics"])
    assert set(table["column"]) == {"all", "age", "er", "grade", "rare"}
    joined = predictions.merge(clinical[["patient", "age", "er", "grade"]], on="patient")
    middle = joined.loc[joined["role"] == "training", "age"].median()
    members = {
        ("age", f"{middle:g} or below"): joined["age"] <= middle,
        ("age", f"above {middle:g}"): joined["age"] > middle,
        ("er", "positive"): joined["er"] == "positive",
        ("grade", "2"): joined["grade"] == 2,
        ("all", "all"): joined["age"] > -1000,
    }
    members["all", "all"] = pd.Series(True, index=joined.index)
    for (column, level), inside in members.items():
        for cohort in ("A", "B"):
            part = joined[inside & (joined["cohort"] == cohort)]
            key = (table["column"] == column) & (table["level"] == level) & (table["cohort"] == cohort)
            row = table[key].iloc[0]
            area = auc(part["lnm"], part["Radiomics"])
            assert row["n"] == len(part) and row["positives"] == part["lnm"].sum()
            assert row["auc"] == pytest.approx(roc_auc_score(part["lnm"], part["Radiomics"]))
            assert (row["low"], row["high"]) == (area.low, area.high)


def test_two_levels_are_compared_as_independent_curves(study) -> None:
    """With two groups Cochran's Q is the square of the unpaired z."""
    predictions, clinical = study
    table = subgroups(predictions, clinical, ["Radiomics"])
    pair = table[(table["column"] == "er") & (table["cohort"] == "A")]
    joined = predictions.merge(clinical[["patient", "er"]], on="patient")
    joined = joined[joined["cohort"] == "A"]
    a, b = (auc(part["lnm"], part["Radiomics"]) for _, part in joined.groupby("er"))
    z = (a.auc - b.auc) / np.sqrt(a.variance + b.variance)
    assert pair["p"].to_numpy() == pytest.approx([2 * norm.sf(abs(z))] * 2)
    assert table.loc[table["column"] == "all", "p"].isna().all()


def test_too_few_patients_of_a_class_have_no_auc(study) -> None:
    predictions, clinical = study
    table = subgroups(predictions, clinical, ["Radiomics"])
    rare = table[(table["column"] == "rare") & (table["cohort"] == "A")].set_index("level")
    assert rare.loc["yes", "n"] == 6 and np.isnan(rare.loc["yes", "auc"])
    assert np.isfinite(rare.loc["no", "auc"]) and rare["p"].isna().all()
    assert np.isnan(subgroups(predictions, clinical, ["Radiomics"], least=200)["auc"]).all()


def test_one_cohort_and_no_clinical_columns() -> None:
    predictions = pd.DataFrame(
        {
            "patient": list("abcd"),
            "cohort": "A",
            "role": "training",
            "lnm": [0, 1, 0, 1],
            "m": [0.1, 0.4, 0.3, 0.2],
        }
    )
    table = subgroups(predictions, predictions[["patient"]], ["m"], least=2)
    assert list(table["column"]) == ["all"] and table["auc"].tolist() == [0.75]
