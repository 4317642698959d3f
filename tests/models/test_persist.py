import io
import pickle
import zipfile

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from skops.io import dumps

from core.errors import BundleError
from core.models.persist import from_bytes, to_bytes
from core.models.selection import make_pipeline
from tests.models.conftest import FOREST, SELECTION


@pytest.fixture
def model(cohort):
    return make_pipeline(SELECTION, FOREST).fit(*cohort)


def test_round_trip_predicts_the_same(cohort, model) -> None:
    X, _ = cohort
    assert (from_bytes(to_bytes(model)).predict_proba(X) == model.predict_proba(X)).all()


def _refused(data: bytes) -> None:
    with pytest.raises(BundleError, match="MODEL-READ"):
        from_bytes(data)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 50, pickle.dumps({"a": 1})])
def test_other_files_are_refused(data: bytes) -> None:
    _refused(data)


def test_other_models_are_refused(cohort, model) -> None:
    X, y = cohort
    _refused(dumps({"a": np.zeros(3)}))
    _refused(dumps(LogisticRegression().fit(X, y)))
    _refused(dumps(Pipeline([("scale", FunctionTransformer(np.log1p)), *clone(model).steps[1:]])))
    _refused(dumps(clone(model)))
    _refused(dumps(Pipeline(model.steps[::-1])))
    _refused(dumps(Pipeline([("scale", FunctionTransformer(io.open)), *model.steps[1:]])))


def _with_nodes(model, field: str, node: int, value: int):
    tree = model["forest"].estimators_[0].tree_
    state = tree.__getstate__()
    state["nodes"] = state["nodes"].copy()
    state["nodes"][field][node] = value
    tree.__setstate__(state)
    return model


@pytest.mark.parametrize(
    ("field", "value"),
    [("left_child", 10**9), ("right_child", -7), ("left_child", 0), ("feature", 10**6), ("feature", -1)],
)
def test_a_tree_that_leaves_its_arrays_is_refused(model, field: str, value: int) -> None:
    _refused(to_bytes(_with_nodes(model, field, 0, value)))


def test_a_tree_that_claims_more_nodes_than_it_has_is_refused(model) -> None:
    model["forest"].estimators_[0].tree_.node_count += 5
    _refused(to_bytes(model))


def test_steps_that_do_not_fit_together_are_refused(model) -> None:
    model["relief"].kept_ = model["relief"].kept_[:-1]
    _refused(to_bytes(model))


def test_truncated_and_altered_archives(model) -> None:
    data = to_bytes(model)
    for end in (10, len(data) // 2, len(data) - 1):
        _refused(data[:end])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    text = kept["schema.json"].replace(b"ReliefSelector", b"BaseEstimator")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (kept | {"schema.json": text}).items():
            archive.writestr(name, content)
    _refused(buffer.getvalue())
