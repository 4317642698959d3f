"""Cohorts at the edge, through every stage from signatures to validation: one clear error, or numbers."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import NodescopeError
from tests.stages.planted import features, planted, validated

LEARNERS = ["forest", "logistic", "svm", "boosting"]
HALF = [0, 1] * 12
MODELS = ["Radiomics", "GoogLeNet", "ResNet50", "DLRN"]


@pytest.fixture(autouse=True)
def loud():
    """A number that is not one must not pass silently."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        yield


def learner(name: str) -> str:
    return f'[settings.learner]\nname = "{name}"\nrounds = 10\n'


def areas(found: dict[str, pd.DataFrame], kind: str) -> pd.Series:
    table = found["auc"]
    return table[table["kind"] == kind].set_index("model")["auc"].reindex(MODELS)


def p_of(found: dict[str, pd.DataFrame]) -> pd.Series:
    table = found["p"]
    return table[table["preset"] == "leak_free"].set_index("model")["p"].reindex(MODELS)


def refuses(folder: Path, said: str, y: list[int], values: np.ndarray | None = None, **more) -> None:
    """The pipeline ends in one error that says this, and the features stay."""
    given = features(np.array(y)) if values is None else values
    with pytest.raises(NodescopeError, match=said):
        pipeline = planted(folder / "study", y, given, **more)
        validated(pipeline)


@pytest.mark.parametrize("positives", [0, 1, 4, 20, 24])
def test_one_class_or_hardly_another(tmp_path: Path, positives: int) -> None:
    y = [1] * positives + [0] * (24 - positives)
    refuses(tmp_path, f"STUDY-ONE-CLASS.*found {positives} positive and {24 - positives} negative", y)


def test_a_class_smaller_than_the_folds(tmp_path: Path) -> None:
    said = "TOO-FEW.*19 negative and 5 positive patients for 6 folds"
    refuses(tmp_path, said, [1] * 5 + [0] * 19, folds=6)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_none(tmp_path: Path, value: float) -> None:
    values = features(np.array(HALF))
    values[[2, 5], 3] = value
    refuses(tmp_path, r"FEATURES-NAN.*1 features of 2 patients, first f3", HALF, values)


def test_neighbours_above_a_class_are_cut(tmp_path: Path) -> None:
    """8 patients of each class in a fold: 7 neighbours, however many are asked for."""
    values = features(np.array(HALF), signal=0.7)
    wide, cut = (validated(planted(tmp_path / f"k{k}", HALF, values, neighbours=k)) for k in (500, 7))
    for name, rows in (("permutation", "preset == 'leak_free'"), ("curve", "share == 1.0")):
        one, other = (found[name].query(rows) for found in (wide, cut))
        pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("name", LEARNERS)
def test_a_family_of_constant_features_tells_nothing(tmp_path: Path, name: str) -> None:
    values = features(np.array(HALF), signal=3.0)
    given = {"more": learner(name), "constant": ("resnet50",)}
    found = validated(planted(tmp_path / "study", HALF, values, **given))
    for kind in ("apparent", "corrected", "plus"):
        assert areas(found, kind)["ResNet50"] == 0.5
        assert areas(found, kind)["Radiomics"] > 0.7
    assert p_of(found)["ResNet50"] > 0.05


def test_constant_features_leave_nothing_to_fuse(tmp_path: Path) -> None:
    refuses(tmp_path, "FUSION-CONSTANT.*Fuse signatures that vary", HALF, np.full((24, 12), 7.0))


@pytest.mark.parametrize("name", LEARNERS)
def test_perfect_separation(tmp_path: Path, name: str) -> None:
    values = features(np.array(HALF)) * 0.01 + 10.0 * np.array(HALF)[:, None]
    pipeline = planted(tmp_path / "study", HALF, values, learner(name))
    found = validated(pipeline)
    for kind in ("apparent", "corrected", "out_of_fold"):
        assert (areas(found, kind) > 0.999).all()
    assert (p_of(found) == 1 / 10).all()  # the least that 9 permutations can give
    assert (found["curve"]["auc"] > 0.999).all()
    assert "Ridge regression was used" in pipeline.entry("fusion")["info"]["note"]


@pytest.mark.parametrize("name", LEARNERS)
def test_ties_do_not_depend_on_chance(tmp_path: Path, name: str) -> None:
    values = features(np.array(HALF)).round().clip(-2, 2)
    values[::3] = values[0]  # a third of the patients are alike
    one, two = (validated(planted(tmp_path / f"run{i}", HALF, values, learner(name))) for i in (1, 2))
    for table in ("auc", "optimism", "permutation", "curve", "stability", "features"):
        pd.testing.assert_frame_equal(one[table], two[table])
    # Harrell's correction alone may leave the range of an AUC: where samples do worse than all patients.
    assert one["auc"].query("kind != 'corrected'")["auc"].between(0, 1).all()


@pytest.mark.parametrize("name", LEARNERS)
def test_ten_patients(tmp_path: Path, name: str) -> None:
    """Where a bootstrap sample has too few different patients, it has no nomogram and is not counted."""
    y = [0, 1] * 5
    found = validated(planted(tmp_path / "study", y, features(np.array(y)), learner(name), folds=5))
    samples = found["optimism"].set_index("model")["samples"]
    assert (samples[MODELS[:3]] == 6).all() and samples["DLRN"] < 6
    assert found["auc"].query("kind == 'out_of_fold'")["auc"].between(0, 1).all()
    assert (found["curve"].query("share == 1.0")["n"] == 8).all()
    assert found["p"]["p"].between(0.1, 1).all()


def test_without_a_validation_cohort(tmp_path: Path) -> None:
    values = features(np.array(HALF))
    found = validated(planted(tmp_path / "study", HALF, values, validation=0))
    assert set(found["auc"]["kind"]) == {"apparent", "corrected", "plus", "out_of_fold"}
    assert set(found["auc"]["cohort"]) == {"one"}
