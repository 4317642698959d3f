"""Cohorts at the edge of what can be learned from: one clear error, or what the documentation says."""

import warnings

import numpy as np
import pandas as pd
import pytest

from core.errors import ModelError
from core.models.fusion import fit_fusion
from core.models.signature import fit_signature, make_splits
from core.settings import ForestSettings, LearnerSettings, ResamplingSettings, SelectionSettings
from tests.models.conftest import FOREST, RESAMPLING, simulate

ONCE = ResamplingSettings(folds=3, repeats=1)
METHODS = ["relieff", "surf", "multisurf", "fae"]
CLASSIFIERS = {
    "forest": ForestSettings(trees=10),
    "logistic": LearnerSettings("logistic"),
    "svm": LearnerSettings("svm"),
    "boosting": LearnerSettings("boosting", rounds=10),
}


@pytest.fixture(autouse=True)
def loud():
    """A number that is not one must not pass silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


def selection(**moved) -> SelectionSettings:
    return SelectionSettings(**{"neighbours": 5, "keep": 4} | moved)


def fused(n: int, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    return pd.DataFrame({"a": rng.random(n) + 0.2 * y, "b": rng.random(n)}), pd.Series(y)


def sound(fit) -> None:
    assert fit.out_of_fold.between(0, 1).all() and fit.apparent.between(0, 1).all()
    assert fit.per_repeat.notna().all(axis=None)


@pytest.mark.parametrize("label", [0, 1])
def test_one_class(label: int) -> None:
    X, y = simulate(0, n=20)
    counts = "20 negative and 0 positive" if label == 0 else "0 negative and 20 positive"
    with pytest.raises(ModelError, match=rf"ONE-CLASS.*{counts}"):
        fit_signature(X, y * 0 + label, selection(), FOREST, ONCE)
    X, y = fused(20)
    with pytest.raises(ModelError, match=rf"ONE-CLASS.*{counts}"):
        fit_fusion(X, y * 0 + label, ONCE)


@pytest.mark.parametrize("positives", [1, 2, 4])
def test_a_class_smaller_than_the_folds(positives: int) -> None:
    X, _ = simulate(0, n=30)
    y = pd.Series(np.arange(30) < positives, index=X.index).astype(int)
    said = rf"TOO-FEW.*{30 - positives} negative and {positives} positive patients for 5 folds"
    with pytest.raises(ModelError, match=said):
        fit_signature(X, y, selection(), FOREST, ResamplingSettings(folds=5))
    with pytest.raises(ModelError, match=said):
        fit_fusion(X[["f0", "f1"]], y, ResamplingSettings(folds=5))


def test_neighbours_above_a_class_are_cut_to_its_size_in_the_fold() -> None:
    X, _ = simulate(1, n=27)
    y = pd.Series(np.arange(27) % 3 == 0, index=X.index).astype(int)
    fewest = [int(y.iloc[train].sum()) for _, train, _ in make_splits(X.index, y.to_numpy(), ONCE)]
    assert set(fewest) == {6}
    wide, cut = (fit_signature(X, y, selection(neighbours=k), FOREST, ONCE) for k in (500, 5))
    assert wide.out_of_fold.equals(cut.out_of_fold)  # 5 of the 6 positive patients of a fold
    other = fit_signature(X, y, selection(neighbours=2), FOREST, ONCE)
    assert not other.out_of_fold.equals(cut.out_of_fold)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_features_that_are_all_constant_tell_nothing(name: str) -> None:
    X, y = simulate(2, n=24)
    fit = fit_signature(X * 0 + 7.0, y, selection(), CLASSIFIERS[name], ONCE)
    sound(fit)
    assert fit.available == fit.kept == 1
    assert fit.apparent.nunique() == 1


@pytest.mark.parametrize("method", METHODS)
def test_constant_features_change_no_weight(method: str) -> None:
    X, y = simulate(2, n=24)
    with_more = fit_signature(X.assign(flat=1.0, zero=0.0), y, selection(method=method), FOREST, ONCE)
    without = fit_signature(X, y, selection(method=method), FOREST, ONCE)
    np.testing.assert_allclose(
        with_more.components["relief_weight"], without.components["relief_weight"], atol=1e-9
    )
    fit = fit_signature(X * 0, y, selection(method=method), FOREST, ONCE)
    assert list(fit.components["relief_weight"]) == [0.0]


def test_missing_and_infinite_values_are_counted() -> None:
    X, y = simulate(3, n=24)
    for value in (np.nan, np.inf, 1e300):
        X.iloc[[2, 5], 3] = value
        with pytest.raises(ModelError, match=r"FEATURES-NAN.*1 features of 2 patients, first f3"):
            fit_signature(X, y, selection(), FOREST, ONCE)
    X, y = fused(24)
    X.loc[4, "b"] = np.nan
    with pytest.raises(ModelError, match=r"FEATURES-NAN.*1 features of 1 patients, first b"):
        fit_fusion(X, y, ONCE)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_perfect_separation(name: str) -> None:
    X, y = simulate(4, n=30)
    X = X.mul(0.01).add(10.0 * y, axis=0)
    fit = fit_signature(X, y, selection(), CLASSIFIERS[name], ONCE)
    sound(fit)
    assert fit.out_of_fold[y == 1].min() > fit.out_of_fold[y == 0].max()


def test_perfect_separation_of_the_nomogram() -> None:
    X, y = fused(30)
    fit = fit_fusion(X.assign(a=y + 0.1 * X["b"]), y, ONCE)
    assert "separate the outcomes" in fit.note and "3 of 3 folds" in fit.note
    assert np.isfinite(fit.coefficients.drop(columns="name")).all(axis=None)
    assert fit.out_of_fold[y == 1].min() > fit.out_of_fold[y == 0].max()


@pytest.mark.parametrize("method", METHODS)
def test_ties_do_not_depend_on_chance(method: str) -> None:
    X, y = simulate(5, n=30)
    X = X.round().clip(-2, 2)
    X.iloc[::3] = X.iloc[0].to_numpy()  # a third of the patients are alike
    one, two = (fit_signature(X, y, selection(method=method), FOREST, RESAMPLING) for _ in range(2))
    sound(one)
    assert one.per_repeat.equals(two.per_repeat) and one.components.equals(two.components)


def test_ties_of_fused_signatures() -> None:
    X, y = fused(30)
    tied = X.round(0)
    fit = fit_fusion(tied, y, ONCE)
    for rows in tied.groupby(["a", "b"]).groups.values():
        assert fit.out_of_fold.loc[rows].nunique() <= 3  # alike but for the fold
    assert fit.out_of_fold.between(0, 1).all()


@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.parametrize("method", METHODS)
def test_ten_patients(name: str, method: str) -> None:
    X, y = simulate(6, n=10)
    chosen = selection(method=method)
    sound(fit_signature(X, y, chosen, CLASSIFIERS[name], ResamplingSettings(folds=5, repeats=1)))
    if name == "svm":
        with pytest.raises(ModelError, match="LEARNER-FEW"):
            fit_signature(X, y, chosen, CLASSIFIERS[name], ResamplingSettings(folds=2, repeats=1))
    else:
        sound(fit_signature(X, y, chosen, CLASSIFIERS[name], ResamplingSettings(folds=2, repeats=1)))


def test_ten_patients_in_the_nomogram() -> None:
    fit = fit_fusion(*fused(10), ResamplingSettings(folds=5, repeats=2))
    assert fit.out_of_fold.between(0, 1).all()
    with pytest.raises(ModelError, match="TOO-FEW"):
        fit_fusion(*fused(10), ResamplingSettings(folds=6))
