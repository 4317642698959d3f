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
from core.settings import LearnerSettings, ResamplingSettings, SelectionSettings
from tests.models.conftest import FOREST, RESAMPLING, simulate

SEARCH = SelectionSettings(neighbours=5, keep=12, search=True)
ONCE = replace(RESAMPLING, repeats=1)
SVM = LearnerSettings("svm")


def test_candidates_are_the_setting_and_its_halves() -> None:
    assert candidates(41) == (6, 11, 21, 41)
    assert candidates(12) == (2, 3, 6, 12)
    assert candidates(2) == (1, 2) and candidates(1) == (1,)


def nested(X, y, learner):
    """Keep of each fold and of all patients, and held-out probabilities, by GridSearchCV."""
    held_out, keeps = np.zeros(len(y)), []
    grid = {"relief__keep": [2, 3, 6, 12]}

    def search(rows):
        inner = StratifiedGroupKFold(3, shuffle=True, random_state=ONCE.seed)
        folds = list(inner.split(rows, y.iloc[rows], np.arange(len(rows))))
        found = GridSearchCV(make_pipeline(SEARCH, learner), grid, scoring="roc_auc", cv=folds, refit=True)
        return found.fit(X.to_numpy()[rows], y.iloc[rows])

    for _, train, test in make_splits(X.index, y.to_numpy(), ONCE):
        best = search(train)
        keeps.append(best.best_params_["relief__keep"])
        held_out[test] = best.predict_proba(X.to_numpy()[test])[:, 1]
    return keeps, held_out, search(np.arange(len(y))).best_params_["relief__keep"]


@pytest.mark.parametrize(
    ("learner", "seed"), [(FOREST, 2), (LearnerSettings("logistic", c=0.1), 7)], ids=["forest", "logistic"]
)
def test_equal_to_nested_grid_search(learner, seed: int) -> None:
    X, y = simulate(seed, n=45, signal=0.8)
    keeps, held_out, refit = nested(X, y, learner)
    fit = fit_signature(X, y, SEARCH, learner, ONCE, keep_models=True)
    assert list(fit.choices) == [{"keep": keep} for keep in keeps] and fit.kept == refit
    np.testing.assert_allclose(fit.out_of_fold, held_out, atol=1e-9)
    assert list(np.bincount(fit.resampled.loadings["model"])) == keeps
    assert len(set(keeps)) > 1  # or the test would see nothing of the choice


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
