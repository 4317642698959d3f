"""Promotion writes four settings into study.toml and touches nothing else."""

import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import CannotRun, StudyError
from core.pipeline import Pipeline
from core.settings import ForestSettings
from core.store import Store
from core.study.manifest import load_study
from core.tuning.configuration import Configuration
from core.tuning.promotion import changes, lines, promote, write
from core.tuning.record import TuningRecord
from tests.conftest import SmallRun

TUNED = Configuration(0.9, 5, 12, 300)
STUDY = """# my study
[study]
name = "x"  # kept

[settings.forest]   # shared
trees = 500
seed = 7

[cohorts.a]
role = "training"

[settings.selection_radiomics]
min_icc = 0.75
keep = 30 # ours
"""
SHAPES = {
    "no settings": '[study]\nname = "x"\n',
    "sections apart": STUDY,
    "one table": "[settings]\npreset = 'published'\nforest = { trees = 3, min_leaf = 4 }\n",
    "dotted": "settings.forest.trees = 500\n[study]\nname = 'x'\n",
    "an empty section": "[settings]\n[settings.forest]\n",
    "windows": STUDY.replace("\n", "\r\n"),
    "no newline at the end": "[settings.forest]\ntrees = 9",
}


def written(folder: Path, text: str, configuration: Configuration = TUNED) -> str:
    (folder / "study.toml").write_bytes(text.encode())
    write(folder, "radiomics", configuration)
    return (folder / "study.toml").read_bytes().decode()


@pytest.mark.parametrize("shape", SHAPES)
def test_four_settings_and_nothing_else_change(tmp_path: Path, shape: str) -> None:
    expected = tomllib.loads(SHAPES[shape])
    settings = expected.setdefault("settings", {})
    settings.setdefault("selection_radiomics", {}).update(components=0.9, neighbours=5, keep=12)
    settings.setdefault("forest", {})["trees"] = 300
    assert tomllib.loads(written(tmp_path, SHAPES[shape])) == expected
    assert [p.name for p in tmp_path.iterdir()] == ["study.toml"]


def test_comments_and_order_stay(tmp_path: Path) -> None:
    after = written(tmp_path, STUDY)
    assert after.startswith(
        '# my study\n[study]\nname = "x"  # kept\n\n[settings.forest]   # shared\ntrees = 300\n'
    )
    assert "keep = 12 # ours\n" in after


def test_another_learner_is_written_and_taken_back(tmp_path: Path) -> None:
    svm = written(tmp_path, STUDY, replace(TUNED, learner="svm"))
    assert tomllib.loads(svm)["settings"]["learner"] == {"name": "svm"}
    back = tomllib.loads(written(tmp_path, svm.replace('"svm"', '"svm"\nc = 2.0')))["settings"]["learner"]
    assert back == {"c": 2.0}
    assert '[settings.learner] name = "svm"' in lines(changes("radiomics", replace(TUNED, learner="svm")))


def test_what_is_the_default_is_not_written(tmp_path: Path) -> None:
    usual = Configuration(None, 10, 41, 200)
    assert written(tmp_path, SHAPES["no settings"], usual) == SHAPES["no settings"]
    assert tomllib.loads(written(tmp_path, STUDY, usual))["settings"] == {
        "forest": {"seed": 7}, "selection_radiomics": {"min_icc": 0.75},
    }  # fmt: skip


@pytest.mark.parametrize("text", ["[settings", "settings = 3\n", "[settings]\nforest = 4\n"])
def test_what_cannot_be_edited_safely_stays_as_it_is(tmp_path: Path, text: str) -> None:
    with pytest.raises(StudyError, match="STUDY-TOML"):
        written(tmp_path, text)
    assert (tmp_path / "study.toml").read_text() == text


def test_a_folder_that_cannot_be_written_to_gets_the_lines_to_put_in(tmp_path: Path, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(CannotRun) as raised:
        written(tmp_path, STUDY)
    said = str(raised.value)
    assert "[settings.selection_radiomics] components = 0.9, neighbours = 5, keep = 12" in said
    assert "[settings.forest] trees = 300" in said
    assert str(tmp_path) not in said
    assert (tmp_path / "study.toml").read_text() == STUDY
    assert [p.name for p in tmp_path.iterdir()] == ["study.toml"]


def test_the_former_settings_stay_under_a_name_and_come_back(small_study: Path, tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    shutil.copytree(small_study, folder, ignore=shutil.ignore_patterns("images", "masks"))
    before, study = (folder / "study.toml").read_text(), load_study(folder)
    record = TuningRecord(tmp_path / "cache", folder)
    promote(study, record, "radiomics", TUNED)
    now = load_study(folder)
    assert now.settings == TUNED.study(study.settings, "radiomics")
    kept = record.read()
    assert [look.how for look in kept.unlocks] == ["promoted"]
    [(text, name)] = kept.names("radiomics").items()
    assert name.startswith("study's until ")
    promote(now, record, "radiomics", Configuration.parse(text))
    assert load_study(folder).settings == study.settings
    after = (folder / "study.toml").read_text()
    assert tomllib.loads(after) == tomllib.loads(before)


def test_what_would_be_computed_again_names_no_stage_on_demand(small_run: SmallRun) -> None:
    pipeline = Pipeline(load_study(small_run.study), Store(small_run.cache))
    assert pipeline.would_change(pipeline.study.settings) == []
    settings = replace(pipeline.study.settings, forest=ForestSettings(trees=7))
    changed = pipeline.would_change(settings)
    assert {"Radiomics signature", "DLRN nomogram", "Module-trait correlation"} <= set(changed)
    assert not {stage.title for stage in pipeline.stages if stage.on_demand} & set(changed)
    assert "Radiomics features" not in changed
