"""What a setting does to a signature: the leak-free folds in steps of rising price, each kept apart.

Moving a setting repeats the steps from there on, not those before it:
``fold_projections`` (preparation, z-score, PCA) -> ``shorten`` -> ``fold_weights`` (ReliefF) ->
``fold_kept`` -> ``fold_votes`` (trees) -> ``out_of_fold``. The floats are those of ``fit_signature``
with one repeat.
"""

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.inputs import Floats
from core.models.preparation import NOTHING, Metadata, Preparation
from core.models.quick_forest import mean_vote, tree_votes
from core.models.relief import best, weigh
from core.models.selection import FoldPCA, selection_steps
from core.models.signature import make_splits
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings

# Gives make(), or what it gave before under the same key.
Remember = Callable[..., Any]
Folds = tuple[Floats, ...]
BLOCK = 100  # trees grown at a time, so that a larger forest only adds the trees it lacks


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


@dataclass(frozen=True, slots=True)
class Chosen:
    """Components that the folds work with: projections, ReliefF weights and kept columns of each."""

    projections: Projections
    weights: Folds
    kept: tuple[NDArray[np.intp], ...]


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


def fold_weights(projections: Projections, neighbours: int, method: str = "relieff") -> Folds:
    """Weights (k,) of the components of each fold, from its training patients, by ReliefF or a relative."""
    return tuple(weigh(fold.known, fold.target, method, neighbours) for fold in projections.folds)


def fold_kept(weights: Folds, keep: int, method: str = "relieff") -> tuple[NDArray[np.intp], ...]:
    """Columns of the highest weights of each fold in their order; all where ``keep`` exceeds them."""
    return tuple(best(fold, keep, method) for fold in weights)


def fold_votes(chosen: Chosen, forest: ForestSettings, first: int = 0) -> Folds:
    """Votes (n_test, trees - first) of the trees from ``first`` on, for each fold's test patients."""
    pairs = zip(chosen.projections.folds, chosen.kept, strict=True)
    return tuple(tree_votes(f.known[:, at], f.target, f.unseen[:, at], forest, first) for f, at in pairs)


def out_of_fold(projections: Projections, blocks: Sequence[Folds], trees: int) -> pd.Series:
    """Out-of-fold probability of each patient, from the first ``trees`` trees of ``fold_votes``."""
    p = np.full(len(projections.index), np.nan)
    for number, fold in enumerate(projections.folds):
        p[fold.test] = mean_vote(np.hstack([block[number] for block in blocks]), trees)
    return pd.Series(p, index=projections.index, name="out_of_fold").clip(0, 1)


def choose(
    X: pd.DataFrame,
    y: pd.Series,
    selection: SelectionSettings,
    resampling: ResamplingSettings,
    remember: Remember = lambda make, *_: make(),
    metadata: Metadata = NOTHING,
) -> Chosen:
    """The steps before the forest. ``remember`` must be told apart by X, y, resampling and metadata."""
    metadata.check(selection)
    project, parts = partial(fold_projections, X, y, resampling, metadata=metadata), selection.components
    if parts is not None and parts >= 1 and parts == int(parts):
        everything = remember(project, None)
        projections = remember(partial(shorten, everything, int(parts)), parts)
    else:
        projections = remember(partial(project, components=parts), parts)
    by = selection.neighbours, selection.method
    weights = remember(partial(fold_weights, projections, *by), parts, *by)
    return Chosen(projections, weights, fold_kept(weights, selection.keep, selection.method))


def vote(
    chosen: Chosen,
    selection: SelectionSettings,
    forest: ForestSettings,
    remember: Remember = lambda make, *_: make(),
) -> pd.Series:
    """Out-of-fold probabilities (n,) of the forest on the chosen components; trees grow in blocks."""
    blocks = []
    for first in range(0, forest.trees, BLOCK):
        part = replace(forest, trees=first + BLOCK)
        blocks.append(remember(partial(fold_votes, chosen, part, first), selection, part))
    return out_of_fold(chosen.projections, blocks, forest.trees)


def scree(projections: Projections) -> pd.DataFrame:
    """Frame [component, share, low, high, cumulative] of the components that every fold has.

    Share of variance: median, least and greatest over the folds; cumulative: median over the folds.
    """
    shares = np.array([fold.explained[: projections.most] for fold in projections.folds])
    columns = {"share": np.median(shares, axis=0), "low": shares.min(axis=0), "high": shares.max(axis=0)}
    columns["cumulative"] = np.median(np.cumsum(shares, axis=1), axis=0)
    return pd.DataFrame({"component": np.arange(1, projections.most + 1), **columns})


def weight_table(chosen: Chosen, absolute: bool = False) -> pd.DataFrame:
    """Frame [component, weight, low, high, kept, folds], highest median weight first.

    Weight: median, least and greatest over the ``folds`` that have the component, of their sizes where
    ``absolute``; ``kept``: in how many of them it is kept. Component i of one fold is only roughly
    component i of another.
    """
    size = chosen.projections.counts[1]
    table = np.full((len(chosen.weights), size), np.nan)
    kept = np.zeros(size, dtype=int)
    for row, weights, columns in zip(table, chosen.weights, chosen.kept, strict=True):
        row[: weights.size] = np.abs(weights) if absolute else weights
        kept[columns] += 1
    frame = pd.DataFrame({"component": np.arange(1, size + 1), "weight": np.nanmedian(table, axis=0)})
    frame["low"], frame["high"] = np.nanmin(table, axis=0), np.nanmax(table, axis=0)
    frame["kept"], frame["folds"] = kept, np.isfinite(table).sum(axis=0)
    return frame.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


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
