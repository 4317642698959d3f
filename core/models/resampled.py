"""The models that resampling fitted, kept compactly, so that a new case can be scored by each of them.

A fold's z-score, PCA and choice of components is one linear map of the features. It is kept as its
loadings on features scaled by all training patients (float32) and an offset; the forest as its nodes.
A tree compares float32 numbers, so thresholds rounded down to float32 decide as before. A feature that a
fold drops has loadings of 0; its ComBat, where it has one, is kept as it is and applied first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from core.errors import BundleError
from core.models import inputs
from core.models.combat import Batches, Harmony
from core.models.inputs import Floats
from core.models.preparation import Prepared

NODE = {"feature": np.int16, "threshold": np.float32, "left": np.int32, "right": np.int32}
NODE |= {"value": np.float32}
SCALING, OWNER = ["centre", "scale"], ["model", "offset"]
LEAF = -1


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Models of one signature, numbered from 0 in the order of the splits.

    ``features``: frame indexed by feature [centre, scale] of all training patients. ``loadings``: frame
    [model, offset, a column per feature], one row per kept component, models in order. ``nodes``: frame
    [model, tree, feature, threshold, left, right, value]: ``feature`` counts the components of its
    model, ``left`` and ``right`` the nodes of its tree (-1 at a leaf), ``value`` is the probability.
    ``harmonies``: ComBat of each model, none without.
    """

    features: pd.DataFrame
    loadings: pd.DataFrame
    nodes: pd.DataFrame
    harmonies: tuple[Harmony, ...] = ()

    @property
    def models(self) -> int:
        """Number of models."""
        return int(self.nodes["model"].iloc[-1]) + 1

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Frames that ``from_frames`` takes back."""
        frames = {"features": self.features.reset_index(), "loadings": self.loadings, "nodes": self.nodes}
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
            nodes = frames["nodes"][["model", "tree", *NODE]].astype(NODE)
            found = cls(features, loadings, nodes, _harmonies(frames.get("combat"), list(features.index)))
            sound = _is_sound(found)
        except (LookupError, TypeError, ValueError, BundleError):
            sound = False
        if not sound:
            fix = "Freeze or download it again."
            raise BundleError("BUNDLE-RESAMPLED", "The model's resampled models", "another table", fix)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Condensed:
    """One model: loadings (k, p) and offsets (k,) of its components, nodes of its trees, its ComBat."""

    loadings: NDArray[np.float32]
    offsets: Floats
    nodes: pd.DataFrame
    harmony: Harmony | None = None


def condense(
    steps: Pipeline, forest: RandomForestClassifier, reference: StandardScaler, prepared: Prepared
) -> Condensed:
    """A fitted pipeline (steps scale, pca, relief; and its forest) in terms of another z-score.

    ``reference``: the z-score of all features; ``prepared``: which of them the pipeline was given.
    """
    scale, pca, relief = (steps.named_steps[name] for name in ("scale", "pca", "relief"))
    columns = slice(None) if prepared.columns is None else prepared.columns
    axes = pca.components_[relief.get_support()] / scale.scale_
    shift = reference.mean_[columns] - scale.mean_ - scale.scale_ * pca.mean_
    loadings = np.zeros((len(axes), reference.mean_.size), np.float32)
    loadings[:, columns] = axes * reference.scale_[columns]
    nodes = pd.concat([_nodes(tree.tree_).assign(tree=t) for t, tree in enumerate(forest.estimators_)])
    return Condensed(loadings, axes @ shift, nodes, prepared.harmony)


def gather(names: Sequence[str], reference: StandardScaler, models: Sequence[Condensed]) -> Resampled:
    """Models of one signature as one; ``reference``: the z-score that they were condensed with."""
    owner = np.repeat(np.arange(len(models)), [len(m.offsets) for m in models])
    loadings = pd.DataFrame(np.vstack([m.loadings for m in models]), columns=list(names))
    loadings.insert(0, "model", owner.astype(np.int16))
    loadings.insert(1, "offset", np.concatenate([m.offsets for m in models]))
    nodes = pd.concat([m.nodes.assign(model=np.int16(i)) for i, m in enumerate(models)], ignore_index=True)
    features = pd.DataFrame(
        {"centre": reference.mean_, "scale": reference.scale_}, index=pd.Index(names, name="feature")
    )
    harmonies = tuple(m.harmony.among(names) for m in models if m.harmony is not None)
    return Resampled(features, loadings, nodes[["model", "tree", *NODE]], harmonies)


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
    components = (scores + loadings["offset"].to_numpy()).astype(np.float32)
    return _forests(resampled, components)


def _scaled(table: Floats, features: pd.DataFrame) -> Floats:
    scaled: Floats = (table - features["centre"].to_numpy()) / features["scale"].to_numpy()
    return scaled


def _harmonies(frame: pd.DataFrame | None, names: list[str]) -> tuple[Harmony, ...]:
    if frame is None:
        return ()
    models = [rows.drop(columns="model") for _, rows in frame.groupby("model", sort=True)]
    return tuple(Harmony.from_frame(rows[["part", "batch", *names]]) for rows in models)


def _forests(resampled: Resampled, components: NDArray[np.float32]) -> Floats:
    """Mean over the trees of each model of the leaf that each row (n, all components) reaches."""
    nodes = resampled.nodes
    start, tree, model = _trees(nodes)
    left, right = (_absolute(nodes[side].to_numpy(), start[tree]) for side in ("left", "right"))
    first = np.searchsorted(resampled.loadings["model"].to_numpy(), np.arange(resampled.models))
    column = np.maximum(nodes["feature"].to_numpy(), 0) + first[nodes["model"].to_numpy()]
    threshold, rows = nodes["threshold"].to_numpy(), np.arange(len(components))[:, None]
    at, before = np.tile(start, (len(components), 1)), None
    while before is None or (at != before).any():
        before = at
        at = np.where(components[rows, column[at]] <= threshold[at], left[at], right[at])
    values = nodes["value"].to_numpy(dtype=np.float64)[at]
    firsts = np.searchsorted(model, np.arange(resampled.models))
    sums: Floats = np.add.reduceat(values, firsts, axis=1)
    return sums / np.bincount(model)


def _trees(nodes: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """First node of each tree, the running number of each node's tree, and the model of each tree."""
    model, tree = nodes["model"].to_numpy(), nodes["tree"].to_numpy()
    begins = np.r_[True, (np.diff(model) != 0) | (np.diff(tree) != 0)]
    start = np.flatnonzero(begins)
    return start, np.cumsum(begins) - 1, model[start]


