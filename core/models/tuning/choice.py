"""The components that every fold works with."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.inputs import Floats
from core.models.preparation import NOTHING, Metadata
from core.models.relief import best, weigh
from core.models.tuning.projections import Projections, fold_projections, shorten
from core.settings import ResamplingSettings, SelectionSettings

# Gives make(), or what it gave before under the same key.
Remember = Callable[..., Any]
Folds = tuple[Floats, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Components that the folds work with: projections, ReliefF weights and kept columns of each."""

    projections: Projections
    weights: Folds
    kept: tuple[NDArray[np.intp], ...]


def fold_weights(projections: Projections, neighbours: int, method: str = "relieff") -> Folds:
    """Weights (k,) of the components of each fold, from its training patients, by ReliefF or a relative."""
    return tuple(weigh(fold.known, fold.target, method, neighbours) for fold in projections.folds)


def fold_kept(weights: Folds, keep: int, method: str = "relieff") -> tuple[NDArray[np.intp], ...]:
    """Columns of the highest weights of each fold in their order; all where ``keep`` exceeds them."""
    return tuple(best(fold, keep, method) for fold in weights)


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
