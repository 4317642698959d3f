"""What refitting the whole pipeline tells: on bootstrap samples, under permuted labels, on fewer patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from core.errors import ModelError
from core.models.folds import Progress
from core.models.inputs import Floats
from core.models.preparation import Rows
from core.models.refit import FUSED, Cohort, Scores, Target, each, fused, nomogram, out_of_fold, pairs, score


@dataclass(frozen=True, slots=True, eq=False)
class Bootstrapped:
    """Models of bootstrap samples. ``draws``: rows of each sample, the first of them every row once.

    ``probabilities``: model -> (draws, n), of every patient by the model of each sample; NaN where it could
    not be fitted there.
    """

    draws: tuple[Rows, ...]
    probabilities: dict[str, Floats]


def bootstrap(
    of: Cohort, number: int, seed: int, progress: Progress | None = None, workers: int = 1
) -> Bootstrapped:
    """The whole pipeline refitted on samples of patients drawn with replacement, each class by itself.

    A sample has as many patients of each class as the cohort. The nomogram of a sample comes from
    out-of-fold signatures of the sample, all rows of a patient in one fold; where too few different
    patients were drawn for its folds it is NaN.
    """
    numbers = np.random.default_rng(seed)
    draws = (of.rows, *(_draw(of, numbers) for _ in range(number)))
    found = each(partial(_sample, of), draws, len(draws), progress, workers)
    return Bootstrapped(draws, {name: np.vstack([one[name] for one in found]) for name in of.models})


def permuted(
    of: Cohort, number: int, both: int, seed: int, progress: Progress | None = None, workers: int = 1
) -> list[tuple[Target, dict[str, Scores]]]:
    """Out-of-fold probabilities under permuted labels, everything refitted; the first under the real ones.

    Each with its labels and by preset: "leak_free" always, "published" for the real labels and for the first
    ``both`` permutations. Patients keep one label for all their rows.
    """
    numbers = np.random.default_rng(seed)
    labels = [of.target, *(_shuffled(of, numbers) for _ in range(number))]
    tasks = [(target, i <= both) for i, target in enumerate(labels)]
    return each(partial(_relabelled, of), tasks, len(tasks), progress, workers)


def learning_curve(
    of: Cohort,
    shares: Sequence[float],
    repeats: int,
    seed: int,
    progress: Progress | None = None,
    workers: int = 1,
) -> list[tuple[float, int, float, Scores]]:
    """(share, repeat, mean number of training patients, held-out probabilities) of smaller training parts.

    Folds of repeat r are those of the study's repeat r. Of each training part a share (in (0, 1]) of every
    class is taken, at least 2 patients; larger shares hold the smaller ones. The nomogram is stacked on the
    held-out signatures.
    """
    tasks = [(share, repeat) for repeat in range(repeats) for share in shares]
    return each(partial(_smaller, of, seed), tasks, len(tasks), progress, workers)


def _draw(of: Cohort, numbers: np.random.Generator) -> Rows:
    rows, labels = _patients(of)
    drawn = [numbers.choice(np.flatnonzero(labels == c), (labels == c).sum()) for c in (0, 1)]
    return np.concatenate([rows[i] for part in drawn for i in part])


def _shuffled(of: Cohort, numbers: np.random.Generator) -> Target:
    rows, labels = _patients(of)
    target = np.empty_like(of.target)
    for at, label in zip(rows, numbers.permutation(labels), strict=True):
        target[at] = label
    return target


def _patients(of: Cohort) -> tuple[list[Rows], Target]:
    """Rows of each patient, and the patient's label."""
    codes, found = pd.factorize(of.index)
    rows = [np.flatnonzero(codes == code) for code in range(len(found))]
    return rows, np.array([of.target[at[0]] for at in rows])


def _sample(of: Cohort, drawn: Rows) -> Scores:
    found = {name: score(f, of.target, drawn, of.rows, of.forest) for name, f in of.families.items()}
    if of.fused:
        found[FUSED] = _sample_nomogram(of, drawn, found)
    return found


def _sample_nomogram(of: Cohort, drawn: Rows, found: Scores) -> Floats:
    sample = Cohort(of.index[drawn], of.target[drawn], of.families, of.fused, of.forest, of.resampling)
    try:
        folds = pairs(sample, sample.target)
    except ModelError:  # too few different patients
        return np.full(len(of.index), np.nan)
    held_out = np.empty((len(drawn), len(of.fused)))
    for column, name in enumerate(of.fused):
        for train, test in folds:
            args = (of.target, drawn[train], drawn[test], of.forest)
            held_out[test, column] = score(of.families[name], *args)
    return nomogram(held_out, sample.target, np.column_stack([found[name] for name in of.fused]))


def _relabelled(of: Cohort, task: tuple[Target, bool]) -> tuple[Target, dict[str, Scores]]:
    target, both = task
    found = {"leak_free": out_of_fold(of, target)}
    if both:
        found["published"] = out_of_fold(of, target, "published")
    return target, found


def _smaller(of: Cohort, seed: int, task: tuple[float, int]) -> tuple[float, int, float, Scores]:
    share, repeat = task
    folds = pairs(of.repeated(repeat), of.target)
    numbers = np.random.default_rng([seed, repeat])
    fewer = [(_share(of.target, train, share, numbers), test) for train, test in folds]
    found = {name: np.empty(len(of.index)) for name in of.families}
    for name, family in of.families.items():
        for train, test in fewer:
            found[name][test] = score(family, of.target, train, test, of.forest)
    size = float(np.mean([of.index[train].nunique() for train, _ in fewer]))
    return share, repeat, size, found | fused(of, found, of.target, folds)


def _share(target: Target, train: Rows, share: float, numbers: np.random.Generator) -> Rows:
    """A share of the rows of each class, the first of an order that does not depend on the share."""
    parts = []
    for label in (0, 1):
        rows = numbers.permutation(train[target[train] == label])
        parts.append(rows[: max(2, round(share * len(rows)))])
    return np.sort(np.concatenate(parts))
