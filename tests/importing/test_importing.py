"""Two cohorts in the layouts of the archives become studies that load and compute."""

import gzip

import numpy as np
import pandas as pd
import pytest

from core.errors import StudyError
from core.genomics.expression_file import read_expression
from core.genomics.samples import match_samples
from core.importing.writing import write_study
from core.settings import PatchSettings, RadiomicsSettings
from core.stages.case_work import Cut, check_case, radiomics_case, slice_case
from core.study.intake.node_status import LabelRule
from core.study.intake.plan import from_json, to_json
from core.study.intake.preview import preview
from core.study.manifest import load_study
from tests.importing.taken import array, plan_of
from tests.study_makers import REAL, dynamic, lesion, write_nact


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
            voxels = array(done.root / f"images/{code}_{phase}.nii.gz")
            assert np.array_equal(voxels, dynamic(i, positive)[phase])
        assert np.array_equal(array(done.root / f"masks/{code}.nii.gz"), lesion(i))
    assert set(done.findings["code"]) == {"", "LES-CONFIRM"}


def test_case_stages_run(written):
    study = load_study(written[3].root)
    for patient in study.clinical["patient"][:2]:
        paths = study.image_path(patient), study.mask_path(patient)
        assert check_case(*paths, RadiomicsSettings())["report"]["voxels"] > 200
        assert slice_case(*paths, Cut(PatchSettings(), 1))["patch"].shape == (224, 224)
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


def test_a_nact_study_of_simulated_patients_and_the_real_one(shared, tmp_path):
    source = write_nact(tmp_path / "source", shared / "data/nact_pilot" / REAL, n=9)
    plan, frame = plan_of(source, name="NACT", label=LabelRule("count"))
    done = write_study(plan, frame, tmp_path / "nact")
    study = load_study(done.root)
    assert dict(zip(study.clinical["patient"], study.clinical["lnm"], strict=True)) == source.labels
    real = source.codes[0]
    assert array(study.mask_path(real)).sum() == 41_105
    assert len(list(done.root.glob(f"images/{real}_*"))) == 3
    for patient in source.codes[:2]:
        paths = study.image_path(patient), study.mask_path(patient)
        assert check_case(*paths, RadiomicsSettings())["report"]["components"] >= 1
        assert slice_case(*paths, Cut(PatchSettings(), 1))["place"]["slice"] >= 0
    table = pd.read_csv(done.root / "clinical.csv")
    assert list(table.columns) == ["patient", "cohort", "age", "lnm", "Nodes positive", "ER"]
    assert not [p for p in done.root.rglob("*") if p.is_file() and b"Name 1" in p.read_bytes()]
