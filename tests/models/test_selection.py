import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import estimator_checks_generator
from skrebate import ReliefF

from core.errors import ModelError
from core.models.selection import FoldPCA, ReliefSelector, make_pipeline
from core.settings import ForestSettings, SelectionSettings


def _checks():
    for estimator in (ReliefSelector(), FoldPCA()):
        for _, check in estimator_checks_generator(estimator):
            # Needs an array API backend that is not switched on here.
            if check.func.__name__ != "check_array_api_input":
                yield pytest.param(estimator, check, id=f"{type(estimator).__name__}-{check.func.__name__}")


@pytest.mark.parametrize(("estimator", "check"), list(_checks()))
def test_scikit_learns_own_checks(estimator, check) -> None:
    check(clone(estimator))


@pytest.mark.parametrize("seed", range(8))
def test_weights_equal_skrebate_with_ties_and_constant_columns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, p = int(rng.integers(14, 40)), int(rng.integers(3, 20))
    X = np.round(rng.normal(size=(n, p)), seed % 3)
    X[:, 0] = 1.0
    y = np.r_[0, 0, 0, 1, 1, 1, rng.integers(0, 2, n - 6)]
    k = min(7, np.bincount(y).min() - 1)
    expected = ReliefF(n_features_to_select=1, n_neighbors=int(k)).fit(X, y).feature_importances_
    found = ReliefSelector(neighbours=7, keep=2).fit(X, y)
    assert found.weights_ == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert set(found.weights_[found.kept_]) == set(np.sort(expected)[-2:])
    assert (found.transform(X) == X[:, found.kept_]).all()


def test_keep_and_neighbours_are_cut_to_what_there_is() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(12, 4)), np.repeat([0, 1], [9, 3])
    wide = ReliefSelector(neighbours=100, keep=50).fit(X, y)
    assert (wide.kept_ == np.arange(4)).all()
    assert (wide.weights_ == ReliefSelector(neighbours=2, keep=50).fit(X, y).weights_).all()


@pytest.mark.parametrize("y", [np.zeros(6, int), np.r_[1, np.zeros(5, int)]])
def test_relief_needs_two_of_each_class(y) -> None:
    with pytest.raises(ValueError, match="2 classes of 2 samples"):
        ReliefSelector().fit(np.random.default_rng(0).normal(size=(6, 3)), y)


@pytest.mark.parametrize(("n", "p"), [(20, 50), (40, 12)])
def test_all_components_are_those_of_pca(n: int, p: int) -> None:
    X = np.random.default_rng(n).normal(size=(n, p))
    ours, theirs = FoldPCA().fit(X), PCA(n_components=min(n - 1, p), svd_solver="full").fit(X)
    assert ours.transform(X) == pytest.approx(theirs.transform(X), abs=1e-10)
    assert ours.explained_variance_ratio_ == pytest.approx(theirs.explained_variance_ratio_)


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_share_of_variance(share: float) -> None:
    X = np.random.default_rng(3).normal(size=(30, 20)) * np.geomspace(10, 0.1, 20)
    assert len(FoldPCA(share).fit(X).components_) == len(PCA(share, svd_solver="full").fit(X).components_)


def test_components_are_cut_to_the_fold_and_to_real_variance() -> None:
    X = np.random.default_rng(4).normal(size=(10, 40))
    assert len(FoldPCA(41).fit(X).components_) == 9
    assert len(FoldPCA(5).fit(X).components_) == 5
    repeated = np.column_stack([X[:, :3], X[:, :3], np.ones(10)])
    assert len(FoldPCA().fit(repeated).components_) == 3
    assert len(FoldPCA().fit(np.ones((10, 4))).components_) == 1


@pytest.mark.parametrize("components", [0, -3, 2.5])
def test_bad_components(components) -> None:
    with pytest.raises(ModelError, match="COMPONENTS"):
        FoldPCA(components).fit(np.random.default_rng(0).normal(size=(10, 4)))


def test_pipeline_of_the_settings() -> None:
    pipeline = make_pipeline(SelectionSettings(0.9, 7, 20), ForestSettings(33, 3, 5))
    assert list(pipeline.named_steps) == ["scale", "pca", "relief", "forest"]
    forest = pipeline["forest"].get_params()
    expected = {"n_estimators": 33, "min_samples_leaf": 3, "random_state": 5, "max_features": "sqrt"}
    assert expected.items() <= forest.items()
    assert (forest["class_weight"], forest["n_jobs"]) == ("balanced", 1)
    assert (pipeline["relief"].neighbours, pipeline["relief"].keep) == (7, 20)
