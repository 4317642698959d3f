"""The learners that may take the forest's place, against scikit-learn called directly."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from skrebate import ReliefF

from core.errors import BundleError, ModelError
from core.models.influence import contributions
from core.models.learners import is_turned
from core.models.persist import from_bytes, learner_from_bytes, to_bytes
from core.models.resampled import Resampled, score
from core.models.selection import make_pipeline
from core.models.signature import SignatureFit, fit_signature, make_splits, predict
from core.settings import ForestSettings, LearnerSettings, ResamplingSettings, Settings
from tests.models.conftest import RESAMPLING, SELECTION, simulate

SEED = 11
LEARNERS = {
    "logistic": LearnerSettings("logistic", c=0.01, seed=SEED),
    "svm": LearnerSettings("svm", c=2.0, seed=SEED),
    "boosting": LearnerSettings("boosting", rounds=12, rate=0.2, depth=3, seed=SEED),
}
DIRECT = {
    "logistic": lambda: LogisticRegression(C=0.01, class_weight="balanced", solver="newton-cholesky"),
    "svm": lambda: CalibratedClassifierCV(
        SVC(C=2.0, class_weight="balanced"),
        ensemble=False,
        cv=StratifiedKFold(3, shuffle=True, random_state=SEED),
    ),
    "boosting": lambda: GradientBoostingClassifier(
        n_estimators=12, learning_rate=0.2, max_depth=3, random_state=SEED
    ),
}


@pytest.fixture(scope="module", params=["leak_free", "published"])
def preset(request) -> str:
    return request.param


@pytest.fixture(scope="module", params=list(LEARNERS))
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def fitted(cohort, name, preset) -> SignatureFit:
    return fit_signature(*cohort, SELECTION, LEARNERS[name], RESAMPLING, preset, keep_models=True)


def components(known: np.ndarray, y: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    """Kept components of known rows and of others, by scikit-learn and skrebate alone."""
    scale = StandardScaler().fit(known)
    size = min(len(known) - 1, 29)  # one of 30 features is constant
    pca = PCA(size, svd_solver="full").fit(scale.transform(known))
    first, *rest = (pca.transform(scale.transform(part)) for part in (known, *others))
    weights = ReliefF(1, 5).fit(first.copy(), y).feature_importances_
    kept = np.sort(np.argsort(-weights, kind="stable")[:6])
    return [part[:, kept] for part in (first, *rest)]


def directly(cohort, name, preset, new: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Out-of-fold by repeat, and the new rows by the model of every fold."""
    X, y = cohort[0].to_numpy(), cohort[1].to_numpy()
    held_out, scored = np.full((len(y), RESAMPLING.repeats), np.nan), []
    everything = components(X, y, X, new.to_numpy())
    for repeat, train, test in make_splits(cohort[0].index, y, RESAMPLING):
        if preset == "published":
            known, unseen, fresh = everything[0][train], everything[1][test], everything[2]
        else:
            known, unseen, fresh = components(X[train], y[train], X[test], new.to_numpy())
        model = DIRECT[name]().fit(known, y[train])
        held_out[test, repeat] = model.predict_proba(unseen)[:, 1]
        scored.append(model.predict_proba(fresh)[:, 1])
    return held_out, np.column_stack(scored)


def test_values_are_those_of_scikit_learn(cohort, fitted, name, preset) -> None:
    new = simulate(9)[0]
    held_out, scored = directly(cohort, name, preset, new)
    np.testing.assert_allclose(fitted.per_repeat, held_out, atol=1e-7)
    np.testing.assert_allclose(score(fitted.resampled, new), scored, atol=2e-6)
    assert roc_auc_score(cohort[1], fitted.out_of_fold) > 0.75


def test_kept_models_survive_their_frames(fitted) -> None:
    new, back = simulate(9)[0], Resampled.from_frames(fitted.resampled.to_frames())
    assert back.models == RESAMPLING.folds * RESAMPLING.repeats
    np.testing.assert_array_equal(score(back, new), score(fitted.resampled, new))


def test_round_trip_and_contributions(cohort, fitted) -> None:
    X = cohort[0]
    back = from_bytes(to_bytes(fitted.model))
    assert predict(back, X).equals(fitted.apparent.rename("probability"))
    found = contributions(back, fitted.medians, X.iloc[3])
    assert np.isfinite(found["contribution"]).all() and found["contribution"].abs().max() > 0


def test_equal_settings_give_equal_results_whatever_the_workers(cohort, name) -> None:
    once = ResamplingSettings(folds=3, repeats=1)
    one, two = (fit_signature(*cohort, SELECTION, LEARNERS[name], once, workers=n) for n in (1, 2))
    assert one.out_of_fold.equals(two.out_of_fold)


