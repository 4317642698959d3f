"""Fitted pipelines as bytes and back, without pickle.

Reading is for files that anybody may have written: only known types are built, the pipeline must have
exactly our steps, and every tree is checked, because scikit-learn follows a tree's node numbers in C
without looking at them.
"""

import io
import zipfile
import zlib
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from skops.io import dumps, loads

from core.errors import BundleError
from core.models.selection import FoldPCA, ReliefSelector

STEPS = {"scale": StandardScaler, "pca": FoldPCA, "relief": ReliefSelector, "forest": RandomForestClassifier}
# Beyond what skops trusts by itself; trees are checked below.
TRUSTED = ["core.models.selection.FoldPCA", "core.models.selection.ReliefSelector", "sklearn.tree._tree.Tree"]
LARGEST, MOST = 512 * 2**20, 50_000
DAMAGED = (
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


def to_bytes(model: Pipeline) -> bytes:
    """A pipeline of ``make_pipeline``, fitted, as a skops archive."""
    return dumps(model, compression=zipfile.ZIP_DEFLATED, compresslevel=1)


def from_bytes(data: bytes) -> Pipeline:
    """The pipeline of ``to_bytes``. Raises BundleError (MODEL-READ) for anything else."""
    try:
        _check_size(data)
        model = loads(data, trusted=TRUSTED)
        sound = _is_ours(model) and _is_consistent(model)
    except DAMAGED:
        sound = False
    if not sound:
        found = "a damaged or a foreign file"
        raise BundleError("MODEL-READ", "A model frozen by Nodescope", found, "Freeze the model again.")
    return model


def _check_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    if len(members) > MOST or sum(member.file_size for member in members) > LARGEST:
        raise ValueError


def _is_ours(model: Any) -> bool:
    if type(model) is not Pipeline:
        return False
    return {name: type(step) for name, step in model.steps} == STEPS and list(dict(model.steps)) == list(
        STEPS
    )


def _is_consistent(model: Pipeline) -> bool:
    """Whether each step takes what the one before it gives, and every tree stays inside its arrays."""
    scale, pca, relief, forest = (step for _, step in model.steps)
    p, (k, loadings) = len(model.feature_names_in_), pca.components_.shape
    fits = scale.mean_.shape == scale.scale_.shape == pca.mean_.shape == (p,) and loadings == p
    fits = fits and relief.weights_.shape == (k,) and relief.get_support().sum() == forest.n_features_in_
    two = forest.n_outputs_ == 1 and forest.n_classes_ == 2 and list(forest.classes_) == [0, 1]
    trees = forest.estimators_
    return bool(fits and two and trees and all(_is_sound(tree, forest.n_features_in_) for tree in trees))


def _is_sound(estimator: Any, features: int) -> bool:
    if type(estimator) is not DecisionTreeClassifier:
        return False
    tree = estimator.tree_
    if not 0 < tree.node_count <= tree.capacity or (tree.n_outputs, tree.max_n_classes) != (1, 2):
        return False
    left, right, place = tree.children_left, tree.children_right, np.arange(tree.node_count)
    inner = left != -1
    # Children come after their parent: no walk can leave the tree or go in circles.
    inside = [(child > place) & (child < tree.node_count) for child in (left, right)]
    known = (tree.feature >= 0) & (tree.feature < features)
    return bool((inside[0] & inside[1] & known)[inner].all() and np.isfinite(tree.value).all())
