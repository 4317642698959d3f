"""Two cohorts in the layouts of the archives become studies that load and compute."""

import gzip
import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from core.errors import CannotRun, StudyError
from core.genomics.expression_file import read_expression
from core.genomics.samples import match_samples
from core.importing.headers import header_facts
from core.importing.images import case_of
from core.importing.reopening import reopen
from core.importing.writing import write_study
from core.settings import PatchSettings, RadiomicsSettings
from core.stages.case_work import Cut, check_case, radiomics_case, slice_case
from core.study.intake.columns import guess_mapping
from core.study.intake.layouts import propose
from core.study.intake.node_status import LabelRule
from core.study.intake.plan import CohortPlan, ImportPlan, from_json, to_json
from core.study.intake.preview import preview
from core.study.intake.rules import Rule
from core.study.intake.scan import scan
from core.study.intake.tables import read_table
from core.study.manifest import load_study
from tests.study_makers import REAL, Source, dynamic, lesion, write_nact, write_tcga

RULES = (Rule("manufacturer", values=("GE",)), Rule("field_strength", low="1.4", high="1.6"))


@pytest.fixture(scope="module")
def tcga(tmp_path_factory) -> Source:
    return write_tcga(tmp_path_factory.mktemp("tcga"), n=15, genes=80)


@pytest.fixture(scope="module")
def written(tcga, tmp_path_factory):
    """Plan, frame, facts and what was written of the TCGA-like cohort."""
    plan, frame = _plan(tcga, codes="tcga", name="TCGA", rules=RULES)
    facts = header_facts(plan, preview(plan, frame))
    steps: list[tuple[int, int]] = []
    folder = tmp_path_factory.mktemp("studies") / "tcga"
    done = write_study(plan, frame, folder, facts, progress=lambda *at: steps.append(at))
    assert steps == [(k, len(steps)) for k in range(1, len(steps) + 1)]
    return plan, frame, facts, done


def _plan(source: Source, **changes) -> tuple[ImportPlan, pd.DataFrame]:
    """As the guided import fills it in: every guess taken."""
    frame = read_table(source.table).frame
    codes = [code.removesuffix("-01A") for code in source.codes]
    own = None if source.masks == source.images else scan(source.masks)
    best = propose(scan(source.images), codes, own)[0]
    masks = "" if own is None else str(source.masks)
    cohort = CohortPlan("mine", "training", (), str(source.images), best.images, best.masks, masks)
    plan = ImportPlan(columns=guess_mapping(frame), cohorts=(cohort,), **changes)
    if source.expression is not None:
        plan = replace(
            plan, expression=str(source.expression), scale="log2", genesets=(str(source.genesets),)
        )
    return plan, frame


def _array(path: Path) -> np.ndarray:
    return sitk.GetArrayFromImage(sitk.ReadImage(str(path)))


def test_the_plan_survives_json(written):
    plan = written[0]
    assert from_json(to_json(plan)) == plan
    for text in ("", "[]", '{"cohorts": 1}', '{"unknown": 1}', '{"codes": "other"}', "9" * 5000):
        with pytest.raises(StudyError, match="IMPORT-PLAN"):
            from_json(text)


def test_a_tcga_study_holds_the_patients_with_labels_images_and_rules(written, tcga):
    plan, frame, facts, done = written
    study = load_study(done.root)
    assert set(facts["field_strength"]) == {1.5} and set(facts["manufacturer"]) == {"GE", "Siemens"}
    kept = [c for i, c in enumerate(tcga.codes[:15]) if i % 5 != 4]
    assert list(study.clinical["patient"]) == kept == list(done.included)
    assert dict(zip(study.clinical["patient"], study.clinical["lnm"], strict=True)) == {
        c: tcga.labels[c] for c in kept
    }
    assert list(done.flow["n"]) == [17, 16, 15, 12, 12, 12] and done.failures.empty
    assert list(done.flow["left_out"]) == [0, 1, 1, 3, 0, 0]
    assert set(preview(plan, frame, facts).patients["patient"]) == set(tcga.codes)


def test_voxels_and_lesions_are_those_of_the_dicom_and_les_files(written, tcga):
    done = written[3]
    for i, code in list(enumerate(tcga.codes))[:4]:
        positive = bool(tcga.labels[code])
        for phase in range(3):
            voxels = _array(done.root / f"images/{code}_{phase}.nii.gz")
            assert np.array_equal(voxels, dynamic(i, positive)[phase])
        assert np.array_equal(_array(done.root / f"masks/{code}.nii.gz"), lesion(i))
    assert set(done.findings["code"]) == {"", "LES-CONFIRM"}