def test_the_forest_stands_where_nothing_else_is_chosen() -> None:
    assert Settings().classifier == ForestSettings()
    assert Settings(learner=LEARNERS["svm"]).classifier == LEARNERS["svm"]
    with pytest.raises(ValueError, match="ForestSettings"):
        make_pipeline(SELECTION, LearnerSettings())


def test_too_few_to_calibrate_is_named() -> None:
    X, y = simulate(3, n=20)
    rows = np.r_[np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:3]]
    few = X.iloc[rows], y.iloc[rows], SELECTION
    with pytest.raises(ModelError, match=r"LEARNER-FEW.*3 training patients of each outcome"):
        fit_signature(*few, LEARNERS["svm"], ResamplingSettings(folds=3, repeats=1))
    assert fit_signature(*few, LEARNERS["logistic"], ResamplingSettings(folds=3, repeats=1)).kept == 6


def test_a_calibration_that_turns_the_ranking_is_seen(cohort) -> None:
    turned = []
    for seed in range(12):
        X, y = simulate(seed, n=24, signal=0)
        model = make_pipeline(SELECTION, LearnerSettings("svm", seed=seed)).fit(X, y)
        score = model[-1].calibrated_classifiers_[0].estimator.decision_function(model[:-1].transform(X))
        agrees = np.corrcoef(score, model.predict_proba(X)[:, 1])[0, 1] > 0
        assert is_turned(model[-1]) != agrees
        turned.append(not agrees)
    assert any(turned) and not all(turned)
    assert not is_turned(make_pipeline(SELECTION, LEARNERS["svm"]).fit(*cohort)[-1])
    assert not is_turned(make_pipeline(SELECTION, LEARNERS["logistic"]).fit(*cohort)[-1])


def _svm(change):
    def apply(model) -> None:
        change(model[-1].calibrated_classifiers_[0])

    return "svm", apply


def _shorter(machine) -> None:
    machine.estimator.support_vectors_ = machine.estimator.support_vectors_[:-3]


def _more(machine) -> None:
    machine.estimator._n_support = machine.estimator._n_support + 5


def _leave(model) -> None:
    tree = model[-1].estimators_[0, 0].tree_
    state = tree.__getstate__()
    state["nodes"] = state["nodes"].copy()
    state["nodes"]["left_child"][0] = 10**9
    tree.__setstate__(state)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        _svm(_shorter), _svm(_more), _svm(lambda one: setattr(one.estimator, "kernel", "precomputed")),
        _svm(lambda one: setattr(one.estimator, "_dual_coef_", one.estimator._dual_coef_[:, :1])),
        _svm(lambda one: setattr(one, "estimator", LogisticRegression())),
        _svm(lambda one: setattr(one.calibrators[0], "a_", np.nan)),
        ("boosting", _leave), ("boosting", lambda m: setattr(m[-1], "init_", LogisticRegression())),
        ("boosting", lambda m: setattr(m[-1], "estimators_", m[-1].estimators_[:, :0])),
        ("logistic", lambda m: setattr(m[-1], "coef_", m[-1].coef_[:, :2])),
        ("logistic", lambda m: setattr(m[-1], "intercept_", np.array([np.inf]))),
        ("logistic", lambda m: m.steps.__setitem__(3, ("svm", m[-1]))),
        ("logistic", lambda m: setattr(m[-1], "classes_", np.array([1, 0]))),
    ],
)  # fmt: skip
def test_learners_that_do_not_hold_together_are_refused(cohort, name, change) -> None:
    model = make_pipeline(SELECTION, LEARNERS[name]).fit(*cohort)
    assert from_bytes(to_bytes(model)) is not None
    change(model)
    with pytest.raises(BundleError, match="MODEL-READ"):
        from_bytes(to_bytes(model))


def test_a_learner_of_other_components_is_refused(cohort, name) -> None:
    learner = make_pipeline(SELECTION, LEARNERS[name]).fit(*cohort)[-1]
    assert type(learner_from_bytes(to_bytes(learner), 6)) is type(learner)
    with pytest.raises(BundleError, match="MODEL-READ"):
        learner_from_bytes(to_bytes(learner), 7)


def test_frames_of_learners_that_do_not_fit_are_refused(cohort) -> None:
    once = ResamplingSettings(folds=3, repeats=1)
    for name, kind in (("svm", "learners"), ("boosting", "boosted")):
        fit = fit_signature(*cohort, SELECTION, LEARNERS[name], once, keep_models=True)
        frames = fit.resampled.to_frames()
        for changed in (frames | {kind: frames[kind].iloc[:-1]}, {**frames, "loadings": frames["features"]}):
            with pytest.raises(BundleError, match="BUNDLE-RESAMPLED"):
                Resampled.from_frames(changed)
