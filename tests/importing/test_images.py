"""Images and masks of every layout, and those that cannot be used."""

import gzip
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from pydicom.uid import generate_uid

from core.errors import StudyError
from core.importing.images import case_of
from core.importing.reopening import reopen
from core.importing.writing import write_study
from core.study.intake.columns import guess_mapping
from core.study.intake.node_status import LabelRule
from core.study.intake.plan import CohortPlan, ImportPlan
from core.study.intake.preview import preview
from core.study.intake.tables import read_table
from core.study.manifest import load_study
from tests.imaging.dicom_maker import write_seg, write_series
from tests.importing.taken import array, plan_of
from tests.study_makers import Source, dynamic, lesion


def test_a_patient_whose_image_is_damaged_is_left_out_by_name(tcga, tmp_path):
    shutil.copytree(tcga.images, tmp_path / "images")
    bad = next((tmp_path / "images" / tcga.codes[0]).rglob("00-05.dcm"))
    bad.write_bytes(bad.read_bytes()[:-300])
    plan, frame = plan_of(replace(tcga, images=tmp_path / "images"), codes="tcga", name="TCGA")
    done = write_study(plan, frame, tmp_path / "study")
    assert list(done.failures["patient"]) == [tcga.codes[0]]
    assert str(tmp_path) not in done.failures["message"][0]
    assert tcga.codes[0] not in set(load_study(tmp_path / "study").clinical["patient"])
    assert not done.findings["patient"].isin([tcga.codes[0]]).any()
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


def test_phases_as_folders_of_slices_and_masks_as_dicom_seg(tmp_path):
    for i in range(10):
        study = generate_uid()
        for phase in range(2):
            folder = tmp_path / f"in/P{i}/phase_{phase}"
            write_series(folder, dynamic(i, i % 2 == 1)[phase : phase + 1], study=study)
        write_seg(tmp_path / f"in/P{i}/SEG", lesion(i).astype(np.uint8) * 255, range(len(lesion(i))))
    rows = ["ID,LNM", *(f"P{i},{i % 2}" for i in range(10))]
    frame = read_table("\n".join(rows).encode()).frame
    patterns = ("{patient}/phase_{phase}", "{patient}/SEG/*.dcm")
    cohort = CohortPlan("c", "training", (), str(tmp_path / "in"), *patterns)
    label = LabelRule("values", positive=("1",), negative=("0",))
    plan = ImportPlan("Folders", columns=guess_mapping(frame), label=label, cohorts=(cohort,))
    done = write_study(plan, frame, tmp_path / "out")
    assert done.failures.empty and len(done.included) == 10
    assert np.array_equal(array(done.root / "masks/P3.nii.gz"), lesion(3))
    assert np.array_equal(array(done.root / "images/P3_1.nii.gz"), dynamic(3, True)[1])


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
