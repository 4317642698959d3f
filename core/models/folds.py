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


@dataclass(frozen=True, slots=True, eq=False)
class FoldResult:
    """Probabilities of the held-out rows, the number of features, and the model where it is kept."""

    probability: Floats
    features: int
    kept: Condensed | None


def cross_predict(
    work: Work, splits: list[Split], progress: Progress | None, workers: int, keep: Keep | None
) -> list[FoldResult]:
    """What every split gives, in their order; ``progress(done, total)`` is called after each."""
    jobs = (delayed(_fold)(clone(work.step), work, train, test, keep) for _, train, test in splits)
    results: list[FoldResult] = []
    for result in Parallel(n_jobs=workers, return_as="generator")(jobs):
        results.append(result)
        if progress is not None:
            progress(len(results), len(splits))
    return results


def _fold(step: Any, work: Work, train: Rows, test: Rows, keep: Keep | None) -> FoldResult:
    with threadpool_limits(1):
        known, unseen, learned = work.preparation.split(work.values, train, test)
        probability = positive(step.fit(known, work.target[train]), unseen)
        if keep is None:
            return FoldResult(probability, known.shape[1], None)
        prepared, before = (learned, step[:-1]) if keep.once is None else keep.once
        learner = step[-1] if keep.once is None else step
        return FoldResult(probability, known.shape[1], condense(before, learner, keep.reference, prepared))


def positive(model: Any, values: Any) -> Floats:
    """Probability (n,) of the outcome 1."""
    return np.asarray(model.predict_proba(values)[:, 1], dtype=np.float64)
