"""Trees of the models of all folds as one table of nodes, and what they say of a case.

Table [model, tree, feature, threshold, left, right, value]: ``feature`` counts the components of its model,
``left`` and ``right`` the nodes of its tree (-1 at a leaf). ``value``: of a forest the probability, of
boosting the part of the log-odds. A tree compares float32 numbers, so thresholds rounded down to float32
decide as before.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.models.inputs import Floats

NODE = {"feature": np.int16, "threshold": np.float32, "left": np.int32, "right": np.int32}
NODE |= {"value": np.float32}
LEAF = -1


def forest_nodes(forest: Any) -> pd.DataFrame:
    """Nodes [tree, ...] of a fitted random forest; value: the share of the outcome 1."""
    trees = [tree.tree_ for tree in forest.estimators_]
    return _joined([_nodes(t, t.value[:, 0, 1] / t.value[:, 0].sum(axis=1)) for t in trees])


def boosted_nodes(boosting: Any) -> pd.DataFrame:
    """Nodes [tree, ...] of fitted gradient boosting; the values that a case reaches sum to its log-odds."""
    trees = [tree.tree_ for tree in boosting.estimators_[:, 0]]
    parts = [_nodes(t, boosting.learning_rate * t.value[:, 0, 0]) for t in trees]
    prior = boosting.init_.class_prior_
    parts[0]["value"] += np.float32(np.log(prior[1] / prior[0]))
    return _joined(parts)


def reached(nodes: pd.DataFrame, components: Floats, first: NDArray[np.intp]) -> Floats:
    """Sum (n, models) over the trees of each model of the leaf that each row (n, all components) reaches.

    ``first`` (models,): the column at which the components of each model begin.
    """
    rounded = components.astype(np.float32)
    start, tree, model = _trees(nodes)
    left, right = (_absolute(nodes[side].to_numpy(), start[tree]) for side in ("left", "right"))
    column = np.maximum(nodes["feature"].to_numpy(), 0) + first[nodes["model"].to_numpy()]
    threshold, rows = nodes["threshold"].to_numpy(), np.arange(len(rounded))[:, None]
    at, before = np.tile(start, (len(rounded), 1)), None
    while before is None or (at != before).any():
        before = at
        at = np.where(rounded[rows, column[at]] <= threshold[at], left[at], right[at])
    values = nodes["value"].to_numpy(dtype=np.float64)[at]
    firsts = np.searchsorted(model, np.arange(len(first)))
    sums: Floats = np.add.reduceat(values, firsts, axis=1)
    return sums


def sizes(nodes: pd.DataFrame) -> NDArray[np.intp]:
    """Number of trees (models,) of each model."""
    return np.bincount(_trees(nodes)[2])


def is_sound(nodes: pd.DataFrame, carried: NDArray[np.intp]) -> bool:
    """Whether no walk can leave its tree or go in circles, and every number is one.

    ``carried`` (models,): how many components each model has.
    """
    start, tree, model = _trees(nodes)
    size, place = np.diff(np.r_[start, len(nodes)])[tree], np.arange(len(nodes)) - start[tree]
    inner = nodes["left"].to_numpy() != LEAF
    sides = [nodes[side].to_numpy()[inner] for side in ("left", "right")]
    inside = all(((child > place[inner]) & (child < size[inner])).all() for child in sides)
    inside = inside and bool((nodes["right"].to_numpy()[~inner] == LEAF).all())
    known = nodes["feature"].to_numpy()[inner]
    inside = inside and model[0] == 0 and model[-1] == len(carried) - 1
    inside = inside and bool(np.isin(np.diff(model), (0, 1)).all())
    inside = inside and bool(((known >= 0) & (known < carried[nodes["model"].to_numpy()[inner]])).all())
    return bool(inside and np.isfinite(nodes[["threshold", "value"]].to_numpy()).all())


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([part.assign(tree=number) for number, part in enumerate(parts)])


def _nodes(tree: Any, value: Floats) -> pd.DataFrame:
    lower = tree.threshold.astype(np.float32)
    lower = np.where(lower > tree.threshold, np.nextafter(lower, np.float32(-np.inf)), lower)
    columns = (tree.feature, lower, tree.children_left, tree.children_right, value)
    return pd.DataFrame(
        {name: np.asarray(values, dtype=NODE[name]) for name, values in zip(NODE, columns, strict=True)}
    )


def _trees(nodes: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """First node of each tree, the running number of each node's tree, and the model of each tree."""
    model, tree = nodes["model"].to_numpy(), nodes["tree"].to_numpy()
    begins = np.r_[True, (np.diff(model) != 0) | (np.diff(tree) != 0)]
    start = np.flatnonzero(begins)
    return start, np.cumsum(begins) - 1, model[start]


def _absolute(child: NDArray[Any], start: NDArray[Any]) -> NDArray[Any]:
    """Node numbers in the whole table; a leaf leads to itself."""
    return np.where(child == LEAF, np.arange(len(child)), child + start)
