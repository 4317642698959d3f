"""Votes of a random forest, tree by tree: scikit-learn's own trees without the work around each of them.

``RandomForestClassifier`` spends most of its time on a small cohort in Python, on clones and checks of
every tree. Here its compiled builder is called directly, with its seeds in its order, so that the
probabilities have the same bits; the tests compare them with ``make_forest``.
"""

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from sklearn.tree._criterion import Gini
from sklearn.tree._splitter import BestSplitter
from sklearn.tree._tree import DepthFirstTreeBuilder, Tree
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_sample_weight

from core.models.inputs import Floats
from core.settings import ForestSettings

DEEPEST = np.iinfo(np.int32).max


def tree_votes(
    train: Floats, target: NDArray[np.int64], test: Floats, forest: ForestSettings, first: int = 0
) -> Floats:
    """Probability of class 1 that each tree gives each row of test: (n_test, trees - first).

    ``target`` (n,) holds 0 and 1, both of them. Trees before ``first`` are not grown: tree i is the
    same in every forest of this seed, whatever their number.
    """
    numbers = check_random_state(forest.seed)
    drawn = [numbers.randint(DEEPEST) for _ in range(forest.trees)][first:]
    rows, known = (np.ascontiguousarray(part, dtype=np.float32) for part in (test, train))
    labels = np.ascontiguousarray(target[:, None], dtype=np.float64)
    weight = compute_sample_weight("balanced", target)
    reached = np.cumsum(weight / np.sum(weight))
    reached /= reached[-1]
    votes = np.empty((len(rows), len(drawn)))
    for column, seed in enumerate(drawn):
        numbers.seed(seed)
        # As RandomState.choice with these probabilities draws, which would add them up for each tree.
        sample = reached.searchsorted(numbers.random_sample(len(known)), side="right")
        counts = np.bincount(sample, minlength=len(known)).astype(np.float64)
        numbers.seed(seed)
        votes[:, column] = _grow(known, labels, counts, numbers, forest.min_leaf).predict(rows)[:, 1]
    return votes


def mean_vote(votes: Floats, trees: int) -> Floats:
    """Probability (n,) of the forest of the first ``trees`` trees, summed in the order of the trees."""
    total: Floats = np.cumsum(votes[:, :trees], axis=1)[:, -1]
    return total / trees


def _grow(
    rows: NDArray[np.float32], labels: Floats, counts: Floats, numbers: np.random.RandomState, leaf: int
) -> Tree:
    classes = np.array([2], dtype=np.intp)
    per_split, at_least = max(1, int(sqrt(rows.shape[1]))), max(2, 2 * leaf)
    splitter = BestSplitter(Gini(1, classes), per_split, leaf, 0.0, numbers, None)
    tree = Tree(rows.shape[1], classes, 1)
    DepthFirstTreeBuilder(splitter, at_least, leaf, 0.0, DEEPEST, 0.0).build(tree, rows, labels, counts, None)
    return tree
