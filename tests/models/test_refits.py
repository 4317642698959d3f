"""Refits of the whole pipeline against scikit-learn called naively; what they refuse; that seeds decide."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from core.errors import ModelError
from core.evaluation.optimism import aucs, optimism, permutation_p
from core.models.refits.bootstrap import bootstrap
from core.models.refits.cohort import Cohort, cohort
from core.models.refits.fit import nomogram, out_of_fold
from core.models.refits.learning_curve import learning_curve
from core.models.refits.permutation import permuted
from core.models.selection import make_pipeline
from core.models.signature import fit_signature
from core.settings import (
    ForestSettings,
    LearnerSettings,
    ResamplingSettings,
    SearchSettings,
    SelectionSettings,
)
from tests.models.conftest import FOREST, RESAMPLING, SELECTION, simulate

NAMES = ("one", "two")


def two(
    seed: int = 1, n: int = 48, signal: float = 0.8, resampling: ResamplingSettings = RESAMPLING
) -> Cohort:
    """Two signatures of the same patients and their nomogram."""
    X, y = simulate(seed, n, signal=signal)
    other = simulate(seed + 100, n, signal=0)[0].set_axis(X.index)
    other.iloc[:, :3] += 0.7 * y.to_numpy()[:, None]
    tables = dict(zip(NAMES, (X, other), strict=True))
    return cohort(tables, y, dict.fromkeys(NAMES, SELECTION), FOREST, resampling, NAMES)


@pytest.fixture(scope="module")
def of() -> Cohort:
    return two()


def naive_sample(of: Cohort, drawn: np.ndarray) -> dict[str, np.ndarray]:
    """Probabilities of all patients by the models of one bootstrap sample, step by step by scikit-learn."""
    found, signatures = {}, []
    for name in NAMES:
        X = of.families[name].values
        model = make_pipeline(SELECTION, FOREST).fit(X[drawn], of.target[drawn])
        found[name] = model.predict_proba(X)[:, 1]
        held_out = np.empty(len(drawn))
        folding = StratifiedGroupKFold(RESAMPLING.folds, shuffle=True, random_state=RESAMPLING.seed)
        groups = pd.factorize(of.index[drawn])[0]
        for train, test in folding.split(groups, of.target[drawn], groups):
            fold = make_pipeline(SELECTION, FOREST).fit(X[drawn[train]], of.target[drawn[train]])
            held_out[test] = fold.predict_proba(X[drawn[test]])[:, 1]
        signatures.append(held_out)
    fusion = LogisticRegression(C=np.inf, tol=1e-10, max_iter=10_000)
    fusion.fit(np.column_stack(signatures), of.target[drawn])
    found["DLRN"] = fusion.predict_proba(np.column_stack([found[name] for name in NAMES]))[:, 1]
    return found


def test_optimism_is_that_of_a_naive_loop(of: Cohort) -> None:
    found = bootstrap(of, 6, seed=5)
    naive = [naive_sample(of, drawn) for drawn in found.draws]
    for name in ("one", "two", "DLRN"):
        tables = found.probabilities[name]
        np.testing.assert_allclose(tables, [one[name] for one in naive], atol=1e-5)
        apparent = roc_auc_score(of.target, naive[0][name])
        gaps, outside = [], []
        for drawn, one in zip(found.draws[1:], naive[1:], strict=True):
            inside = roc_auc_score(of.target[drawn], one[name][drawn])
            gaps.append(inside - roc_auc_score(of.target, one[name]))
            left = np.setdiff1d(np.arange(48), drawn)
            outside.append(roc_auc_score(of.target[left], one[name][left]))
        judged = optimism(of.target, tables[0], found.draws[1:], tables[1:])
        assert judged.apparent == pytest.approx(apparent)
        assert judged.corrected == pytest.approx(apparent - np.mean(gaps))
        assert judged.left_out == pytest.approx(np.mean(outside))
        assert judged.left_out < judged.plus < judged.apparent
        assert judged.samples == 6


def test_covariates_of_a_refit_are_those_of_a_naive_table() -> None:
    of, numbers = two(seed=2, n=72, signal=0.1), np.random.default_rng(3)
    stage = pd.Series(numbers.choice(["I", "II", "III"], 72, p=[0.6, 0.3, 0.1]))
    beside = pd.DataFrame({"age": numbers.normal(50, 9, 72), "stage": stage.to_numpy()}, index=of.index)
    found = bootstrap(replace(of, covariates=beside), 5, seed=5)
    plain = bootstrap(of, 5, seed=5)
    for k, drawn in enumerate(found.draws):
        np.testing.assert_array_equal(found.probabilities["one"][k], plain.probabilities["one"][k])
        own, signatures = stage.iloc[drawn], []
        for name in NAMES:
            X, held_out = of.families[name].values, np.empty(len(drawn))
            groups = pd.factorize(of.index[drawn])[0]
            folding = StratifiedGroupKFold(RESAMPLING.folds, shuffle=True, random_state=RESAMPLING.seed)
            for train, test in folding.split(groups, of.target[drawn], groups):
                fold = make_pipeline(SELECTION, FOREST).fit(X[drawn[train]], of.target[drawn[train]])
                held_out[test] = fold.predict_proba(X[drawn[test]])[:, 1]
            signatures.append(held_out)
        others = [level for level in ("I", "II", "III") if level != own.mode()[0] and level in set(own)]
        terms = np.column_stack([beside["age"], *(stage == level for level in others)]).astype(float)
        middle, spread = terms[drawn].mean(0), terms[drawn].std(0)
        terms = (terms - middle) / spread
        fusion = LogisticRegression(C=np.inf, tol=1e-12, max_iter=100_000)
        fusion.fit(np.column_stack([*signatures, terms[drawn]]), of.target[drawn])
        whole = np.column_stack([*(found.probabilities[name][k] for name in NAMES), terms])
        expected = fusion.predict_proba(whole)[:, 1]
        np.testing.assert_allclose(found.probabilities["DLRN"][k], expected, atol=1e-4)


def test_a_level_that_a_refit_lacks_counts_as_the_reference(of: Cohort) -> None:
    levels = np.where(np.arange(48) % 2, "a", "b").astype(object)
    levels[0] = "rare"
    beside = pd.DataFrame({"site": levels}, index=of.index)
    known = np.arange(1, 48)
    values = np.random.default_rng(0).normal(size=(48, 2))
    joined = replace(of, covariates=beside)
    p = nomogram(joined, (values[known], known), of.target[known], (values, of.rows))
    beside.iloc[0, 0] = "a"  # the most frequent, 24 of 47
    same = replace(of, covariates=beside)
    np.testing.assert_array_equal(
        p, nomogram(same, (values[known], known), of.target[known], (values, of.rows))
    )


def test_samples_keep_the_classes_and_patients_whole() -> None:
    X, y = simulate(4)
    X.index = pd.Index([f"P{i // 2}" for i in range(48)])
    y = pd.Series((np.arange(48) // 2) % 2, index=X.index)
    of = cohort({"one": X}, y, {"one": SELECTION}, FOREST, RESAMPLING)
    found = bootstrap(of, 4, seed=1)
    assert list(found.probabilities) == ["one"]
    for drawn in found.draws:
        assert of.target[drawn].sum() == of.target.sum() and len(drawn) == 48
        counts = np.bincount(drawn, minlength=48)
        np.testing.assert_array_equal(counts[::2], counts[1::2])
    for target, _ in permuted(of, 3, 0, seed=1):
        np.testing.assert_array_equal(target[::2], target[1::2])


RECIPES = {
    "forest": (FOREST, SearchSettings()),
    "logistic": (LearnerSettings("logistic"), SearchSettings()),
    "svm": (LearnerSettings("svm"), SearchSettings()),
    "boosting": (LearnerSettings("boosting", rounds=10), SearchSettings()),
    "forest, searched": (FOREST, SearchSettings(keep=(2, 6), min_leaf=(1, 6))),
    "logistic, searched": (LearnerSettings("logistic"), SearchSettings(keep=(2, 6), c=(0.001, 1.0))),
}


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("preset", ["leak_free", "published"])
def test_every_refit_is_that_of_the_signature(name: str, preset: str) -> None:
    """Out of fold, on everyone, and on whole training parts, by whatever learner and search."""
    X, y = simulate(1, signal=0.8)
    classifier, search = RECIPES[name]
    of = cohort({"one": X}, y, {"one": SELECTION}, classifier, RESAMPLING, search=search)
    fit = fit_signature(X, y, SELECTION, classifier, RESAMPLING, preset, search=search)
    np.testing.assert_allclose(
        out_of_fold(of, of.target, preset)["one"], fit.per_repeat["repeat_1"], rtol=0, atol=1e-12
    )
    if preset == "leak_free":
        everyone = bootstrap(of, 0, seed=1).probabilities["one"][0]
        np.testing.assert_allclose(everyone, fit.apparent, rtol=0, atol=1e-12)
        *_, last = learning_curve(of, (1.0,), 2, seed=3)
        np.testing.assert_allclose(last[3]["one"], fit.per_repeat["repeat_2"], rtol=0, atol=1e-12)


def test_a_share_too_small_for_the_learner_has_no_value() -> None:
    X, y = simulate(1, n=24)
    of = cohort({"one": X}, y, {"one": SELECTION}, LearnerSettings("svm"), RESAMPLING)
    small, whole = (found["one"] for *_, found in learning_curve(of, (0.2, 1.0), 1, seed=3))
    assert np.isnan(small).all() and not np.isnan(whole).any()


def test_a_sample_too_small_to_search_in_has_no_value() -> None:
    X, y = simulate(2, n=12)
    search = SearchSettings(keep=(2, 6))
    of = cohort({"one": X}, y, {"one": SELECTION}, FOREST, RESAMPLING, search=search)
    found = bootstrap(of, 40, seed=2)
    fewest = [min(np.unique(d[of.target[d] == c]).size for c in (0, 1)) for d in found.draws]
    np.testing.assert_array_equal(np.isnan(found.probabilities["one"]).any(axis=1), np.array(fewest) < 3)
    assert min(fewest) < 3


def test_permutation_finds_a_planted_signal_and_no_other() -> None:
    for signal, seed in ((2.0, 3), (0.0, 8)):
        X, y = simulate(seed, signal=signal)
        of = cohort({"one": X}, y, {"one": SELECTION}, FOREST, RESAMPLING)
        runs = permuted(of, 19, 2, seed=1)
        areas = [aucs(target, found["leak_free"])["one"] for target, found in runs]
        p = permutation_p(areas[0], areas[1:])
        assert p == (1 + sum(area >= areas[0] for area in areas[1:])) / 20
        assert p == 0.05 if signal else p > 0.1
        assert [len(found) for _, found in runs] == [2, 2, 2, *[1] * 17]
        np.testing.assert_array_equal(runs[0][0], y)
        assert all(target.sum() == 24 for target, _ in runs)
        assert 0.35 < np.mean(areas[1:]) < 0.6


def test_published_is_optimistic_under_permuted_labels() -> None:
    X, y = simulate(2, n=40, p=300, signal=0)
    of = cohort({"one": X}, y, {"one": SelectionSettings(keep=8)}, FOREST, RESAMPLING)
    runs = permuted(of, 8, 8, seed=1)
    means = {
        preset: np.mean([aucs(target, found[preset])["one"] for target, found in runs[1:]])
        for preset in ("leak_free", "published")
    }
    assert means["published"] > means["leak_free"] + 0.1


def test_the_learning_curve_ends_at_the_signature(of: Cohort) -> None:
    found = learning_curve(of, (0.5, 1.0), 2, seed=3)
    assert [(share, repeat) for share, repeat, *_ in found] == [(0.5, 0), (1.0, 0), (0.5, 1), (1.0, 1)]
    assert [size for _, _, size, _ in found] == [16, 32, 16, 32]
    X, y = simulate(1, signal=0.8)
    fit = fit_signature(X, y, SELECTION, FOREST, RESAMPLING)
    for column, (_, _, _, scores) in zip(("repeat_1", "repeat_2"), found[1::2], strict=True):
        np.testing.assert_allclose(scores["one"], fit.per_repeat[column], rtol=0, atol=1e-12)
    assert not np.array_equal(found[0][3]["one"], found[1][3]["one"])


def test_the_same_seed_gives_the_same(of: Cohort) -> None:
    small = replace(of, families={"one": of.families["one"]}, fused=())
    (*_, one), (*_, other) = (learning_curve(small, (0.5,), 1, seed=3)[0] for _ in range(2))
    np.testing.assert_array_equal(one["one"], other["one"])
    assert not np.array_equal(bootstrap(small, 1, 1).draws[1], bootstrap(small, 1, 2).draws[1])


def test_more_samples_and_permutations_leave_the_first_as_they_are(of: Cohort) -> None:
    few, many = (bootstrap(of, number, 1, nothing).draws for number in (2, 5))
    np.testing.assert_array_equal(few, many[:3])
    few, many = ([target for target, _ in permuted(of, number, 0, 1, nothing)] for number in (2, 5))
    np.testing.assert_array_equal(few, many[:3])


def nothing(_work: object, tasks: list) -> list[dict[str, np.ndarray]]:
    """Refits that are not made."""
    return [dict.fromkeys((*NAMES, "DLRN"), np.zeros(48)) for _ in tasks]


def test_a_sample_without_enough_different_patients_has_no_nomogram() -> None:
    of = two(2, n=12, resampling=ResamplingSettings(folds=5, repeats=1))
    found = bootstrap(of, 25, seed=2)
    unusable = np.isnan(found.probabilities["DLRN"]).any(axis=1)
    assert not unusable[0] and 0 < unusable.sum() < 25
    assert not np.isnan(found.probabilities["one"]).any()
    table = found.probabilities["DLRN"]
    judged = optimism(of.target, table[0], found.draws[1:], table[1:])
    assert judged.samples == 25 - unusable.sum()


def test_too_few_patients_are_refused() -> None:
    X, y = simulate(1)
    few = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:3]]
    args = ({"one": SELECTION}, ForestSettings(trees=3), ResamplingSettings(folds=5))
    with pytest.raises(ModelError, match="TOO-FEW"):
        cohort({"one": X.iloc[few]}, y.iloc[few], *args)
    with pytest.raises(ModelError, match="ONE-CLASS"):
        cohort({"one": X}, y * 0, *args)
