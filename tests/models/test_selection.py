import numpy as np
import pytest
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.utils.estimator_checks import estimator_checks_generator
from skrebate import SURF, MultiSURF, ReliefF

from core.errors import ModelError
from core.models.selection import FoldPCA, ReliefSelector, make_pipeline
from core.settings import ForestSettings, SelectionSettings


def _name(estimator) -> str:
    return f"{type(estimator).__name__}-{getattr(estimator, 'method', '')}"


def _checks():
    relatives = [ReliefSelector(method=name) for name in ("surf", "multisurf", "fae")]
    for estimator in (ReliefSelector(), *relatives, FoldPCA()):
        for _, check in estimator_checks_generator(estimator):
            # Needs an array API backend that is not switched on here.
            if check.func.__name__ != "check_array_api_input":
                yield pytest.param(estimator, check, id=f"{_name(estimator)}-{check.func.__name__}")


@pytest.mark.parametrize(("estimator", "check"), list(_checks()))
def test_scikit_learns_own_checks(estimator, check) -> None:
    check(clone(estimator))


@pytest.mark.parametrize("seed", range(20))
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


@pytest.mark.parametrize("kind", [SURF, MultiSURF])
@pytest.mark.parametrize("seed", range(4))
def test_relatives_are_those_of_skrebate(kind, seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(30, 8)), np.r_[0, 0, 1, 1, rng.integers(0, 2, 26)]
    X[:, 0] += 3 * y
    X[:, 7] = 1.0
    found = ReliefSelector(keep=3, method=kind.__name__.lower()).fit(X, y)
    expected = kind(n_features_to_select=3).fit(X, y)
    assert found.weights_ == pytest.approx(expected.feature_importances_, rel=1e-9, abs=1e-12)
    assert set(found.kept_) == set(expected.top_features_[:3]) and 0 in found.kept_


def test_fae_on_a_case_by_hand() -> None:
    # Columns of L2 norm 10 and 5: scaled rows a (.1, 0), b (.1, .6), c (.7, 0), d (.7, .8).
    X = np.array([[1.0, 0.0, 0.0], [1.0, 3.0, 0.0], [7.0, 0.0, 0.0], [7.0, 4.0, 0.0]])
    y = np.array([0, 0, 1, 1])
    # Hits a-b, c-d. Misses a-c (.6), b-d (.36 + .04), c-a (.6), d-b. Squared, miss less hit, mean of four:
    # first column .36 - 0 in every row; second 0 - .36, .04 - .36, 0 - .64, .04 - .64.
    found = ReliefSelector(keep=1, method="fae").fit(X, y)
    assert found.weights_ == pytest.approx([0.36, -0.48, 0.0], abs=1e-12)
    assert list(found.kept_) == [1]  # the largest weight by its size, though negative


@pytest.mark.parametrize("seed", range(5))
def test_fae_by_its_definition_row_by_row(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(25, 6)), np.r_[0, 0, 1, 1, rng.integers(0, 2, 21)]
    scaled, expected = X / np.sqrt((X**2).sum(axis=0)), np.zeros(6)
    for i in range(25):
        others = sorted(
            (j for j in range(25) if j != i), key=lambda j, i=i: ((scaled[i] - scaled[j]) ** 2).sum()
        )
        hit, miss = (next(j for j in others if (y[j] == y[i]) == same) for same in (True, False))
        expected += ((scaled[i] - scaled[miss]) ** 2 - (scaled[i] - scaled[hit]) ** 2) / 25
    found = ReliefSelector(keep=2, method="fae").fit(X, y)
    assert found.weights_ == pytest.approx(expected, abs=1e-12)
    assert set(found.kept_) == set(np.argsort(-np.abs(expected))[:2])


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(ValueError, match="relieff, surf, multisurf or fae"):
        ReliefSelector(method="relief").fit(np.random.default_rng(0).normal(size=(8, 3)), np.arange(8) % 2)


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
