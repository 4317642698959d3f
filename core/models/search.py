"""How many components a signature keeps: chosen by inner folds of the patients that it learns from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import Pipeline

from core.models.inputs import Floats
from core.models.preparation import Preparation, Rows
from core.models.relief import best

INNER = 3
Inner = Sequence[tuple[Rows, Rows]]  # rows of the training and of the held-out part


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """Values (n, p) and outcome (n,) of all patients, and how a part of them is prepared."""

    values: Floats
    target: NDArray[np.int64]
    preparation: Preparation


def candidates(keep: int) -> tuple[int, ...]:
    """The setting, its half, quarter and eighth, rounded up: ascending."""
    return tuple(sorted({-(-keep // 2**times) for times in range(4)}))


def choose_keep(pipeline: Pipeline, known: Known, inner: Inner) -> int:
    """Number of components to keep, of the candidates of the pipeline's own: highest mean AUC of the inner
    folds, of equal ones the smallest.

    Every step is fitted anew on the training part of each inner fold; ``pipeline`` stays unfitted.
    """
    sizes = candidates(pipeline["relief"].keep)
    areas = np.mean([_areas(pipeline, known, train, test, sizes) for train, test in inner], axis=0)
    return sizes[int(np.argmax(np.round(areas, 10)))]


def _areas(pipeline: Pipeline, known: Known, train: Rows, test: Rows, sizes: tuple[int, ...]) -> list[float]:
    """Held-out AUC of every size in one inner fold; one half where the part holds one outcome."""
    before, target = clone(pipeline[:-1]), known.target[test]
    first, second, _ = known.preparation.split(known.values, train, test)
    before.fit(first, known.target[train])
    if np.unique(target).size < 2:
        return [0.5] * len(sizes)
    relief = before["relief"]
    scores = [before[:-1].transform(part) for part in (first, second)]
    areas = []
    for size in sizes:
        columns = best(relief.weights_, size, relief.method)
        learner = clone(pipeline[-1]).fit(scores[0][:, columns], known.target[train])
        areas.append(float(roc_auc_score(target, learner.predict_proba(scores[1][:, columns])[:, 1])))
    return areas
