"""The whole pipeline refitted on bootstrap samples of the patients."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from core.errors import ModelError
from core.models.inputs import Floats
from core.models.preparation import Rows
from core.models.refits.cohort import FUSED, Cohort, Each, Scores, one_by_one
from core.models.refits.fit import nomogram, pairs, score


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrapped:
    """Models of bootstrap samples. ``draws``: rows of each sample, the first of them every row once.

    ``probabilities``: model -> (draws, n), of every patient by the model of each sample; NaN where it could
    not be fitted there.
    """

    draws: tuple[Rows, ...]
    probabilities: dict[str, Floats]


def bootstrap(of: Cohort, number: int, seed: int, each: Each[Rows] = one_by_one) -> Bootstrapped:
    """The whole pipeline refitted on samples of patients drawn with replacement, each class by itself.

    A sample has as many patients of each class as the cohort. The nomogram of a sample comes from
    out-of-fold signatures of the sample, all rows of a patient in one fold; where too few different
    patients were drawn for its folds it is NaN, and so is a signature that cannot search in them.
    """
    numbers = np.random.default_rng(seed)
    draws = (of.rows, *(_draw(of, numbers) for _ in range(number)))
    found = each(partial(_sample, of), draws)
    return Bootstrapped(draws, {name: np.vstack([one[name] for one in found]) for name in of.models})


def _draw(of: Cohort, numbers: np.random.Generator) -> Rows:
    rows, labels = of.patients, of.labels
    drawn = [numbers.choice(np.flatnonzero(labels == c), (labels == c).sum()) for c in (0, 1)]
    return np.concatenate([rows[i] for part in drawn for i in part])


def _sample(of: Cohort, drawn: Rows) -> Scores:
    found = {name: _signature(of, name, drawn) for name in of.families}
    return found | ({FUSED: _nomogram(of, drawn, found)} if of.fused else {})


def _signature(of: Cohort, name: str, drawn: Rows) -> Floats:
    try:
        return score(of, name, of.target, drawn, of.rows)
    except ModelError:  # too few different patients for the inner folds
        return np.full(len(of.index), np.nan)


def _nomogram(of: Cohort, drawn: Rows, found: Scores) -> Floats:
    sample = replace(of, index=of.index[drawn], target=of.target[drawn])
    held_out = np.empty((len(drawn), len(of.fused)))
    try:
        for train, test in pairs(sample, sample.target):
            for column, name in enumerate(of.fused):
                held_out[test, column] = score(of, name, of.target, drawn[train], drawn[test])
    except ModelError:  # too few different patients
        return np.full(len(of.index), np.nan)
    whole = np.column_stack([found[name] for name in of.fused])
    return nomogram(of, (held_out, drawn), sample.target, (whole, of.rows))
