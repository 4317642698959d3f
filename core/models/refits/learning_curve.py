"""The whole pipeline refitted on fewer patients."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from core.errors import ModelError
from core.models.learners import check_learner
from core.models.preparation import Rows
from core.models.refits.cohort import Cohort, Each, Pairs, Scores, Target, one_by_one
from core.models.refits.fit import fused, pairs, score

Step = tuple[int, float, int]  # seed, share, repeat


def learning_curve(
    of: Cohort, shares: Sequence[float], repeats: int, seed: int, each: Each[Step] = one_by_one
) -> list[tuple[float, int, float, Scores]]:
    """(share, repeat, mean number of training patients, held-out probabilities) of smaller training parts.

    Folds of repeat r are those of the study's repeat r. Of each training part a share (in (0, 1]) of every
    class is taken, at least 2 patients; larger shares hold the smaller ones. The nomogram is stacked on the
    held-out signatures. All NaN where a share is too small for the learner or its search.
    """
    steps = [(seed, share, repeat) for repeat in range(repeats) for share in shares]
    sizes = [np.mean([of.index[train].nunique() for train, _ in _fewer(of, step)[1]]) for step in steps]
    found = each(partial(_smaller, of), steps)
    return [(s, r, float(n), one) for (_, s, r), n, one in zip(steps, sizes, found, strict=True)]


def _smaller(of: Cohort, step: Step) -> Scores:
    folds, fewer = _fewer(of, step)
    found = {name: np.full(len(of.index), np.nan) for name in of.models}
    try:
        for name, family in of.families.items():
            check_learner(family.recipe.classifier, [of.target[train] for train, _ in fewer])
            for train, test in fewer:
                found[name][test] = score(of, name, of.target, train, test)
    except ModelError:  # too few patients for the learner
        return {name: np.full(len(of.index), np.nan) for name in of.models}
    return found | fused(of, found, of.target, folds)


def _fewer(of: Cohort, step: Step) -> tuple[Pairs, Pairs]:
    """Folds of the step's repeat, and the same with a share of each training part."""
    seed, share, repeat = step
    folds = pairs(of.repeated(repeat), of.target)
    numbers = np.random.default_rng([seed, repeat])
    return folds, [(_share(of.target, train, share, numbers), test) for train, test in folds]


def _share(target: Target, train: Rows, share: float, numbers: np.random.Generator) -> Rows:
    """A share of the rows of each class, the first of an order that does not depend on the share."""
    parts = []
    for label in (0, 1):
        rows = numbers.permutation(train[target[train] == label])
        parts.append(rows[: max(2, round(share * len(rows)))])
    return np.sort(np.concatenate(parts))
