"""Patients as points in a plane by all their features: PCA, UMAP."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import TableError
from core.features.clustering import z_scored
from core.settings import EmbeddingSettings

FEWEST = 5
_ONE = Lock()  # numba's own thread pool, used where OpenMP is missing, ends a process that enters it twice


@dataclass(frozen=True, slots=True, eq=False)
class Embedding:
    """``points``: indexed by patient [x, y]; ``variance``: share explained by x and by y (PCA alone).

    ``features``: how many features vary and were used.
    """

    points: pd.DataFrame
    features: int
    variance: tuple[float, float] | None = None


def pca(features: pd.DataFrame) -> Embedding:
    """First two principal components of z-scored features (patients x features).

    z over the patients given; features that do not vary or hold NaN are left out. Deterministic. Raises
    TableError (EMBED-FEW) below 5 patients or 2 such features.
    """
    from sklearn.decomposition import PCA

    z = _usable(features)
    fit = PCA(n_components=2, svd_solver="full")
    points = fit.fit_transform(z.to_numpy())
    first, second = (float(share) for share in fit.explained_variance_ratio_)
    return Embedding(_table(points, z), z.shape[1], (first, second))


def umap(features: pd.DataFrame, settings: EmbeddingSettings) -> Embedding:
    """UMAP of z-scored features (patients x features), Euclidean; seeded, one thread.

    Its first call in a process compiles for about 20 s. z and errors as of ``pca``. McInnes, Healy and
    Melville, arXiv:1802.03426.
    """
    from umap import UMAP

    z = _usable(features)
    fit = UMAP(
        n_neighbors=min(settings.nearest, len(z) - 1),
        min_dist=settings.min_dist,
        random_state=settings.seed,
        n_jobs=1,  # what a seed allows
    )
    with _ONE:
        points = fit.fit_transform(z.to_numpy())
    return Embedding(_table(points, z), z.shape[1])


def _usable(features: pd.DataFrame) -> pd.DataFrame:
    z = z_scored(features)
    if len(z) < FEWEST or z.shape[1] < 2:
        found = f"{len(z)} patients, {z.shape[1]} features that vary"
        expected = f"{FEWEST} patients and 2 features or more"
        raise TableError("EMBED-FEW", expected, found, "Let more patients pass the filter.")
    return z


def _table(points: NDArray[Any], z: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(points.astype(np.float64), index=z.index, columns=["x", "y"])
