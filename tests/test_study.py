"""A study folder: what is read, and that every fault is one clear error."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from core.errors import NodescopeError
from core.study.manifest import load_study


@pytest.fixture
def copy(small_study: Path, tmp_path: Path) -> Path:
    for name in ("study.toml", "clinical.csv"):
        shutil.copy(small_study / name, tmp_path / name)
    return tmp_path


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def test_the_small_demo_reads_as_a_study(small_study: Path) -> None:
    study = load_study(small_study)
    assert study.synthetic and {c.role for c in study.cohorts} == {"training", "validation"}
    assert len(study.patients("training")) == 24 and len(study.patients("validation")) == 16
    patient = study.patients("training")[0]
    assert study.image_path(patient).is_file() and study.mask_path(patient).is_file()
    assert study.image_path(patient, 0) != study.image_path(patient)


def test_the_preset_of_a_call_wins(small_study: Path) -> None:
    assert load_study(small_study, "published").settings.preset == "published"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("[study]", "[study", "STUDY-TOML"),
        ('role = "training"', 'role = "test"', "STUDY-KEY"),
        ("{patient}", "patient", "STUDY-KEY"),
        ('column = "lnm"', 'column = "nodes"', "TABLE-COLUMN"),
        ("positive = [1]", "positive = [7]", "STUDY-ONE-CLASS"),
        ("[settings.forest]", "[settings.woods]", "SETTINGS"),
        ("[cohorts.sim-nact]", "[cohorts.other]", "STUDY-COHORT"),
    ],
)
def test_a_faulty_manifest_is_one_clear_error(copy: Path, old: str, new: str, code: str) -> None:
    _edit(copy, "study.toml", old, new)
    with pytest.raises(NodescopeError) as caught:
        load_study(copy)
    assert caught.value.code == code and str(copy) not in str(caught.value)


def test_a_folder_without_manifest_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NodescopeError, match=r"\[STUDY-MISSING\].*study.toml"):
        load_study(tmp_path)


def test_every_faulty_row_is_named_at_once(copy: Path) -> None:
    table = pd.read_csv(copy / "clinical.csv", dtype=str)
    table.loc[1, "lnm"] = None
    table.loc[4, "cohort"] = None
    table.loc[6, "patient"] = table.loc[0, "patient"]
    table.to_csv(copy / "clinical.csv", index=False)
    with pytest.raises(NodescopeError) as caught:
        load_study(copy)
    text = str(caught.value)
    assert "row 3, column lnm" in text and "row 6, column cohort" in text and "row 8, column patient" in text
