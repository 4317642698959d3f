"""Imports that are cancelled, refused, damaged or changed later: nothing is lost, nobody in silence."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import CannotRun, StudyError
from core.importing.reopening import reopen
from core.importing.writing import write_study
from core.study.intake.node_status import LabelRule
from core.study.intake.plan import to_json
from core.study.intake.preview import preview
from core.study.manifest import load_study
from tests.importing.taken import RULES


def test_a_study_is_opened_again_changed_and_written_in_place(written, tmp_path):
    before = load_study(written[3].root)
    folder = tmp_path / "copy"
    shutil.copytree(written[3].root, folder)
    text = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(f"# mine\n{text}\n[settings.forest]\ntrees = 77 # few\n")
    (folder / "notes.txt").write_text("kept")
    plan, frame = reopen(folder)
    assert preview(plan, frame, written[2]).included == tuple(before.clinical["patient"])
    assert len(frame) == 17 and plan.rules == RULES and plan.name == "TCGA"
    first = str(before.clinical.loc[before.clinical["lnm"] == 1, "patient"].iloc[0])
    changed = replace(plan, name="Other", left_out=(first,), description="New", genesets=())
    image = folder / f"images/{first}_1.nii.gz"
    digest = image.read_bytes()
    write_study(changed, frame, folder, written[2], replaces=True)
    study = load_study(folder)
    assert (study.name, study.settings.forest.trees, study.genesets) == ("Other", 77, ())
    assert first not in set(study.clinical["patient"]) and image.read_bytes() == digest
    text = (folder / "study.toml").read_text()
    assert "# mine" in text and "# few" in text and (folder / "notes.txt").read_text() == "kept"
    again, frame = reopen(folder)
    write_study(replace(again, left_out=()), frame, folder, written[2], replaces=True)
    assert list(load_study(folder).clinical["patient"]) == list(before.clinical["patient"])


def test_a_cancelled_or_refused_import_leaves_nothing(written, tmp_path):
    plan, frame, facts, done = written
    with pytest.raises(CannotRun, match="IMPORT-CANCELLED"):
        write_study(plan, frame, tmp_path / "new", facts, cancelled=lambda: True)
    assert not list(tmp_path.iterdir())
    for changes, code in (
        ({"name": " "}, "IMPORT-PLAN"),
        ({"cohorts": ()}, "IMPORT-PLAN"),
        ({"label": LabelRule("count")}, "IMPORT-PLAN"),
    ):
        with pytest.raises(StudyError, match=code):
            write_study(replace(plan, **changes), frame, tmp_path / "new", facts)
    with pytest.raises(StudyError, match="headers are not read"):
        write_study(plan, frame, tmp_path / "new")
    assert not list(tmp_path.iterdir())
    with pytest.raises(StudyError, match="IMPORT-TARGET"):
        write_study(plan, frame, done.root, facts)
    assert load_study(done.root).name == "TCGA"


def test_a_study_behind_a_link_is_replaced_behind_it(written, tmp_path):
    shutil.copytree(written[3].root, tmp_path / "far/study")
    (tmp_path / "near").mkdir()
    link = tmp_path / "near/study"
    link.symlink_to(tmp_path / "far/study")
    plan, frame = reopen(link)
    write_study(replace(plan, name="Other"), frame, link, written[2], replaces=True)
    assert link.is_symlink() and load_study(tmp_path / "far/study").name == "Other"
    assert [p.name for p in tmp_path.glob("*/*")] == ["study", "study"]


def test_a_disk_that_fails_brings_the_old_study_back(written, tmp_path, monkeypatch):
    folder = tmp_path / "study"
    shutil.copytree(written[3].root, folder)
    plan, frame = reopen(folder)
    rename = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if "-import-" in self.name:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CannotRun, match="WRITE"):
        write_study(replace(plan, name="Other"), frame, folder, written[2], replaces=True)
    assert load_study(folder).name == "TCGA" and [p.name for p in tmp_path.iterdir()] == ["study"]


def test_a_study_made_by_hand_opens_as_a_plan(small_study):
    plan, frame = reopen(small_study)
    found = preview(plan, frame)
    study = load_study(small_study)
    assert found.included == tuple(study.clinical["patient"]) and not found.problems
    assert [c.role for c in plan.cohorts] == ["training", "validation"]
    assert found.status.labels == dict(zip(study.clinical["patient"], study.clinical["lnm"], strict=True))
    json.loads(to_json(plan))
