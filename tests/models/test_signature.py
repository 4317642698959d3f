import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.errors import ModelError
from core.models.signature import fit_signature, make_splits, predict
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings
from tests.models.conftest import FOREST, RESAMPLING, SELECTION, simulate


def _noise_auc(preset, seeds) -> float:
    selection, forest = SelectionSettings(keep=12), ForestSettings(trees=15)
    areas = []
    for seed in seeds:
        X, y = simulate(seed, n=48, p=80, signal=0)
        fit = fit_signature(X, y, selection, forest, ResamplingSettings(folds=3, repeats=1), preset)
        areas.append(roc_auc_score(y, fit.out_of_fold))
    return float(np.mean(areas))


def test_pure_noise_is_worth_nothing_unless_selection_leaks() -> None:
    assert 0.45 <= _noise_auc("leak_free", range(10)) <= 0.55
    assert _noise_auc("published", range(10)) > 0.6


def test_signal_is_found(cohort, fit) -> None:
    _, y = cohort
    assert roc_auc_score(y, fit.out_of_fold) > 0.8
    assert roc_auc_score(y, fit.apparent) > roc_auc_score(y, fit.out_of_fold)


def test_shape_of_the_result(cohort, fit) -> None:
    X, _ = cohort
    assert fit.out_of_fold.index.equals(X.index)
    assert fit.per_repeat.shape == (48, 2)
    assert fit.out_of_fold.to_numpy() == pytest.approx(fit.per_repeat.mean(axis=1).to_numpy())
    assert fit.per_repeat.notna().all().all()
    assert list(fit.components) == ["component", "explained_variance_ratio", "relief_weight", "kept"]
    assert (fit.kept, fit.available) == (6, 29)  # 30 features, one constant
    kept, left = (fit.components.loc[fit.components["kept"] == k, "relief_weight"] for k in (True, False))
    assert kept.min() > left.max()


@pytest.mark.parametrize("preset", ["leak_free", "published"])
def test_equal_settings_give_equal_results_whatever_the_workers(cohort, preset) -> None:
    X, y = cohort
    calls: list[tuple[int, int]] = []
    one = fit_signature(X, y, SELECTION, FOREST, RESAMPLING, preset)
    two = fit_signature(
        X, y, SELECTION, FOREST, RESAMPLING, preset, progress=lambda *call: calls.append(call), workers=2
    )
    assert one.per_repeat.equals(two.per_repeat)
    assert one.apparent.equals(two.apparent)
    assert calls == [(done, 6) for done in range(1, 7)]


def test_presets_share_the_final_model_and_differ_in_what_they_claim(cohort, fit) -> None:
    published = fit_signature(*cohort, SELECTION, FOREST, RESAMPLING, "published")
    assert published.apparent.equals(fit.apparent)
    assert not published.out_of_fold.equals(fit.out_of_fold)


def test_prediction_takes_columns_by_name(cohort, fit) -> None:
    X, _ = cohort
    shuffled = X[X.columns[::-1]].assign(extra="text")
    assert predict(fit.model, shuffled).equals(fit.apparent.rename("probability"))
    one = predict(fit.model, X.iloc[[3]])
    assert one.iloc[0] == pytest.approx(fit.apparent.iloc[3])


def test_rows_of_one_patient_stay_in_one_fold() -> None:
    index = pd.Index([f"P{i // 2}" for i in range(40)])
    target = (np.arange(40) // 2) % 2
    for repeat, train, test in make_splits(index, target, RESAMPLING):
        assert repeat in (0, 1)
        assert not set(index[train]) & set(index[test])
        assert len(train) + len(test) == 40


def test_folds_are_stratified_and_repeats_differ() -> None:
    target = np.repeat([0, 1], [47, 41])
    splits = make_splits(pd.RangeIndex(88), target, ResamplingSettings(repeats=3))
    assert all(16 <= len(test) <= 19 and 7 <= target[test].sum() <= 9 for _, _, test in splits)
    assert len({tuple(test) for _, _, test in splits}) == 15


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda X, y: (X, y * 0), "ONE-CLASS", "48 negative and 0 positive"),
        (lambda X, y: (X, y + 1), "OUTCOME-VALUES", "24 other values"),
        (lambda X, y: (X, y.astype(float).where(y == 1)), "OUTCOME-VALUES", "24 other values"),
        (lambda X, y: (X, y.iloc[::-1]), "OUTCOME-INDEX", "same order"),
        (
            lambda X, y: (X, y * (y.cumsum() <= 2)),
            "TOO-FEW",
            "46 negative and 2 positive patients for 3 folds",
        ),
        (lambda X, y: (X.assign(f3=np.nan), y), "FEATURES-NAN", "f3"),
        (lambda X, y: (X.assign(f3=np.inf), y), "FEATURES-NAN", "1 features of 48 patients"),
        (lambda X, y: (X.assign(f3="a"), y), "FEATURES-TEXT", "text"),
        (lambda X, y: (X.iloc[:, :0], y), "FEATURES-EMPTY", "(48, 0)"),
        (lambda X, y: (X[["f1", "f1"]], y), "FEATURES-DUPLICATE", "f1"),
    ],
)
def test_bad_input_is_named(cohort, change, code: str, words: str) -> None:
    with pytest.raises(ModelError) as error:
        fit_signature(*change(*cohort), SELECTION, FOREST, RESAMPLING)
    assert error.value.code == code
    assert words in str(error.value)


def test_missing_feature_is_named(cohort, fit) -> None:
    with pytest.raises(ModelError, match=r"FEATURES-MISSING.*first f2"):
        predict(fit.model, cohort[0].drop(columns="f2"))


def test_ten_patients_are_enough_for_two_folds() -> None:
    X, y = simulate(5, n=10)
    fit = fit_signature(X, y, SELECTION, FOREST, ResamplingSettings(folds=2, repeats=1))
    assert fit.out_of_fold.between(0, 1).all()
