"""What the learner says of the patients that each fold left out."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from core.models.learners import check_learner
from core.models.quick_forest import mean_vote, tree_votes
from core.models.steps import learn
from core.models.tuning.choice import Chosen, Folds, Remember
from core.models.tuning.projections import Projections
from core.settings import Classifier, ForestSettings, LearnerSettings, SelectionSettings

BLOCK = 100  # trees grown at a time, so that a larger forest only adds the trees it lacks


def probabilities(
    chosen: Chosen,
    selection: SelectionSettings,
    classifier: Classifier,
    remember: Remember = lambda make, *_: make(),
) -> pd.Series:
    """Out-of-fold probabilities (n,) of the learner on the chosen components; trees grow in blocks."""
    if not isinstance(classifier, ForestSettings):
        return remember(partial(learned, chosen, classifier), selection, classifier)
    blocks = []
    for first in range(0, classifier.trees, BLOCK):
        part = replace(classifier, trees=first + BLOCK)
        blocks.append(remember(partial(fold_votes, chosen, part, first), selection, part))
    return out_of_fold(chosen.projections, blocks, classifier.trees)


def learned(chosen: Chosen, classifier: LearnerSettings) -> pd.Series:
    """Out-of-fold probability of each patient by a learner that is no forest.

    Raises ModelError LEARNER-FEW.
    """
    folds, p = chosen.projections.folds, np.full(len(chosen.projections.index), np.nan)
    check_learner(classifier, [fold.target for fold in folds])
    with threadpool_limits(1):
        for fold, at in zip(folds, chosen.kept, strict=True):
            p[fold.test] = learn(classifier, fold.known[:, at], fold.target, fold.unseen[:, at])
    return pd.Series(p, index=chosen.projections.index, name="out_of_fold")


def fold_votes(chosen: Chosen, forest: ForestSettings, first: int = 0) -> Folds:
    """Votes (n_test, trees - first) of the trees from ``first`` on, for each fold's test patients."""
    pairs = zip(chosen.projections.folds, chosen.kept, strict=True)
    return tuple(tree_votes(f.known[:, at], f.target, f.unseen[:, at], forest, first) for f, at in pairs)


def out_of_fold(projections: Projections, blocks: Sequence[Folds], trees: int) -> pd.Series:
    """Out-of-fold probability of each patient, from the first ``trees`` trees of ``fold_votes``."""
    p = np.full(len(projections.index), np.nan)
    for number, fold in enumerate(projections.folds):
        p[fold.test] = mean_vote(np.hstack([block[number] for block in blocks]), trees)
    return pd.Series(p, index=projections.index, name="out_of_fold").clip(0, 1)
