"""Covariates on the nomogram: statsmodels' and scikit-learn's coefficients, rms's geometry, clear faults."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from core.errors import ModelError
from core.models.covariates import describe, pairs_of, read, standing, unusable
from core.models.fusion import fit_fusion, predict_fusion
from core.models.nomogram import axis_names, nomogram_axes, points
from core.models.readings import coefficient_table, point_table, readings
from core.models.signature import make_splits
from core.settings import ResamplingSettings

RESAMPLING = ResamplingSettings(folds=4, repeats=3)
COLUMNS = ["Radiomics", "age", "stage"]


def simulate(n: int = 160, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    """Patients with a signature, an age and a stage, of which II is the most frequent."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"P{i:03d}" for i in range(n)], name="patient")
    stage = rng.choice(["I", "II", "III"], n, p=[0.3, 0.5, 0.2])
    age, signature = rng.integers(30, 85, n).astype(float), rng.uniform(size=n)
    score = 2 * signature - 0.03 * (age - 55) + pd.Series(stage).map({"I": -0.8, "II": 0, "III": 0.7}) - 1
    y = pd.Series((rng.uniform(size=n) < expit(score)).astype(int).to_numpy(), index=index, name="lnm")
    return pd.DataFrame({"Radiomics": signature, "age": age, "stage": stage}, index=index), y


@pytest.fixture(scope="module")
def cohort() -> tuple[pd.DataFrame, pd.Series]:
    return simulate()


@pytest.fixture(scope="module")
def fit(cohort):
    return fit_fusion(*cohort, RESAMPLING)


def test_coefficients_equal_statsmodels_with_the_most_frequent_level_as_reference(cohort, fit) -> None:
    X, y = cohort
    formula = "lnm ~ Radiomics + age + C(stage, Treatment('II'))"
    other = smf.logit(formula, X.assign(lnm=y)).fit(disp=0, tol=1e-12)
    found = fit.coefficients.set_index("name")
    assert list(found.index) == ["Intercept", "Radiomics", "age", "stage=II", "stage=I", "stage=III"]
    rows = found.drop(index="stage=II")
    names = ["Intercept", "Radiomics", "age", *(f"C(stage, Treatment('II'))[T.{k}]" for k in ("I", "III"))]
    for column, theirs in (("coef", other.params), ("se", other.bse), ("p", other.pvalues)):
        np.testing.assert_allclose(rows[column], theirs[names], rtol=1e-6)
    np.testing.assert_allclose(np.log(rows[["low", "high"]]), other.conf_int().loc[names], rtol=1e-6)
    reference = found.loc["stage=II"]
    assert (reference["coef"], reference["odds_ratio"]) == (0, 1)
    assert reference[["se", "p", "low", "high"]].isna().all()
    assert fit.note == ""


def test_probabilities_equal_scikit_learn_s(cohort, fit) -> None:
    X, y = cohort
    encode = ColumnTransformer([("stage", OneHotEncoder(drop="first"), ["stage"])], remainder="passthrough")
    model = make_pipeline(encode, LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10))
    theirs = model.fit(X[COLUMNS], y).predict_proba(X)[:, 1]
    np.testing.assert_allclose(predict_fusion(fit.coefficients, X), theirs, atol=1e-6)


def test_stacking_learns_everything_in_the_fold(cohort, fit) -> None:
    """Each fold fitted by statsmodels' formulas on its training patients alone, levels included."""
    X, y = cohort
    table, total = X.assign(lnm=y), np.zeros(len(X))
    for _, train, test in make_splits(X.index, y.to_numpy(), RESAMPLING):
        model = smf.logit("lnm ~ Radiomics + age + C(stage)", table.iloc[train]).fit(disp=0, tol=1e-12)
        total[test] += model.predict(table.iloc[test]).to_numpy()
    np.testing.assert_allclose(fit.out_of_fold, total / RESAMPLING.repeats, atol=1e-7)


