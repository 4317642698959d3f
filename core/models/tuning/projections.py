"""Preparation, z-score and PCA of every fold."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.inputs import Floats
from core.models.preparation import NOTHING, Metadata, Preparation
from core.models.selection import FoldPCA, selection_steps
from core.models.signature import make_splits
from core.settings import ResamplingSettings, SelectionSettings


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold on its own components.

    ``train`` (n_train,) and ``test`` (n_test,) row numbers, ``target`` (n_train,) 0 or 1, scores
    ``known`` (n_train, k) and ``unseen`` (n_test, k). ``pca``: fitted on the z-scored features
    ``scaled`` of the training patients, then of the test patients.
    """

    train: NDArray[np.intp]
    test: NDArray[np.intp]
    target: NDArray[np.int64]
    known: Floats
    unseen: Floats
    pca: FoldPCA
    scaled: tuple[Floats, Floats]

    @property
    def explained(self) -> Floats:
        """Share of variance (k,) of each component."""
        shares: Floats = self.pca.explained_variance_ratio_
        return shares


@dataclass(frozen=True, slots=True)
class Projections:
    """Every fold of one repeat, and the patients in the order of the rows."""

    index: "pd.Index[Any]"
    folds: tuple[Fold, ...]

    @property
    def most(self) -> int:
        """Components that every fold has."""
        return min(fold.explained.size for fold in self.folds)

    @property
    def counts(self) -> tuple[int, int]:
        """Fewest and most components of a fold."""
        sizes = [fold.explained.size for fold in self.folds]
        return min(sizes), max(sizes)

    @property
    def neighbours(self) -> int:
        """Largest number of ReliefF neighbours that no fold cuts: smallest class of a fold - 1."""
        return min(int(np.bincount(fold.target, minlength=2).min()) for fold in self.folds) - 1


def fold_projections(
    X: pd.DataFrame,
    y: pd.Series,
    resampling: ResamplingSettings,
    components: int | float | None = None,
    metadata: Metadata = NOTHING,
) -> Projections:
    """Preparation, z-score and PCA of each fold of the first repeat, fitted on its training patients.

    X (patients x features), y (0 or 1) and metadata as ``fit_signature`` takes them, and with its errors:
    ModelError ONE-CLASS, TOO-FEW, COMPONENTS and those of ``inputs`` and ``preparation``.
    """
    table, target = inputs.features(X), inputs.outcome(X, y)
    values = np.ascontiguousarray(table.to_numpy())
    splits = make_splits(X.index, target, replace(resampling, repeats=1))
    prepare = Preparation.of(table, metadata)
    with threadpool_limits(1):
        folds = tuple(_project(values, target, rows, components, prepare) for _, *rows in splits)
    return Projections(X.index, folds)


def shorten(projections: Projections, components: int) -> Projections:
    """The first components of each fold only; as fitted with so few, without fitting again."""
    with threadpool_limits(1):
        return replace(projections, folds=tuple(_cut(fold, components) for fold in projections.folds))


def _project(
    values: Floats,
    target: NDArray[np.int64],
    rows: Sequence[NDArray[np.intp]],
    components: int | float | None,
    prepare: Preparation,
) -> Fold:
    train, test = rows
    scale, pca = (step for _, step in selection_steps(SelectionSettings(components=components))[:2])
    known, unseen, _ = prepare.split(values, train, test)
    scaled = scale.fit_transform(known), scale.transform(unseen)
    pca.fit(scaled[0])
    return _scored(Fold(train, test, target[train], *scaled, pca, scaled))


def _cut(fold: Fold, components: int) -> Fold:
    pca = copy(fold.pca)
    pca.components_ = pca.components_[:components]
    pca.explained_variance_ratio_ = pca.explained_variance_ratio_[:components]
    return _scored(replace(fold, pca=pca))


def _scored(fold: Fold) -> Fold:
    known, unseen = (fold.pca.transform(part) for part in fold.scaled)
    return replace(fold, known=known, unseen=unseen)
