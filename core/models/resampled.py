"""The models that resampling fitted, kept compactly, so that a new case can be scored by each of them.

A fold's z-score, PCA and choice of components is one linear map of the features. It is kept as its
loadings on features scaled by all training patients (float32) and an offset; trees as their nodes, other
learners as they are. A feature that a fold drops has loadings of 0; its ComBat, where it has one, is kept
as it is and applied first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.errors import BundleError
from core.models import inputs
from core.models.combat import Batches, Harmony
from core.models.inputs import Floats
from core.models.learner_frames import Learners, condensed, joined
from core.models.preparation import Prepared

SCALING, OWNER = ["centre", "scale"], ["model", "offset"]


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Models of one signature, numbered from 0 in the order of the splits.

    ``features``: frame indexed by feature [centre, scale] of all training patients. ``loadings``: frame
    [model, offset, a column per feature], one row per kept component, models in order. ``learners``: of
    the components of each model. ``harmonies``: ComBat of each model, none without.
    """

    features: pd.DataFrame
    loadings: pd.DataFrame
    learners: Learners
    harmonies: tuple[Harmony, ...] = ()

    @property
    def models(self) -> int:
        """Number of models."""
        return int(self.loadings["model"].iloc[-1]) + 1

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Frames that ``from_frames`` takes back."""
        frames = {"features": self.features.reset_index(), "loadings": self.loadings}
        frames[self.learners.kind] = self.learners.to_frame()
        if self.harmonies:
            parts = [one.to_frame().assign(model=i) for i, one in enumerate(self.harmonies)]
            frames["combat"] = pd.concat(parts, ignore_index=True)
        return frames

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> "Resampled":
        """Models of stored frames. Raises BundleError (BUNDLE-RESAMPLED) where they do not fit together."""
        try:
            features = frames["features"].set_index("feature")[SCALING].astype(np.float64)
            loadings = frames["loadings"][[*OWNER, *features.index]]
            harmonies = _harmonies(frames.get("combat"), list(features.index))
            sound = _is_linear(features, loadings, len(harmonies))
            learners = Learners.from_frames(frames, np.bincount(loadings["model"])) if sound else None
        except (LookupError, StopIteration, TypeError, ValueError, BundleError):
            learners = None
        if learners is None:
            fix = "Freeze or download it again."
            raise BundleError("BUNDLE-RESAMPLED", "The model's resampled models", "another table", fix)
        return cls(features, loadings, learners, harmonies)


@dataclass(frozen=True, slots=True, eq=False)
class Condensed:
    """One model: loadings (k, p) and offsets (k,) of its components, its learner or its trees' nodes."""

    loadings: NDArray[np.float32]
    offsets: Floats
    kind: str
    learner: Any
    harmony: Harmony | None = None


def condense(steps: Pipeline, learner: Any, reference: StandardScaler, prepared: Prepared) -> Condensed:
    """A fitted pipeline (steps scale, pca, relief; and its learner) in terms of another z-score.

    ``reference``: the z-score of all features; ``prepared``: which of them the pipeline was given.
    """
    scale, pca, relief = (steps.named_steps[name] for name in ("scale", "pca", "relief"))
    columns = slice(None) if prepared.columns is None else prepared.columns
    axes = pca.components_[relief.get_support()] / scale.scale_
    shift = reference.mean_[columns] - scale.mean_ - scale.scale_ * pca.mean_
    loadings = np.zeros((len(axes), reference.mean_.size), np.float32)
    loadings[:, columns] = axes * reference.scale_[columns]
    return Condensed(loadings, axes @ shift, *condensed(learner), prepared.harmony)


def gather(names: Sequence[str], reference: StandardScaler, models: Sequence[Condensed]) -> Resampled:
    """Models of one signature as one; ``reference``: the z-score that they were condensed with."""
    owner = np.repeat(np.arange(len(models)), [len(m.offsets) for m in models])
    loadings = pd.DataFrame(np.vstack([m.loadings for m in models]), columns=list(names))
    loadings.insert(0, "model", owner.astype(np.int16))
    loadings.insert(1, "offset", np.concatenate([m.offsets for m in models]))
    features = pd.DataFrame(
        {"centre": reference.mean_, "scale": reference.scale_}, index=pd.Index(names, name="feature")
    )
    harmonies = tuple(m.harmony.among(names) for m in models if m.harmony is not None)
    return Resampled(features, loadings, joined([(m.kind, m.learner) for m in models]), harmonies)


def score(resampled: Resampled, X: pd.DataFrame, batch: Batches | None = None) -> Floats:
    """Probability (n, models) of each row of X by each model.

    ``batch`` (n,): what ComBat goes by, where the models have it; a row of another batch stays as it is.
    Raises ModelError FEATURES-MISSING or FEATURES-NAN.
    """
    features = resampled.features
    table = inputs.features(X, list(features.index)).to_numpy()
    loadings = resampled.loadings
    axes = loadings[features.index].to_numpy(dtype=np.float64)
    if not resampled.harmonies or batch is None:
        scores = _scaled(table, features) @ axes.T
    else:
        # Features are harmonised by each model in its own way before its part of the loadings.
        own = loadings["model"].to_numpy()
        each = (one.apply(table, batch) for one in resampled.harmonies)
        scores = np.hstack([_scaled(t, features) @ axes[own == m].T for m, t in enumerate(each)])
    first = np.searchsorted(loadings["model"].to_numpy(), np.arange(resampled.models))
    return resampled.learners.score(scores + loadings["offset"].to_numpy(), first)


def _scaled(table: Floats, features: pd.DataFrame) -> Floats:
    scaled: Floats = (table - features["centre"].to_numpy()) / features["scale"].to_numpy()
    return scaled


def _harmonies(frame: pd.DataFrame | None, names: list[str]) -> tuple[Harmony, ...]:
    if frame is None:
        return ()
    models = [rows.drop(columns="model") for _, rows in frame.groupby("model", sort=True)]
    return tuple(Harmony.from_frame(rows[["part", "batch", *names]]) for rows in models)


def _is_linear(features: pd.DataFrame, loadings: pd.DataFrame, harmonies: int) -> bool:
    """Whether models are numbered in order, and every number is one."""
    owner = loadings["model"].to_numpy()
    finite = np.isfinite(loadings.drop(columns="model").to_numpy(dtype=np.float64)).all()
    finite = finite and bool((features["scale"] > 0).all()) and np.isfinite(features).all(None)
    numbered = len(owner) > 0 and owner[0] == 0 and bool(np.isin(np.diff(owner), (0, 1)).all())
    return bool(finite and numbered and harmonies in (0, owner[-1] + 1))
