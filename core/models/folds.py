"""The folds of a signature at work: each fits on its training rows and scores those that it left out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.models.inputs import Floats
from core.models.preparation import Preparation, Prepared, Rows
from core.models.resampled import Condensed, condense
from core.models.search import Inner, Known, choose_keep

Progress = Callable[[int, int], None]
Split = tuple[int, Rows, Rows]  # repeat, rows of the training and of the held-out part


@dataclass(frozen=True, slots=True)
class Keep:
    """How the model of a fold is kept: scaled as ``reference``; ``once``: what stands outside the folds."""

    reference: StandardScaler
    once: tuple[Prepared, Pipeline] | None


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What every fold fits, on rows of which values and outcome, after which preparation."""

    step: Any
    values: Floats
    target: NDArray[np.int64]
    preparation: Preparation

    def chosen(self, inner: Inner) -> int | None:
        """How many components inner folds choose to keep; None without such folds."""
        known = Known(self.values, self.target, self.preparation)
        return choose_keep(self.step, known, inner) if inner else None


@dataclass(frozen=True, slots=True, eq=False)
class FoldResult:
    """Probabilities of the held-out rows, the number of features, and the model where it is kept.

    ``chosen``: how many components the fold's own search keeps, None without.
    """

    probability: Floats
    features: int
    kept: Condensed | None
    chosen: int | None = None


def cross_predict(
    work: Work,
    splits: list[Split],
    progress: Progress | None,
    workers: int,
    keep: Keep | None,
    inner: list[Inner] | None = None,
) -> list[FoldResult]:
    """What every split gives, in their order; ``progress(done, total)`` is called after each.

    ``inner``: folds of each split's training rows, by which it chooses how many components to keep.
    """
    own: list[Inner] = [()] * len(splits) if inner is None else inner
    jobs = (
        delayed(_fold)(clone(work.step), work, train, test, keep, folds)
        for (_, train, test), folds in zip(splits, own, strict=True)
    )
    results: list[FoldResult] = []
    for result in Parallel(n_jobs=workers, return_as="generator")(jobs):
        results.append(result)
        if progress is not None:
            progress(len(results), len(splits))
    return results


def _fold(step: Any, work: Work, train: Rows, test: Rows, keep: Keep | None, inner: Inner) -> FoldResult:
    with threadpool_limits(1):
        chosen = work.chosen(inner)
        if chosen is not None:
            step.set_params(relief__keep=chosen)
        known, unseen, learned = work.preparation.split(work.values, train, test)
        probability = positive(step.fit(known, work.target[train]), unseen)
        if keep is None:
            return FoldResult(probability, known.shape[1], None, chosen)
        prepared, before = (learned, step[:-1]) if keep.once is None else keep.once
        learner = step[-1] if keep.once is None else step
        kept = condense(before, learner, keep.reference, prepared)
        return FoldResult(probability, known.shape[1], kept, chosen)


def positive(model: Any, values: Any) -> Floats:
    """Probability (n,) of the outcome 1."""
    return np.asarray(model.predict_proba(values)[:, 1], dtype=np.float64)
