"""Imports that are cancelled, refused, damaged or changed later: nothing is lost, nobody in silence."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import CannotRun, StudyError
from core.importing.images import case_of
from core.importing.reopening import reopen
from core.importing.writing import write_study
from core.study.intake.columns import guess_mapping
from core.study.intake.node_status import LabelRule
from core.study.intake.plan import to_json
from core.study.intake.preview import preview
from core.study.manifest import load_study
from tests.importing.taken import RULES, array, plan_of
from tests.study_makers import Source


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


def test_a_patient_whose_image_is_damaged_is_left_out_by_name(tcga, tmp_path):
    shutil.copytree(tcga.images, tmp_path / "images")
    bad = next((tmp_path / "images" / tcga.codes[0]).rglob("00-05.dcm"))
    bad.write_bytes(bad.read_bytes()[:-300])
    plan, frame = plan_of(replace(tcga, images=tmp_path / "images"), codes="tcga", name="TCGA")
    done = write_study(plan, frame, tmp_path / "study")
    assert list(done.failures["patient"]) == [tcga.codes[0]]
    assert str(tmp_path) not in done.failures["message"][0]
    assert tcga.codes[0] not in set(load_study(tmp_path / "study").clinical["patient"])
    assert done.flow.iloc[-1]["reasons"] == f"1 {done.failures['code'][0]} ({tcga.codes[0]})"


def test_volume_files_are_written_anew_or_linked(written, tmp_path):
    """A study is a folder of volume files: import it as such, with other labels in the masks."""
    root = written[3].root
    shutil.copytree(root / "images", tmp_path / "in/images")
    (tmp_path / "in/masks").mkdir()
    for path in root.glob("masks/*"):
        sitk.WriteImage(sitk.ReadImage(str(path)) * 255, str(tmp_path / "in/masks" / path.name))
        for other in tmp_path.glob(f"in/images/{path.name[:12]}_1*"):
            image = sitk.ReadImage(str(other))
            image.SetMetaData("descrip", "Secret")
            sitk.WriteImage(image, str(other))
    plan, frame = plan_of(
        Source(tmp_path, root / "clinical.csv", tmp_path / "in", tmp_path / "in", written[3].included, {}),
        name="V",
    )
    label = LabelRule("values", positive=("1",), negative=("0",))
    plan = replace(plan, columns=guess_mapping(frame[["patient", "age", "lnm"]]), label=label)
    assert (plan.cohorts[0].images, plan.cohorts[0].masks) == (
        "images/{patient}_{phase}.nii.gz", "masks/{patient}.nii.gz",
    )  # fmt: skip
    done = write_study(plan, frame, tmp_path / "out")
    code = done.included[0]
    assert set(np.unique(array(done.root / f"masks/{code}.nii.gz"))) == {0, 1}
    assert set(done.findings["code"]) == {"MASK-LABEL-TAKEN"}
    data = gzip.decompress((done.root / f"images/{code}_1.nii.gz").read_bytes())
    assert b"Secret" not in data
    linked = write_study(replace(plan, volumes="link"), frame, tmp_path / "linked").root
    assert (linked / f"images/{code}_1.nii.gz").samefile(tmp_path / f"in/images/{code}_1.nii.gz")
    shown = case_of(plan.cohorts[0], preview(plan, frame).images["mine"].files[code])
    assert len(shown.phases) == 1 and shown.mask.GetSize() == shown.phases[0].GetSize()


def test_second_masks_are_joined_and_a_bad_one_costs_nothing_else(written, tmp_path):
    done = written[3]
    first, other = done.included[:2]
    (tmp_path / "in/reader2").mkdir(parents=True)
    for part in ("images", "masks"):
        shutil.copytree(done.root / part, tmp_path / "in" / part)
    shutil.copyfile(done.root / f"masks/{first}.nii.gz", tmp_path / f"in/reader2/{first.lower()}.nii.gz")
    (tmp_path / f"in/reader2/{other}.nii.gz").write_bytes(b"none")
    plan, frame = reopen(done.root)
    cohort = replace(plan.cohorts[0], folder=str(tmp_path / "in"), second_masks="reader2/{patient}.nii.gz")
    again = write_study(replace(plan, cohorts=(cohort,), rules=()), frame, tmp_path / "out")
    study = load_study(again.root)
    assert study.second_mask_path(first).is_file() and study.second_mask_path(other) is None
    assert list(again.findings["patient"]) == [other] and list(again.findings["code"]) == ["SECOND-MASK"]
    assert again.included == done.included


def test_masks_on_another_grid_are_found_at_the_import(written, tcga, tmp_path):
    done = written[3]
    plan, frame = reopen(done.root)
    plan = replace(plan, cohorts=(replace(plan.cohorts[0], folder=str(tmp_path / "in")),), rules=())
    for part in ("images", "masks"):
        shutil.copytree(done.root / part, tmp_path / "in" / part)
    positive = next(p for p in done.included if tcga.labels[p])
    _move(tmp_path / f"in/masks/{positive}.nii.gz")
    again = write_study(plan, frame, tmp_path / "out")
    assert list(again.failures["code"]) == ["MASK-GRID"] and positive not in again.included
    for path in tmp_path.glob("in/masks/*"):
        _move(path)
    with pytest.raises(StudyError, match=r"IMPORT-IMAGES.*12 of 12 that are not.*MASK-GRID"):
        write_study(plan, frame, tmp_path / "none")
    assert not (tmp_path / "none").exists()


def _move(path: Path) -> None:
    mask = sitk.ReadImage(str(path))
    mask.SetSpacing((1.0, 1.0, 1.0))
    sitk.WriteImage(mask, str(path))


def test_a_study_made_by_hand_opens_as_aplan_of(small_study):
    plan, frame = reopen(small_study)
    found = preview(plan, frame)
    study = load_study(small_study)
    assert found.included == tuple(study.clinical["patient"]) and not found.problems
    assert [c.role for c in plan.cohorts] == ["training", "validation"]
    assert found.status.labels == dict(zip(study.clinical["patient"], study.clinical["lnm"], strict=True))
    json.loads(to_json(plan))