def test_case_stages_run(written):
    study = load_study(written[3].root)
    for patient in study.clinical["patient"][:2]:
        paths = study.image_path(patient), study.mask_path(patient)
        assert check_case(*paths, RadiomicsSettings())["report"]["voxels"] > 200
        assert slice_case(*paths, Cut(PatchSettings(), 1))["patch"].shape == (3, 224, 224)
    features = radiomics_case(*paths, RadiomicsSettings(log_sigmas=(2.0,)))["features"]
    assert np.isfinite(features["value"]).all()


def test_expression_is_joined_by_barcodes(written, tcga):
    study = load_study(written[3].root)
    values = read_expression(study.expression)
    found, normals = match_samples(values.columns, study.patients("training"))
    assert list(found) == study.patients("training") and normals > 0
    assert study.genesets[0].read_bytes() == tcga.genesets.read_bytes()
    assert study.settings.expression.scale == "log2"


def test_nothing_of_the_patients_reaches_the_study(written):
    secrets = (b"Secret", b"20030607", b"date_of_initial", b"2003-06-07", b"06-07-2003", b"1950-01")
    for path in [p for p in written[3].root.rglob("*") if p.is_file()]:
        data = path.read_bytes()
        data = gzip.decompress(data) if path.suffix == ".gz" else data
        assert not [s for s in secrets if s in data], path.name
        assert str(written[0].cohorts[0].folder).encode() not in data


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
    first = str(before.clinical["patient"][0])
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


def test_a_nact_study_of_simulated_patients_and_the_real_one(shared, tmp_path):
    source = write_nact(tmp_path / "source", shared / "data/nact_pilot" / REAL, n=9)
    plan, frame = _plan(source, name="NACT", label=LabelRule("count"))
    done = write_study(plan, frame, tmp_path / "nact")
    study = load_study(done.root)
    assert dict(zip(study.clinical["patient"], study.clinical["lnm"], strict=True)) == source.labels
    real = source.codes[0]
    assert _array(study.mask_path(real)).sum() == 41_105
    assert len(list(done.root.glob(f"images/{real}_*"))) == 3
    for patient in source.codes[:2]:
        paths = study.image_path(patient), study.mask_path(patient)
        assert check_case(*paths, RadiomicsSettings())["report"]["components"] >= 1
        assert slice_case(*paths, Cut(PatchSettings(), 1))["place"]["slice"] >= 0
    table = pd.read_csv(done.root / "clinical.csv")
    assert list(table.columns) == ["patient", "cohort", "age", "lnm", "Nodes positive", "ER"]
    assert not [p for p in done.root.rglob("*") if p.is_file() and b"Name 1" in p.read_bytes()]


def test_a_patient_whose_image_is_damaged_is_left_out_by_name(tcga, tmp_path):
    shutil.copytree(tcga.images, tmp_path / "images")
    bad = next((tmp_path / "images" / tcga.codes[0]).rglob("00-05.dcm"))
    bad.write_bytes(bad.read_bytes()[:-300])
    plan, frame = _plan(replace(tcga, images=tmp_path / "images"), codes="tcga", name="TCGA")
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
    plan, frame = _plan(
        Source(tmp_path, root / "clinical.csv", tmp_path / "in", tmp_path / "in", (), {}), name="V"
    )
    plan = replace(
        plan,
        columns=guess_mapping(frame[["patient", "age", "lnm"]]),
        label=LabelRule("values", positive=("1",), negative=("0",)),
    )
    plan = replace(
        plan,
        cohorts=(
            replace(
                plan.cohorts[0], images="images/{patient}_{phase}.nii.gz", masks="masks/{patient}.nii.gz"
            ),
        ),
    )
    done = write_study(plan, frame, tmp_path / "out")
    code = done.included[0]
    assert set(np.unique(_array(done.root / f"masks/{code}.nii.gz"))) == {0, 1}
    assert set(done.findings["code"]) == {"MASK-LABEL-TAKEN"}
    data = gzip.decompress((done.root / f"images/{code}_1.nii.gz").read_bytes())
    assert b"Secret" not in data
    linked = write_study(replace(plan, volumes="link"), frame, tmp_path / "linked").root
    assert (linked / f"images/{code}_1.nii.gz").samefile(tmp_path / f"in/images/{code}_1.nii.gz")
    shown = case_of(plan.cohorts[0], preview(plan, frame).images["mine"].files[code])
    assert len(shown.phases) == 1 and shown.mask.GetSize() == shown.phases[0].GetSize()


def test_a_study_made_by_hand_opens_as_a_plan(small_study):
    plan, frame = reopen(small_study)
    found = preview(plan, frame)
    study = load_study(small_study)
    assert found.included == tuple(study.clinical["patient"]) and not found.problems
    assert [c.role for c in plan.cohorts] == ["training", "validation"]
    assert found.status.labels == dict(zip(study.clinical["patient"], study.clinical["lnm"], strict=True))
    json.loads(to_json(plan))
