"""Every resample drawn out patient by patient and judged by scikit-learn or by counting."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.metrics import roc_auc_score, roc_curve

from core.errors import ModelError
from core.evaluation.bands import bands
from core.evaluation.bootstrap import (
    auc_interval,
    calibration_band,
    decision_band,
    resampled,
    roc_band,
)
from core.evaluation.calibration import calibration_curve
from core.evaluation.roc import auc
from tests.evaluation.strategies import cohorts
from tests.evaluation.test_against_r import REFERENCE

FEW = settings(max_examples=10, deadline=None)
RESAMPLES, SEED = 40, 5
TAILS = [0.025, 0.975]


def drawn(y: np.ndarray, p: np.ndarray, *, stratified: bool) -> list[tuple[np.ndarray, np.ndarray]]:
    counts = resampled(y == 1, RESAMPLES, SEED, stratified=stratified)
    return [(np.repeat(y, times), np.repeat(p, times)) for times in counts]


@FEW
@given(cohorts())
def test_a_resample_has_as_many_patients_and_where_asked_of_each_class(cohort) -> None:
    y, _ = cohort
    kept = resampled(y == 1, 50, 1, stratified=True)
    assert (kept[:, y == 1].sum(axis=1) == (y == 1).sum()).all()
    assert (kept[:, y == 0].sum(axis=1) == (y == 0).sum()).all()
    free = resampled(y == 1, 50, 1, stratified=False)
    assert (free.sum(axis=1) == y.size).all()
    assert not np.array_equal(free, resampled(y == 1, 50, 2, stratified=False))


@FEW
@given(cohorts())
def test_auc_interval_by_drawing_patients(cohort) -> None:
    y, p = cohort
    areas = [roc_auc_score(*resample) for resample in drawn(y, p, stratified=True)]
    assert auc_interval(y, p, RESAMPLES, SEED) == pytest.approx(tuple(np.quantile(areas, TAILS)))


@FEW
@given(cohorts(largest=12))
def test_roc_band_by_drawing_patients(cohort) -> None:
    y, p = cohort
    band = roc_band(y, p, RESAMPLES, SEED)
    read = []
    for resample in drawn(y, p, stratified=True):
        fpr, tpr, _ = roc_curve(*resample, drop_intermediate=False)
        highest = {x: max(tpr[np.isclose(fpr, x)]) for x in fpr}
        row = []
        for x in band["fpr"]:
            on = [height for place, height in highest.items() if abs(place - x) < 1e-12]
            left = max(place for place in highest if place <= x + 1e-12)
            right = min((place for place in highest if place > x), default=1.0)
            lowest = min(tpr[np.isclose(fpr, right)])
            share = (x - left) / (right - left) if right > left else 0.0
            row.append(on[0] if on else highest[left] + share * (lowest - highest[left]))
        read.append(row)
    low, high = np.quantile(read, TAILS, axis=0)
    assert band["low"].to_numpy() == pytest.approx(low, abs=1e-6)
    assert band["high"].to_numpy() == pytest.approx(high, abs=1e-6)


@FEW
@given(cohorts(largest=12))
def test_decision_band_by_counting(cohort) -> None:
    y, p = cohort
    band = decision_band(y, p, RESAMPLES, SEED).set_index("threshold")
    for t in (0.1, 0.35, 0.8):
        benefits = []
        for outcome, predicted in drawn(y, p, stratified=False):
            tp = sum(1 for o, q in zip(outcome, predicted, strict=True) if o == 1 and q >= t)
            fp = sum(1 for o, q in zip(outcome, predicted, strict=True) if o == 0 and q >= t)
            benefits.append(tp / y.size - fp / y.size * t / (1 - t))
        row = band.loc[band.index[np.isclose(band.index, t)][0]]
        assert (row["low"], row["high"]) == pytest.approx(tuple(np.quantile(benefits, TAILS)))


def test_calibration_band_lies_around_its_curve_and_narrows_with_patients() -> None:
    rng = np.random.default_rng(3)
    widths = []
    for n in (60, 600):
        p = rng.random(n)
        y = (rng.random(n) < p).astype(int)
        band, curve = calibration_band(y, p, 200, 1), calibration_curve(y, p)
        smooth = curve[curve["kind"] == "smooth"]
        on_curve = np.interp(band["predicted"], smooth["predicted"], smooth["observed"])
        assert (band["low"] <= on_curve + 0.03).all() and (on_curve <= band["high"] + 0.03).all()
        assert band[["low", "high"]].to_numpy().min() >= 0
        assert band[["low", "high"]].to_numpy().max() <= 1
        widths.append((band["high"] - band["low"]).mean())
    assert widths[1] < widths[0] / 2


def test_a_calibrated_model_lies_in_its_band() -> None:
    """Pointwise 95%: of many cohorts about that share covers the truth in the middle of the curve."""
    rng = np.random.default_rng(8)
    covered = []
    for seed in range(60):
        p = rng.random(120)
        band = calibration_band(rng.random(120) < p, p, 100, seed)
        middle = band.iloc[(band["predicted"] - 0.5).abs().argmin()]
        covered.append(middle["low"] <= middle["predicted"] <= middle["high"])
    assert np.mean(covered) > 0.85


def test_bootstrap_and_delong_agree_on_a_real_biomarker() -> None:
    data = pd.read_csv(REFERENCE / "asah.csv")
    low, high = auc_interval(data["y"], data["s100b"])
    delong = auc(data["y"], data["s100b"])
    assert (low, high) == pytest.approx((delong.low, delong.high), abs=0.015)


def test_few_distinct_predictions_have_no_calibration_band() -> None:
    assert calibration_band([0, 1] * 10, [0.2, 0.8] * 10, 20, 1).empty


def test_bands_of_every_model_and_cohort_are_repeatable() -> None:
    frame = pd.read_csv(REFERENCE / "predictions_valid.csv").rename(columns={"y": "lnm"})
    frame = pd.concat(
        [frame.assign(cohort="A", role="training"), frame.assign(cohort="B", role="validation")]
    )
    found, again = bands(frame, ["old", "new"], 30, 1), bands(frame, ["old", "new"], 30, 1)
    for name in ("roc", "decision", "calibration", "auc"):
        table = getattr(found, name)
        assert list(table.columns[:3]) == ["cohort", "role", "model"]
        assert len(table[["cohort", "model"]].drop_duplicates()) == 4
        assert (table["low"] <= table["high"]).all()
        pd.testing.assert_frame_equal(table, getattr(again, name))
    other = bands(frame, ["old"], 30, 2)
    assert not other.auc["low"].equals(found.auc["low"].iloc[:1])


def test_one_class_is_refused() -> None:
    for make in (auc_interval, roc_band, decision_band, calibration_band):
        with pytest.raises(ModelError, match="EVAL-ONE-CLASS"):
            make([1, 1], [0.2, 0.4])
