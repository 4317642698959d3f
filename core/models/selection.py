"""Steps that a signature learns inside each fold: z-score, PCA, ReliefF, and a learner, the random forest."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import SelectorMixin
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from core.errors import ModelError
from core.models.inputs import Floats
from core.models.learners import other_learner
from core.models.relief import best, weigh
from core.settings import Classifier, ForestSettings, SelectionSettings


class FoldPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """PCA by full SVD that never keeps more components than its fold can carry.

    ``components``: None for min(n - 1, p); a whole number, clipped to that; or a share of variance
    between 0 and 1. Directions without variance (constant or repeated features) are never kept:
    ReliefF, which scales by range, would take their rounding noise for signal.
    """

    def __init__(self, components: int | float | None = None) -> None:
        self.components = components

    def fit(self, X: ArrayLike, y: Any = None) -> "FoldPCA":
        """Learn mean (p,) and axes (k, p) from X (n, p)."""
        values = validate_data(self, X, dtype=np.float64, ensure_min_samples=2)
        with np.errstate(invalid="ignore"):  # no variance at all: the ratio of its one component is 0
            pca = PCA(svd_solver="full").fit(values)
        size = self._count(pca, values.shape)
        self.mean_, self.components_ = pca.mean_, pca.components_[:size]
        self.explained_variance_ratio_ = np.nan_to_num(pca.explained_variance_ratio_[:size])
        return self

    def transform(self, X: ArrayLike) -> Floats:
        """Scores (n, k) of X (n, p)."""
        check_is_fitted(self)
        scores: Floats = (
            validate_data(self, X, dtype=np.float64, reset=False) - self.mean_
        ) @ self.components_.T
        return scores

    @property
    def _n_features_out(self) -> int:
        return int(self.components_.shape[0])

    def _count(self, pca: PCA, shape: tuple[int, int]) -> int:
        singular = pca.singular_values_
        noise = singular[0] * max(shape) * np.finfo(np.float64).eps
        most = max(1, min(shape[0] - 1, int((singular > noise).sum())))
        if self.components is None:
            return most
        if 0 < self.components < 1:
            reached = np.cumsum(pca.explained_variance_ratio_) >= self.components
            return min(most, int(np.argmax(reached)) + 1)
        if self.components < 1 or self.components != int(self.components):
            expected = "PCA components: a whole number from 1, or a share of variance below 1"
            raise ModelError("COMPONENTS", expected, f"{self.components}", "Correct the setting.")
        return min(most, int(self.components))


class ReliefSelector(SelectorMixin, BaseEstimator):
    """Keeps the columns with the highest ReliefF weights, in their original order.

    Wraps skrebate's ReliefF (Urbanowicz et al., J Biomed Inform 2018) and the relatives of ``weigh``.
    ``neighbours``, of ReliefF alone, is cut to the size of the smallest class - 1, ``keep`` to the
    number of columns. Deterministic; equal weights keep the earlier column. Attributes:
    ``weights_`` (p,), ``kept_`` (k,) column indices.
    """

    def __init__(self, neighbours: int = 10, keep: int = 41, method: str = "relieff") -> None:
        self.neighbours = neighbours
        self.keep = keep
        self.method = method

    def fit(self, X: ArrayLike, y: ArrayLike) -> "ReliefSelector":
        """Weigh the columns of X (n, p) for the classes y (n,).

        Raises ValueError where y holds one class, or a class of a single sample.
        """
        values, labels = validate_data(self, X, y, dtype=np.float64, ensure_min_samples=2)
        check_classification_targets(labels)
        classes, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
        if classes.size < 2 or counts.min() < 2:
            raise ValueError(f"ReliefF needs 2 classes of 2 samples or more, got counts {counts.tolist()}.")
        nearest = max(1, min(int(self.neighbours), int(counts.min()) - 1))
        self.weights_: Floats = weigh(values, codes, self.method, nearest)
        self.kept_: NDArray[np.intp] = best(self.weights_, self.keep, self.method)
        return self

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        mask = np.zeros(self.weights_.size, dtype=bool)
        mask[self.kept_] = True
        return mask

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def make_pipeline(selection: SelectionSettings, classifier: Classifier) -> Pipeline:
    """Unfitted pipeline with steps scale, pca, relief, and the learner; fitted on (n, p) features and 0/1."""
    name = "forest" if isinstance(classifier, ForestSettings) else classifier.name
    return Pipeline([*selection_steps(selection), (name, make_learner(classifier))])


def make_learner(classifier: Classifier) -> Any:
    """Unfitted classifier that ends a pipeline."""
    return make_forest(classifier) if isinstance(classifier, ForestSettings) else other_learner(classifier)


def selection_steps(selection: SelectionSettings) -> list[tuple[str, Any]]:
    """Steps scale, pca, relief. A constant feature is centred, not scaled, and gets no loading."""
    return [
        ("scale", StandardScaler()),
        ("pca", FoldPCA(selection.components)),
        ("relief", ReliefSelector(selection.neighbours, selection.keep, selection.method)),
    ]


def make_forest(forest: ForestSettings) -> RandomForestClassifier:
    """Random forest: sqrt(k) features per split, balanced classes, one thread, seeded."""
    return RandomForestClassifier(
        n_estimators=forest.trees,
        max_features="sqrt",
        min_samples_leaf=forest.min_leaf,
        class_weight="balanced",
        random_state=forest.seed,
        n_jobs=1,
    )
