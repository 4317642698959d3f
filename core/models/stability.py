"""Which features carry a signature, and whether resampled models agree on them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from core.models.inputs import Floats
from core.models.learner_frames import Learners
from core.models.resampled import Resampled
from core.models.trees import LEAF


@dataclass(frozen=True, slots=True)
class Stability:
    """Nogueira's index: 1 where all models choose the same features, 0 where they choose at random."""

    index: float
    low: float
    high: float
    models: int
    features: int
    chosen: float


def feature_shares(found: Resampled) -> pd.DataFrame:
    """Share of each feature (columns) in each model (rows) of a signature; a model's shares sum to 1.

    Trees: a component counts by its share of their splits, its features by the squares of their loadings on
    z-scored features. Logistic regression: the squares of the coefficients that it gives the z-scored
    features themselves. A support vector machine, or a model that tells nothing, counts its components alike.
    """
    owner = found.loadings["model"].to_numpy()
    loadings = found.loadings[list(found.features.index)].to_numpy(dtype=np.float64)
    rows = [_shares(loadings[owner == model], found.learners, model) for model in range(found.models)]
    return pd.DataFrame(rows, columns=found.features.index)


def _shares(loadings: Floats, learners: Learners, model: int) -> Floats:
    """Share (p,) of each feature in one model of these loadings (k, p)."""
    if learners.kind == "learners" and hasattr(learners.fitted[model], "coef_"):
        linear: Floats = (learners.fitted[model].coef_[0] @ loadings) ** 2
        if linear.sum() > 0:
            return linear / linear.sum()
    squares = loadings**2
    counts = _splits(learners, model, len(loadings))
    weight = counts / counts.sum() if counts.sum() else np.full(len(loadings), 1 / len(loadings))
    shares: Floats = weight @ (squares / squares.sum(axis=1, keepdims=True))
    return shares


def _splits(learners: Learners, model: int, components: int) -> NDArray[np.intp]:
    """How often the trees of a model split by each of its components (k,); never without trees."""
    if learners.kind == "learners":
        return np.zeros(components, dtype=np.intp)
    nodes = learners.nodes
    own = nodes[(nodes["model"] == model) & (nodes["left"] != LEAF)]
    return np.bincount(own["feature"], minlength=components)


def chosen(shares: pd.DataFrame, most: int) -> NDArray[np.bool_]:
    """(models, features): whether it is among the ``most`` of greatest share, earlier ones among equals."""
    order = np.argsort(-shares.to_numpy(), axis=1, kind="stable")[:, :most]
    mask = np.zeros(shares.shape, dtype=bool)
    np.put_along_axis(mask, order, True, axis=1)
    return mask


def stability(mask: NDArray[np.bool_], level: float = 0.95) -> Stability:
    """Nogueira's stability of choices (models, features) with its asymptotic confidence interval.

    NaN for fewer than two models, or where every model chooses all features or none. Below 0: models agree
    less than by chance. Source: Nogueira, Sechidis and Brown, J Mach Learn Res 2018 (18:1-54), definitions 4
    and theorem 7.
    """
    z = np.asarray(mask, dtype=np.float64)
    models, features = z.shape
    sizes, frequency = z.sum(axis=1), z.mean(axis=0)
    mean = float(sizes.mean())
    chance = mean / features * (1 - mean / features)
    if models < 2 or chance <= 0:
        unknown = float("nan")
        return Stability(unknown, unknown, unknown, models, features, mean)
    spread = models / (models - 1) * frequency * (1 - frequency)
    index = float(1 - spread.mean() / chance)
    half = norm.ppf(0.5 + level / 2) * np.sqrt(_variance(z, sizes, frequency, index, mean, chance))
    return Stability(index, index - half, min(index + half, 1.0), models, features, mean)


def _variance(z: Floats, sizes: Floats, frequency: Floats, index: float, mean: float, chance: float) -> float:
    models, p = z.shape
    both = z @ frequency / p - sizes * mean / p**2
    slack = index / 2 * (2 * mean * sizes / p**2 - sizes / p - mean / p + 1)
    parts = (both - slack) / chance
    return float(4 / models**2 * np.sum((parts - parts.mean()) ** 2))