def _absolute(child: NDArray[Any], start: NDArray[Any]) -> NDArray[Any]:
    """Node numbers in the whole table; a leaf leads to itself."""
    return np.where(child == LEAF, np.arange(len(child)), child + start)


def _nodes(tree: Any) -> pd.DataFrame:
    share = tree.value[:, 0, 1] / tree.value[:, 0].sum(axis=1)
    lower = tree.threshold.astype(np.float32)
    lower = np.where(lower > tree.threshold, np.nextafter(lower, np.float32(-np.inf)), lower)
    columns = (tree.feature, lower, tree.children_left, tree.children_right, share)
    return pd.DataFrame(
        {name: np.asarray(values, dtype=NODE[name]) for name, values in zip(NODE, columns, strict=True)}
    )


def _is_sound(found: Resampled) -> bool:
    """Whether no walk can leave its tree or go in circles, and every number is one."""
    nodes, owner = found.nodes, found.loadings["model"].to_numpy()
    start, tree, model = _trees(nodes)
    size, place = np.diff(np.r_[start, len(nodes)])[tree], np.arange(len(nodes)) - start[tree]
    inner = nodes["left"].to_numpy() != LEAF
    sides = [nodes[side].to_numpy()[inner] for side in ("left", "right")]
    inside = all(((child > place[inner]) & (child < size[inner])).all() for child in sides)
    inside = inside and bool((nodes["right"].to_numpy()[~inner] == LEAF).all())
    known = nodes["feature"].to_numpy()[inner]
    carried = np.bincount(owner, minlength=found.models)[nodes["model"].to_numpy()[inner]]
    inside = inside and bool(((known >= 0) & (known < carried)).all())
    ordered = bool((np.diff(owner) >= 0).all()) and bool(np.isin(np.diff(model), (0, 1)).all())
    finite = np.isfinite(found.loadings.drop(columns="model").to_numpy(dtype=np.float64)).all()
    finite = finite and np.isfinite(nodes[["threshold", "value"]].to_numpy()).all()
    finite = finite and bool((found.features["scale"] > 0).all()) and np.isfinite(found.features).all(None)
    numbered = len(owner) > 0 and owner[0] == 0 and model[0] == 0 and owner[-1] == found.models - 1
    harmonised = len(found.harmonies) in (0, found.models)
    return bool(inside and ordered and finite and numbered and harmonised)
