"""Every statistic against R (pROC, Hmisc, rms) on simulated cohorts of 88 and 57 patients."""

from pathlib import Path

import pandas as pd
import pytest

from core.evaluation.roc import delong, operating
from core.evaluation.summary import summarise

REFERENCE = Path(__file__).parents[1] / "data" / "reference"
MODEL = {"auc": "auc", "auc_lo": "auc_low", "auc_hi": "auc_high"}
NEW_ONLY = ["calibration_intercept", "calibration_slope", "brier", "hl_chisq", "hl_df", "hl_p"]
PAIR = [
    "delong_z",
    "delong_p",
    "nri",
    "nri_z",
    "nri_p",
    "nri_events",
    "nri_nonevents",
    "idi",
    "idi_z",
    "idi_p",
]


@pytest.mark.parametrize("cohort", ["train", "valid"])
def test_every_statistic_equals_r(cohort: str) -> None:
    frame = pd.read_csv(REFERENCE / f"predictions_{cohort}.csv")
    expected = pd.read_csv(REFERENCE / f"statistics_{cohort}.csv").set_index("name")["value"]
    found = summarise(frame, "y", ["old", "new"])
    models, (pair,) = found["models"], found["comparisons"]

    ours = {f"auc_{m}{r[3:]}": models[m][key] for m in ("old", "new") for r, key in MODEL.items()}
    ours |= {f"var_auc_{m}": models[m]["auc_variance"] for m in ("old", "new")}
    ours["cov_auc"] = delong(frame["y"], frame["old"], frame["new"]).covariance
    ours |= {key: models["new"][key] for key in NEW_ONLY} | {key: pair[key] for key in PAIR}
    ours |= {f"youden_{key}": models["new"][key] for key in ("threshold", "sensitivity", "specificity")}

    assert set(ours) == set(expected.index)
    assert ours == pytest.approx(expected.to_dict(), rel=1e-6)
    assert (pair["a"], pair["b"]) == ("old", "new")


def test_cutoff_of_training_is_carried_to_validation() -> None:
    train, valid = (pd.read_csv(REFERENCE / f"predictions_{c}.csv") for c in ("train", "valid"))
    carried = summarise(valid, "y", ["new"], train=train)
    apparent = summarise(valid, "y", ["new"])
    assert (carried["threshold_source"], apparent["threshold_source"]) == ("train", "apparent")
    assert carried["models"]["new"]["threshold"] == pytest.approx(0.555)
    assert (
        carried["models"]["new"]["sensitivity"]
        == operating(valid["y"], valid["new"], 0.555)["sensitivity"].value
    )
    assert carried["models"]["new"]["auc"] == apparent["models"]["new"]["auc"]
