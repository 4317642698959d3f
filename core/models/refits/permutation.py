"""The whole pipeline refitted under permuted labels."""

from functools import partial

import numpy as np

from core.models.refits.cohort import Cohort, Each, Scores, Target, one_by_one
from core.models.refits.fit import out_of_fold
from core.settings import Preset

Relabelled = tuple[Target, Preset]


def permuted(
    of: Cohort, number: int, both: int, seed: int, each: Each[Relabelled] = one_by_one
) -> list[tuple[Target, dict[str, Scores]]]:
    """Out-of-fold probabilities under permuted labels, everything refitted; the first under the real ones.

    Each with its labels and by preset: "leak_free" always, "published" for the real labels and for the first
    ``both`` permutations. Patients keep one label for all their rows.
    """
    numbers = np.random.default_rng(seed)
    labels = [of.target, *(_shuffled(of, numbers) for _ in range(number))]
    tasks: list[Relabelled] = [(target, "leak_free") for target in labels]
    tasks += [(target, "published") for target in labels[: both + 1]]
    found = each(partial(_under, of), tasks)
    presets = [{"leak_free": scores} for scores in found[: len(labels)]]
    for one, scores in zip(presets, found[len(labels) :], strict=False):
        one["published"] = scores
    return list(zip(labels, presets, strict=True))


def _shuffled(of: Cohort, numbers: np.random.Generator) -> Target:
    target = np.empty_like(of.target)
    for rows, label in zip(of.patients, numbers.permutation(of.labels), strict=True):
        target[rows] = label
    return target


def _under(of: Cohort, task: Relabelled) -> Scores:
    return out_of_fold(of, *task)
