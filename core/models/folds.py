"""The folds of a signature at work: each fits on its training rows and scores those that it left out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joblib import Parallel, delayed
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.models.inputs import Floats
from core.models.preparation import Prepared, Rows
from core.models.resampled import Condensed, condense
from core.models.search import Choice, Inner, Known, Recipe, choose
from core.models.selection import make_learner, make_pipeline
from core.models.steps import positive

Progress = Callable[[int, int], None]
Split = tuple[int, Rows, Rows]  # repeat, rows of the training and of the held-out part
Once = tuple[Prepared, Pipeline]


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What every fold fits, on which patients.

    ``once``: what stands outside the folds, so that a fold fits the learner alone, on the kept components.
    ``reference``: the z-score by which models are kept, None where they are not.
    """

    recipe: Recipe
    known: Known
    once: Once | None = None
    reference: StandardScaler | None = None

    def unfitted(self, recipe: Recipe) -> Any:
        """What a fold fits."""
        if self.once is not None:
            return make_learner(recipe.classifier)
        return make_pipeline(recipe.selection, recipe.classifier)

    def kept(self, fitted: Any, learned: Prepared) -> Condensed | None:
        """The model of a fold, fitted after what was ``learned``, where models are kept."""
        if self.reference is None:
            return None
        if self.once is not None:
            return condense(self.once[1], fitted, self.reference, self.once[0])
        return condense(fitted[:-1], fitted[-1], self.reference, learned)


@dataclass(frozen=True, slots=True, eq=False)
class FoldResult:
    """Probabilities of the held-out rows, the number of features, and the model where it is kept.

    ``choice``: what the fold's own search takes, {} without.
    """

    probability: Floats
    features: int
    kept: Condensed | None
    choice: Choice


def cross_predict(
    work: Work, splits: list[Split], inner: list[Inner], progress: Progress | None, workers: int
) -> list[FoldResult]:
    """What every split gives, in their order; ``progress(done, total)`` is called after each.

    ``inner``: of each split folds of its training rows, by which it searches; none where it does not.
    """
    pairs = zip(splits, inner or [()] * len(splits), strict=True)
    jobs = (delayed(_fold)(work, train, test, folds) for (_, train, test), folds in pairs)
    results: list[FoldResult] = []
    for result in Parallel(n_jobs=workers, return_as="generator")(jobs):
        results.append(result)
        if progress is not None:
            progress(len(results), len(splits))
    return results


def _fold(work: Work, train: Rows, test: Rows, inner: Inner) -> FoldResult:
    known = work.known
    with threadpool_limits(1):
        choice = choose(work.recipe, known, inner) if inner else {}
        step = work.unfitted(work.recipe.taking(choice))
        first, second, learned = known.preparation.split(known.values, train, test)
        probability = positive(step.fit(first, known.target[train]), second)
        return FoldResult(probability, first.shape[1], work.kept(step, learned), choice)
