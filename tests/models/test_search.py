"""The search for the number of components inside every fold, against scikit-learn's own grid search."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold

from core.errors import ModelError
from core.models.preparation import NOTHING, Preparation
from core.models.search import Known, Recipe, candidates, choose
from core.models.selection import make_pipeline
from core.models.signature import fit_signature, make_splits
from core.settings import LearnerSettings, ResamplingSettings, SearchSettings, SelectionSettings
from tests.models.conftest import FOREST, RESAMPLING, simulate

SEARCH = SelectionSettings(neighbours=5, keep=12, search=True)
ONCE = replace(RESAMPLING, repeats=1)
SVM = LearnerSettings("svm")


def test_candidates_are_the_setting_and_its_halves() -> None:
    assert candidates(41) == (6, 11, 21, 41)
    assert candidates(12) == (2, 3, 6, 12)
    assert candidates(2) == (1, 2) and candidates(1) == (1,)


def nested(X, y, learner, more=None):
    """Choice of each fold, held-out probabilities, and the choice on all patients, by GridSearchCV."""
    held_out, chosen = np.zeros(len(y)), []
    grid = {"relief__keep": [2, 3, 6, 12], **(more or {})}

    def search(rows):
        inner = StratifiedGroupKFold(3, shuffle=True, random_state=ONCE.seed)
        folds = list(inner.split(rows, y.iloc[rows], np.arange(len(rows))))
        model, given = make_pipeline(SEARCH, learner), (X.to_numpy()[rows], y.iloc[rows])
        found = GridSearchCV(model, grid, scoring="roc_auc", cv=folds, refit=False).fit(*given).cv_results_
        areas = np.round(found["mean_test_score"], 10)
        ties = [one for one, area in zip(found["params"], areas, strict=True) if area == areas.max()]
        best = min(ties, key=lambda one: [grid[name].index(one[name]) for name in grid])
        return best, model.set_params(**best).fit(*given)

    for _, train, test in make_splits(X.index, y.to_numpy(), ONCE):
        best, model = search(train)
        chosen.append(best)
        held_out[test] = model.predict_proba(X.to_numpy()[test])[:, 1]
    return chosen, held_out, search(np.arange(len(y)))[0]


@pytest.mark.parametrize(
    ("learner", "seed"), [(FOREST, 2), (LearnerSettings("logistic", c=0.1), 7)], ids=["forest", "logistic"]
)
def test_equal_to_nested_grid_search(learner, seed: int) -> None:
    X, y = simulate(seed, n=45, signal=0.8)
    chosen, held_out, refit = nested(X, y, learner)
    keeps = [one["relief__keep"] for one in chosen]
    fit = fit_signature(X, y, SEARCH, learner, ONCE, keep_models=True)
    assert list(fit.choices) == [{"keep": keep} for keep in keeps] and fit.kept == refit["relief__keep"]
    np.testing.assert_allclose(fit.out_of_fold, held_out, atol=1e-9)
    assert list(np.bincount(fit.resampled.loadings["model"])) == keeps
    assert len(set(keeps)) > 1  # or the test would see nothing of the choice


GRIDS = {
    "forest": (FOREST, 2, {"min_leaf": ("forest__min_samples_leaf", (1, 5))}),
    "logistic": (LearnerSettings("logistic"), 7, {"c": ("logistic__C", (0.001, 0.1))}),
    "boosting": (
        LearnerSettings("boosting", rounds=8), 2,
        {"rate": ("boosting__learning_rate", (0.05, 0.5)), "depth": ("boosting__max_depth", (1, 3))},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GRIDS)
def test_candidates_of_the_learner_are_a_grid_with_those_of_the_components(name: str) -> None:
    learner, seed, grid = GRIDS[name]
    X, y = simulate(seed, n=45, signal=0.8)
    chosen, held_out, refit = nested(X, y, learner, dict(grid.values()))
    search = SearchSettings(keep=(2, 3, 6, 12), **{one: values for one, (_, values) in grid.items()})
    fit = fit_signature(X, y, replace(SEARCH, search=False), learner, ONCE, search=search)
    names = {"keep": "relief__keep", **{one: long for one, (long, _) in grid.items()}}
    for found, expected in zip((*fit.choices, fit.choice), (*chosen, refit), strict=True):
        assert found == {short: expected[long] for short, long in names.items()}
    np.testing.assert_allclose(fit.out_of_fold, held_out, atol=1e-9)
    assert len({tuple(one.values()) for one in chosen}) > 1  # or the test would see nothing of the choice


def test_a_search_for_what_the_learner_has_not_is_none() -> None:
    assert Recipe(replace(SEARCH, search=False), FOREST, SearchSettings(c=(0.1, 1.0))).grid == ()
    grid = Recipe(SEARCH, LearnerSettings("svm"), SearchSettings(keep=(9, 4), c=(1.0, 0.1))).grid
    assert grid == tuple({"keep": k, "c": c} for k in (4, 9) for c in (1.0, 0.1))


def test_of_equal_ones_the_smallest() -> None:
    X, y = simulate(4, n=40, signal=0)
    values = X.to_numpy()
    values[:, :3] += 50 * y.to_numpy()[:, None]  # one component alone separates the outcomes
    known = Known(values, y.to_numpy(), Preparation.of(X, NOTHING))
    inner = [(train, test) for _, train, test in make_splits(X.index, y.to_numpy(), ONCE)]
    assert choose(Recipe(SEARCH, LearnerSettings("logistic")), known, inner) == {"keep": 2}


def test_published_chooses_once_and_says_so(cohort) -> None:
    fit = fit_signature(*cohort, SEARCH, FOREST, ONCE, "published")
    assert fit.choices == () and fit.kept in candidates(12)
    assert fit.kept == fit_signature(*cohort, SEARCH, FOREST, ONCE).kept


def test_the_search_does_not_depend_on_the_workers(cohort) -> None:
    one, two = (fit_signature(*cohort, SEARCH, FOREST, ONCE, workers=n) for n in (1, 2))
    assert one.choices == two.choices and one.out_of_fold.equals(two.out_of_fold)


def test_too_few_for_inner_folds_is_named() -> None:
    X, y = simulate(3, n=20)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:3]]
    few = X.iloc[rows], y.iloc[rows], SEARCH
    with pytest.raises(ModelError, match="TOO-FEW"):
        fit_signature(*few, FOREST, ResamplingSettings(folds=3, repeats=1))
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:5]]
    with pytest.raises(ModelError, match="LEARNER-FEW"):
        fit_signature(X.iloc[rows], y.iloc[rows], SEARCH, SVM, ResamplingSettings(folds=5, repeats=1))
