import tomllib
from pathlib import Path

import pytest

from core.errors import NodescopeError, StudyError
from core.study.manifest import load_study
from core.study.toml_edit import edit_study
from tests.study_folder import MANIFEST, ROWS, write_rows

COMMENTED = MANIFEST.replace(
    '[cohorts.one]\nrole = "training"', '[cohorts.one]  # ours\nrole = "training"  # first'
)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    (tmp_path / "study.toml").write_text(COMMENTED)
    write_rows(tmp_path, ROWS)
    return tmp_path


def test_values_change_and_comments_stay(study: Path) -> None:
    edit_study(study, {("study", "name"): "Another", ("cohorts", "one", "phase"): 2})
    text = (study / "study.toml").read_text()
    assert "# ours" in text and "# first" in text
    assert tomllib.loads(text)["cohorts"]["one"]["phase"] == 2
    assert load_study(study).name == "Another"


def test_sections_that_are_missing_are_made_and_none_removes(study: Path) -> None:
    edit_study(study, {("settings", "forest", "trees"): 20, ("settings", "gsva", "sets"): "all"})
    assert load_study(study).settings.forest.trees == 20
    edit_study(study, {("settings", "forest", "trees"): None})
    found = tomllib.loads((study / "study.toml").read_text())["settings"]
    assert found == {"forest": {}, "gsva": {"sets": "all"}}


@pytest.mark.parametrize(
    "values",
    [
        {("cohorts", "one", "role"): "validation"},
        {("outcome", "positive"): [7]},
        {("outcome", "column"): "age"},
        {("study", "name"): " "},
        {("settings", "forest", "trees"): -1},
    ],
)
def test_a_study_that_could_not_be_read_then_stays_as_it_was(values, study: Path) -> None:
    with pytest.raises(NodescopeError) as caught:
        edit_study(study, values)
    assert (study / "study.toml").read_text() == COMMENTED
    assert str(study) not in str(caught.value) and "/tmp" not in str(caught.value)
    assert [p.name for p in study.iterdir() if p.name.startswith(".")] == []


def test_a_damaged_file_is_not_made_worse(study: Path) -> None:
    (study / "study.toml").write_text("[study\n")
    with pytest.raises(StudyError, match="STUDY-TOML"):
        edit_study(study, {("study", "name"): "Another"})
    assert (study / "study.toml").read_text() == "[study\n"
