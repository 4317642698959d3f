"""The steps of a fold on plain arrays: components of both its parts, and the learner's probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.models.inputs import Floats
from core.models.quick_forest import mean_vote, tree_votes
from core.models.selection import make_learner, selection_steps
from core.settings import Classifier, ForestSettings, SelectionSettings


def components(selection: SelectionSettings, known: Floats, unseen: Floats) -> tuple[Floats, Floats]:
    """Scores (n, k) and (m, k) of features known (n, p) and unseen (m, p): z-score and PCA of the known."""
    scale, pca = (step for _, step in selection_steps(selection)[:2])
    scaled = scale.fit_transform(known)
    return pca.fit(scaled).transform(scaled), pca.transform(scale.transform(unseen))


def learn(classifier: Classifier, known: Floats, target: NDArray[np.int64], unseen: Floats) -> Floats:
    """Probability (m,) of rows unseen (m, k) by the learner fitted on known (n, k), target (n,) of 0 and 1.

    The forest by the quick path, the others as ``make_learner`` makes them; the bits are the same.
    """
    if isinstance(classifier, ForestSettings):
        votes = tree_votes(known, target, unseen, classifier)
        return np.clip(mean_vote(votes, classifier.trees), 0, 1)
    return positive(make_learner(classifier).fit(known, target), unseen)


def positive(model: Any, values: Any) -> Floats:
    """Probability (n,) of the outcome 1."""
    return np.asarray(model.predict_proba(values)[:, 1], dtype=np.float64)