@pytest.mark.parametrize(
    ("factor", "shift"), [(1e-8, 0), (1e-4, 0), (1e6, 0), (1e12, 0), (1, 1e6), (365.25, -7e5)]
)
def test_the_unit_of_a_number_changes_no_probability(cohort, fit, factor: float, shift: float) -> None:
    X, y = cohort
    other = X.assign(age=X["age"] * factor + shift)
    found = fit_fusion(other, y, RESAMPLING)
    assert found.note == ""
    np.testing.assert_allclose(found.out_of_fold, fit.out_of_fold, atol=1e-9)
    expected = predict_fusion(fit.coefficients, X)
    np.testing.assert_allclose(predict_fusion(found.coefficients, other), expected, atol=1e-9)
    theirs, ours = (t.coefficients.set_index("name").loc["age", ["z", "p"]] for t in (fit, found))
    np.testing.assert_allclose(ours.astype(float), theirs.astype(float), rtol=1e-5)


def coefficients_of(values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame({"name": list(values), "coef": list(values.values())})


def test_axes_have_the_geometry_of_rms() -> None:
    """By hand: age moves the log-odds by 3 from 20 to 80 (100 points), stage by at most 1.5 (50 points)."""
    values = {"Intercept": -1.0, "age": -0.05, "stage=II": 0.0, "stage=I": -0.6, "stage=III": 0.9}
    patients = pd.DataFrame({"age": [21.0, 47.0, 79.0], "stage": ["I", "II", "III"]})
    axes = nomogram_axes(coefficients_of(values), patients)
    age = axes[axes["axis"] == "age"]
    assert list(age["value"]) == [20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80]
    np.testing.assert_allclose(age["points"], np.linspace(100, 0, 13), atol=1e-9)
    stage = axes[axes["axis"] == "stage"]
    assert dict(zip(stage["level"], stage["points"].round(9), strict=True)) == {"II": 20, "I": 0, "III": 50}
    # 0 points: the lowest log-odds that the axes hold, -1 - 0.05 x 80 - 0.6; 100 points: 3 more.
    ticks = axes[axes["axis"] == "Probability"]
    np.testing.assert_allclose(ticks["points"], (logit(ticks["value"]) + 5.6) * 100 / 3)
    assert list(axes["axis"].unique()) == ["age", "stage", "Total points", "Probability"]
    earned = points(axes, pd.DataFrame({"age": [50.0], "stage": ["III"]})).iloc[0]
    assert (earned["age"], earned["stage"], earned["total"]) == pytest.approx((50, 50, 100))


CASES = st.lists(
    st.tuples(st.floats(-0.5, 1.5), st.floats(0, 120), st.sampled_from(["I", "II", "III"])), min_size=1
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5), CASES)
def test_the_total_gives_the_probability_of_the_model(seed: int, cases: list) -> None:
    X, y = simulate(60, seed)
    fit = fit_fusion(X, y, ResamplingSettings(folds=3, repeats=1))
    table = pd.DataFrame(cases, columns=COLUMNS)
    total = points(fit.axes, table)["total"].to_numpy()
    axis = fit.axes[fit.axes["axis"] == "Probability"]
    slope, start = np.polyfit(axis["points"], logit(axis["value"]), 1)
    expected = predict_fusion(fit.coefficients, table).to_numpy()
    np.testing.assert_allclose(expit(slope * total + start), expected, atol=1e-9)
    read_off = point_table(fit.axes, fit.coefficients, step=10.0)
    np.testing.assert_allclose(expit(slope * read_off["total"] + start), read_off["probability"], atol=1e-9)


