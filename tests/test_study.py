"""A study folder: what is read, and that every fault is one clear error."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from core.errors import NodescopeError
from core.stages.cases import kept
from core.study.manifest import load_study
from tests.study_folder import MANIFEST, ROWS, edit, fault, write_rows


@pytest.fixture
def copy(small_study: Path, tmp_path: Path) -> Path:
    for name in ("study.toml", "clinical.csv"):
        shutil.copy(small_study / name, tmp_path / name)
    return tmp_path


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
        ("positive = [1]", "positive = [7]", "TABLE-OUTCOME"),
        ("positive = [1]", "positive = [0, 1]", "STUDY-ONE-CLASS"),
        ("[settings.forest]", "[settings.woods]", "SETTINGS"),
        ("[cohorts.sim-nact]", "[cohorts.other]", "STUDY-COHORT"),
    ],
)
def test_a_faulty_manifest_is_one_clear_error(copy: Path, old: str, new: str, code: str) -> None:
    edit(copy, "study.toml", old, new)
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


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A study of nothing but its manifest and its table."""
    (tmp_path / "study.toml").write_text(MANIFEST)
    write_rows(tmp_path, ROWS)
    return tmp_path


OF_ONE = 'role = "training"\n'
IMAGES = 'images = "images/{patient}_{phase}.nii.gz"'
MASKS = 'masks = "masks/{patient}.nii.gz"'
KEY_FAULTS = [
    ("[cohorts.one]", "[cohorts]\nbad = 3\n[cohorts.one]"),
    ("[study]", "[forest]\ntrees = 5\n[study]"),
    ("[study]", "trees = 5\n[study]"),
    ("[study]", "settings = 5\n[study]"),
    ("[study]", 'genesets = ["a.gmt"]\n[study]'),
    ("[study]", 'expression = "e.tsv"\n[study]'),
    ('name = "A study"', "name = 5"),
    ('name = "A study"', 'name = "A study"\nsynthetic = "false"'),
    ('name = "A study"', 'name = "A study"\ndescription = 5'),
    ('name = "A study"', 'title = "A study"'),
    (OF_ONE, "role = []\n"),
    *((OF_ONE, OF_ONE + f"phase = {phase}\n") for phase in ("-1", "1.9", '"x"', "true")),
    (OF_ONE, OF_ONE + "clinical = 5\n"),
    (OF_ONE, OF_ONE + "phases = 5\n"),
    (IMAGES, "images = 5"),
    (IMAGES, 'images = "images/{patient}_{site}.nii"'),
    (IMAGES, 'images = "images/{patient}_{}.nii"'),
    (IMAGES, 'images = "images/{patient"'),
    (IMAGES, 'images = "images/{patient}{phase:>1000000000}"'),
    ("[outcome]", '[expression]\nfile = "../e.tsv"\n[outcome]'),
    ("[outcome]", '[genesets]\nfiles = ["a.gmt", "/b.gmt"]\n[outcome]'),
    (OF_ONE, OF_ONE + 'clinical = "C:\\\\t.csv"\n'),
    (IMAGES, 'images = "images/{patient.__class__}"'),
    (IMAGES, 'images = "images/{patient:d}"'),
    (IMAGES, 'images = "/images/{patient}"'),
    (IMAGES, 'images = "../images/{patient}"'),
    (IMAGES, 'images = "C:/images/{patient}"'),
    (MASKS, 'masks = ["{patient}"]'),
    (MASKS, 'masks = "masks/{patient}_{phase}.nii"'),
    ('column = "lnm"', "column = 5"),
    ("positive = [1]", "positive = 1"),
    ("positive = [1]", "positive = []"),
    ("positive = [1]", "positive = [[1]]"),
    ("positive = [1]", "positive = [1]\nnegative = 0"),
    ("positive = [1]", 'positive = [1]\nnegative = ["1.0"]'),
    ("positive = [1]", "positive = [1]\nvalues = [0]"),
    ("[outcome]", "[expression]\nfile = 5\n[outcome]"),
    ("[outcome]", '[expression]\npath = "e.tsv"\n[outcome]'),
    ("[outcome]", '[expression]\nscale = "log10"\n[outcome]'),
    ("[outcome]", '[genesets]\nfiles = "a.gmt"\n[outcome]'),
    ("[outcome]", "[genesets]\nfiles = [5]\n[outcome]"),
    ("[outcome]", '[genesets]\nfile = "a.gmt"\n[outcome]'),
]


@pytest.mark.parametrize(("old", "new"), KEY_FAULTS)
def test_a_value_of_another_kind_is_one_clear_error(written: Path, old: str, new: str) -> None:
    edit(written, "study.toml", old, new)
    assert fault(written).code == "STUDY-KEY"


def test_a_table_for_cohorts_is_needed(written: Path) -> None:
    (written / "study.toml").write_text('cohorts = "one"\n' + MANIFEST.split("[cohorts", maxsplit=1)[0])
    assert fault(written).code == "STUDY-KEY"


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = \x00", "a = 1\na = 2"])
def test_what_is_no_toml_is_one_clear_error(written: Path, text: str) -> None:
    (written / "study.toml").write_text(text)
    assert fault(written).code == "STUDY-TOML"


def test_scale_and_settings_of_expression_join(written: Path) -> None:
    more = '[expression]\nscale = "linear"\n[settings.expression]\nmin_mean = 2\n[outcome]'
    edit(written, "study.toml", "[outcome]", more)
    chosen = load_study(written, "published").settings
    assert chosen.expression.scale == "linear" and chosen.expression.min_mean == 2
    assert chosen.preset == "published"
    edit(written, "study.toml", "[settings.expression]\nmin_mean = 2", "[settings]\nexpression = 2")
    assert fault(written).code == "SETTINGS"


def test_the_first_failure_stands_for_all_under_one_code() -> None:
    failure = {"code": "MASK-EMPTY", "message": "[MASK-EMPTY] A mask must hold a lesion. Draw one."}
    cases = {"A": {"failure": failure}, "B": {"failure": failure}}
    with pytest.raises(NodescopeError) as caught:
        kept(cases)
    text = str(caught.value)
    assert text.count("[") == 1 and "all 2 patients" in text and "A mask must hold a lesion" in text
    assert list(kept({**cases, "C": {}})) == ["C"]
