"""Fitted pipelines as bytes and back, without pickle.

Reading is for files that anybody may have written: only known types are built, the pipeline must have
exactly our steps, and every tree and support vector machine is checked, because scikit-learn follows
their numbers in C without looking at them.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from skops.io import dumps, loads

from core.errors import BundleError
from core.models.selection import FoldPCA, ReliefSelector
from core.models.soundness import is_sound_learner

STEPS = {"scale": StandardScaler, "pca": FoldPCA, "relief": ReliefSelector}
LEARNERS = {"forest": RandomForestClassifier, "logistic": LogisticRegression}
LEARNERS |= {"svm": CalibratedClassifierCV, "boosting": GradientBoostingClassifier}
# Beyond what skops trusts by itself; what is followed in C is checked by ``is_sound_learner``.
TRUSTED = ["core.models.selection.FoldPCA", "core.models.selection.ReliefSelector", "sklearn.tree._tree.Tree"]
TRUSTED += ["sklearn.calibration._CalibratedClassifier", "sklearn.calibration._SigmoidCalibration"]
TRUSTED += ["sklearn.model_selection._split.StratifiedKFold"]
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


def to_bytes(model: Any) -> bytes:
    """A pipeline of ``make_pipeline``, or its learner alone, fitted, as a skops archive."""
    return dumps(model, compression=zipfile.ZIP_DEFLATED, compresslevel=1)


def from_bytes(data: bytes) -> Pipeline:
    """The pipeline of ``to_bytes``. Raises BundleError (MODEL-READ) for anything else."""
    return _read(data, lambda model: _is_ours(model) and _is_consistent(model))


def learner_from_bytes(data: bytes, components: int) -> Any:
    """The learner of ``to_bytes``, of so many components. Raises BundleError (MODEL-READ) otherwise."""
    return _read(data, lambda model: type(model) in LEARNERS.values() and is_sound_learner(model, components))


def _read(data: bytes, is_known: Callable[[Any], bool]) -> Any:
    try:
        _check_size(data)
        model = loads(data, trusted=TRUSTED)
        sound = is_known(model)
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
    if type(model) is not Pipeline or len(model.steps) != len(STEPS) + 1:
        return False
    *before, (name, learner) = model.steps
    steps = [(step, type(fitted)) for step, fitted in before]
    return steps == list(STEPS.items()) and type(learner) is LEARNERS.get(name)


def _is_consistent(model: Pipeline) -> bool:
    """Whether each step takes what the one before it gives."""
    scale, pca, relief, learner = (step for _, step in model.steps)
    p, (k, loadings) = len(model.feature_names_in_), pca.components_.shape
    fits = scale.mean_.shape == scale.scale_.shape == pca.mean_.shape == (p,) and loadings == p
    fits = fits and relief.weights_.shape == (k,)
    return bool(fits and is_sound_learner(learner, int(relief.get_support().sum())))
