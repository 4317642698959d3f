"""Training patients with everything that is refitted on them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.inputs import Floats
from core.models.preparation import NOTHING, Metadata, Preparation, Rows
from core.models.search import Known, Recipe
from core.models.signature import make_splits
from core.settings import Classifier, ResamplingSettings, SearchSettings, SelectionSettings

Target = NDArray[np.int64]
Pairs = list[tuple[Rows, Rows]]  # training and held-out rows
Scores = dict[str, Floats]  # model -> a probability per row
FUSED = "DLRN"
Task = TypeVar("Task")
# Gives what the work makes of every task, in their order.
Each = Callable[[Callable[[Task], Scores], Sequence[Task]], list[Scores]]


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Features (n, p) of the training patients, and how their signature is made."""

    values: Floats
    recipe: Recipe
    preparation: Preparation

    def known(self, target: Target) -> Known:
        """The patients under these labels."""
        return Known(self.values, target, self.preparation)


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Training patients and everything that is refitted on them.

    ``families``: signature -> its features; ``fused``: signatures that the nomogram joins, none without it;
    ``covariates``: what it joins beside them, as ``fit_fusion`` takes it: a row per row here.
    """

    index: "pd.Index[Any]"
    target: Target
    families: Mapping[str, Family]
    fused: tuple[str, ...]
    covariates: pd.DataFrame
    resampling: ResamplingSettings

    @property
    def models(self) -> list[str]:
        """Names of the signatures, and of the nomogram where there is one."""
        return [*self.families, *([FUSED] if self.fused else [])]

    @property
    def rows(self) -> Rows:
        """Every row."""
        return np.arange(len(self.index))

    @property
    def patients(self) -> list[Rows]:
        """Rows of each patient."""
        codes, found = pd.factorize(self.index)
        return [np.flatnonzero(codes == code) for code in range(len(found))]

    @property
    def labels(self) -> Target:
        """The outcome of each of the ``patients``."""
        return np.array([self.target[rows[0]] for rows in self.patients])

    def repeated(self, repeat: int) -> "Cohort":
        """With the folds of this repeat, counted from 0."""
        return replace(self, resampling=replace(self.resampling, seed=self.resampling.seed + repeat))


def cohort(
    tables: Mapping[str, pd.DataFrame],
    y: pd.Series,
    selections: Mapping[str, SelectionSettings],
    classifier: Classifier,
    resampling: ResamplingSettings,
    fused: tuple[str, ...] = (),
    covariates: pd.DataFrame | None = None,
    metadata: Mapping[str, Metadata] | None = None,
    search: SearchSettings = SearchSettings(),  # noqa: B008  (frozen)
) -> Cohort:
    """Tables (patients x features) by signature, all of the patients of y (0 or 1), ready to be refitted.

    ``covariates``: patients x covariates, all known.

    Raises ModelError: ONE-CLASS, TOO-FEW, and those of ``inputs``, as ``fit_signature`` does.
    """
    given, families = metadata or {}, {}
    for name, X in tables.items():
        table, target = inputs.features(X), inputs.outcome(X, y)
        prepare = Preparation.of(table, given.get(name, NOTHING))
        recipe = Recipe(selections[name], classifier, search)
        families[name] = Family(np.ascontiguousarray(table.to_numpy()), recipe, prepare)
    once = replace(resampling, repeats=1)
    make_splits(y.index, target, once)
    beside = pd.DataFrame(index=y.index) if covariates is None else covariates.loc[y.index]
    return Cohort(y.index, target, families, fused, beside, once)


def one_by_one(work: Callable[[Task], Scores], tasks: Sequence[Task]) -> list[Scores]:
    """What ``work`` gives for every task, in their order; one thread, so that sums have their order too."""
    with threadpool_limits(1):
        return [work(task) for task in tasks]