def test_readings_hold_what_was_given_and_its_points(cohort, fit) -> None:
    X, y = cohort
    predictions = X[["Radiomics"]].assign(cohort="A", role="training", lnm=y, DLRN=fit.out_of_fold)
    values = X[["age", "stage"]].reset_index()
    found = readings(predictions.reset_index(), fit.coefficients, fit.axes, values).set_index("patient")
    assert axis_names(fit.axes) == COLUMNS
    pd.testing.assert_frame_equal(found[COLUMNS], X)
    np.testing.assert_allclose(found[[f"points {n}" for n in COLUMNS]].sum(axis=1), found["total"])
    np.testing.assert_allclose(found["probability"], predict_fusion(fit.coefficients, X))


def test_odds_ratios_are_of_a_rise_that_suits_the_term(fit) -> None:
    table = coefficient_table(fit.coefficients, ["age", "stage"]).set_index("name")
    assert dict(table["rise"].drop("Intercept")) == {
        "Radiomics": 0.1, "age": 1, "stage=II": 1, "stage=I": 1, "stage=III": 1,
    }  # fmt: skip
    coef = fit.coefficients.set_index("name")["coef"]
    np.testing.assert_allclose(table.loc["age", "ratio"], np.exp(coef["age"]))
    np.testing.assert_allclose(table.loc["Radiomics", "ratio"], np.exp(0.1 * coef["Radiomics"]))


def test_numbers_of_two_values_are_numbers(cohort) -> None:
    X, y = cohort
    two = X[["Radiomics"]].assign(menopause=(X["age"] > 50).astype(int))
    fit = fit_fusion(two, y, RESAMPLING)
    assert list(fit.coefficients["name"]) == ["Intercept", "Radiomics", "menopause"]
    assert "level" not in fit.axes
    # rms: of up to 10 different values, which datadist keeps, the nomogram has ticks at these.
    assert list(fit.axes.loc[fit.axes["axis"] == "menopause", "value"]) == [0, 1]


def test_an_unseen_level_or_a_missing_value_never_passes_for_another(cohort, fit) -> None:
    X = cohort[0].head(3)
    strange, missing, no_age = (X.copy() for _ in range(3))
    strange.iloc[0, 2], missing.iloc[1, 2], no_age.iloc[2, 1] = "IV", None, np.nan
    for table in (strange, missing):
        for work in (lambda t: predict_fusion(fit.coefficients, t), lambda t: points(fit.axes, t)):
            with pytest.raises(ModelError, match=r"COVARIATE-LEVEL.*stage must be one of II, I, III"):
                work(table)
    with pytest.raises(ModelError, match="FEATURES-NAN"):
        predict_fusion(fit.coefficients, no_age)
    with pytest.raises(ModelError, match="FEATURES-MISSING"):
        predict_fusion(fit.coefficients, X.drop(columns="stage"))
    with pytest.raises(ModelError, match="FEATURES-NAN"):
        fit_fusion(
            missing.reindex(cohort[0].index).fillna(cohort[0]).assign(age=np.nan), cohort[1], RESAMPLING
        )


def test_a_level_that_a_fold_lacks_is_judged_by_the_others(cohort) -> None:
    X, y = cohort[0].copy(), cohort[1]
    splits = make_splits(X.index, y.to_numpy(), RESAMPLING)
    first = splits[0][2]
    together = [
        sum({a, b} <= set(test) for _, _, test in splits) for a, b in zip(first, first[1:], strict=False)
    ]
    a, b = next((first[i], first[i + 1]) for i, times in enumerate(together) if times == 1)
    X["stage"] = X["stage"].astype(object)
    X.iloc[[a, b], 2] = "IV"
    fit = fit_fusion(X, y, RESAMPLING)
    assert "2 patients are of a level that some folds' training patients lack" in fit.note
    assert fit.out_of_fold.between(0, 1).all()
    once = ResamplingSettings(folds=4, repeats=1)
    with pytest.raises(ModelError, match=r"COVARIATE-RARE.*found 2 patients whose level is known to none"):
        fit_fusion(X, y, once)


def test_who_cannot_be_on_the_nomogram() -> None:
    index = [f"P{i}" for i in range(9)]
    values = pd.DataFrame(
        {
            "age": [40, 50, np.nan, 60, 61, 62, 63, 64, 65],
            "stage": ["I", "I", "II", "II", "II", None, "IV", "I", "III"],
        },
        index=index,
    )
    training = pd.Series([True] * 7 + [False] * 2, index=index)
    found = unusable(values, training, 2)
    assert {patient: error.code for patient, error in found.items()} == {
        "P2": "COVARIATE-MISSING",
        "P5": "COVARIATE-MISSING",
        "P6": "COVARIATE-LEVEL",
        "P8": "COVARIATE-LEVEL",
    }
    assert "found no age" in str(found["P2"])
    assert "training patients: I, II; found III" in str(found["P8"])


def test_a_patient_left_out_may_leave_a_level_too_rare() -> None:
    values = pd.DataFrame(
        {"a": ["x", "x", "x", "y"], "b": ["u", "u", "v", "v"]}, index=["P0", "P1", "P2", "P3"]
    )
    found = unusable(values, pd.Series(True, index=values.index), 2)
    assert list(found) == ["P2", "P3"]
    assert "b must be a level" in str(found["P2"])
    assert unusable(values[[]], pd.Series(True, index=values.index), 2) == {}


@pytest.fixture(scope="module")
def known(cohort) -> pd.DataFrame:
    return describe(cohort[0][["age", "stage"]])


def test_a_model_knows_ranges_and_levels(cohort, known: pd.DataFrame) -> None:
    X = cohort[0]
    assert list(known["covariate"]) == ["age", "stage", "stage", "stage"]
    assert list(known["level"]) == ["", "II", "I", "III"]
    assert tuple(known.iloc[0][["n", "low", "high"]]) == (len(X), X["age"].min(), X["age"].max())
    assert list(known["n"][1:]) == [(X["stage"] == k).sum() for k in ("II", "I", "III")]


def test_covariates_of_a_case_are_read(known: pd.DataFrame) -> None:
    assert read(known, pairs_of(["age=51.5", "stage = III"])) == {"age": 51.5, "stage": "III"}
    assert read(known, [("stage", "I"), ("age", 40)]) == {"age": 40.0, "stage": "I"}
    assert read(known.head(0), []) == {}
    table = standing(known, {"age": 200.0, "stage": "I"})
    assert (table[0]["inside"], table[1]["reference"]) == (False, "II")
    assert standing(known, {"age": float(known["high"].iloc[0])})[0]["inside"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], ["no age", "no stage"]),
        (["age=51"], ["no stage"]),
        (["age=51", "stage=I", "size=3"], ["size, which is none of them"]),
        (["age=51", "age=52", "stage=I"], ["age twice"]),
        (["age=fifty", "stage=Smith"], ["a value of age that is not", "a value of stage that is not"]),
        (["age=nan", "stage="], ["a value of age that is not", "a value of stage that is not"]),
        (["age", "stage=I"], ["a value of age that is not"]),
        (["age=51", "stage=i"], ["a value of stage that is not"]),
        (["Jane Doe", "stage=IV"], ["no age", "a value of stage that is not"]),
    ],
)
def test_every_fault_of_a_case_s_covariates_is_told_at_once(
    known: pd.DataFrame, texts: list[str], words: list[str]
) -> None:
    with pytest.raises(ModelError) as error:
        read(known, pairs_of(texts))
    assert error.value.code == "CASE-COVARIATE"
    assert all(word in error.value.found for word in words)
    assert "age (a number), stage (II or I or III)" in error.value.expected
    assert "Smith" not in str(error.value) and "fifty" not in str(error.value)


def test_a_model_without_covariates_takes_none(known: pd.DataFrame) -> None:
    with pytest.raises(ModelError, match=r"CASE-COVARIATE.*takes no covariate"):
        read(known.head(0), [("age", 51)])
    assert math.isnan(known["low"].iloc[1])
