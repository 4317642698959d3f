"""A study with covariates from run to prediction: who is left out, what follows, what does not."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.errors import StudyError
from core.models.bundle import load_bundle
from core.models.fusion import fit_fusion, predict_fusion
from core.models.signature import fit_signature
from core.pipeline import Pipeline
from core.settings import ValidationSettings
from core.stages.covariates import values
from core.store import Store
from core.study.manifest import Study, load_study
from tests.conftest import SmallRun, core

LEFT_OUT = {"SIMB-008": "COVARIATE-MISSING", "SIMN-003": "COVARIATE-LEVEL", "SIMN-004": "COVARIATE-MISSING"}


@pytest.fixture(scope="module")
def pipeline(covariate_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(covariate_run.study), Store(covariate_run.cache))


def test_who_lacks_a_covariate_is_left_out_by_name(pipeline: Pipeline, covariate_run: SmallRun) -> None:
    fusion = pipeline.entry("fusion")
    assert dict(fusion["failures"][["patient", "code"]].to_numpy()) == LEFT_OUT
    patients = set(pipeline.study.clinical["patient"])
    assert set(fusion["predictions"]["patient"]) == patients - set(LEFT_OUT)
    assert set(fusion["covariate_values"]["patient"]) == patients - set(LEFT_OUT)
    assert {row["patient"] for row in pipeline.failures()} == set(LEFT_OUT)
    metrics = pipeline.entry("evaluation")["metrics"].set_index(["role", "model"])
    assert (metrics.loc[("training", "DLRN"), "n"], metrics.loc[("validation", "DLRN"), "n"]) == (23, 14)
    done = core("run", covariate_run.study, "--cache", covariate_run.cache)
    assert done.returncode == 3
    for patient, code in LEFT_OUT.items():
        assert f"left out: {patient}: [{code}]" in done.stderr
    assert "menopausal must be a level of 2 or more training patients: post, pre; found peri" in done.stderr
    assert "note: DLRN nomogram: " in done.stderr and "4 coefficients on 11 patients" in done.stderr


def test_signatures_are_those_of_the_study_without_covariates(
    pipeline: Pipeline, small_run: SmallRun
) -> None:
    plain = Pipeline(load_study(small_run.study), Store(small_run.cache))
    different = {name for name in plain.keys if plain.keys[name] != pipeline.keys[name]}
    assert {"fusion", "evaluation", "bundle"} <= different
    assert not {name for name in different if name.startswith("signature_")}
    assert plain.entry("fusion")["failures"].empty and plain.entry("fusion")["covariates"].empty


def test_the_probability_is_that_of_the_regression(pipeline: Pipeline) -> None:
    fusion, clinical = pipeline.entry("fusion"), pipeline.study.clinical.set_index("patient")
    predictions = fusion["predictions"].set_index("patient")
    others = predictions.index[predictions["role"] == "validation"]
    table = predictions.loc[others].join(clinical[["age", "menopausal"]])
    expected = predict_fusion(fusion["coefficients"], table)
    pd.testing.assert_series_equal(predictions.loc[others, "DLRN"], expected, check_names=False)
    ages = clinical.loc[predictions.index[predictions["role"] == "training"], "age"]
    told = fusion["covariates"].set_index("covariate")
    assert (told.loc["age", "low"], told.loc["age", "high"]) == (ages.min(), ages.max())
    assert list(told.loc["menopausal", "level"]) == ["post", "pre"]


def with_menopausal(study: Study, change) -> Study:
    """The study with another column of menopausal status."""
    table = study.clinical.copy()
    table["menopausal"] = [change(row) for row in table.to_dict("records")]
    return replace(study, clinical=table)


def test_only_its_own_columns_make_the_nomogram_stale(pipeline: Pipeline) -> None:
    def keys(study: Study) -> dict[str, str]:
        return Pipeline(study, pipeline.store).keys

    other = keys(with_menopausal(pipeline.study, lambda row: "pre" if row["age"] < 50 else "post"))
    assert other["fusion"] != pipeline.keys["fusion"]
    assert other["signature_radiomics"] == pipeline.keys["signature_radiomics"]
    grade = replace(pipeline.study, clinical=pipeline.study.clinical.assign(grade=1.0))
    assert keys(grade)["fusion"] == pipeline.keys["fusion"]


def patients_of(study: Study) -> pd.DataFrame:
    return study.clinical.set_index("patient")[["role", "lnm"]]


def test_too_few_with_every_covariate_is_an_error(pipeline: Pipeline) -> None:
    study = with_menopausal(pipeline.study, lambda row: row["menopausal"] if row["lnm"] else None)
    with pytest.raises(StudyError) as error:
        values(study, patients_of(study))
    assert error.value.code == "COVARIATE-FEW"
    assert error.value.found == "12 and 0 (12 left out)"
    assert "age, menopausal" in error.value.expected and "COVARIATE-MISSING" in error.value.fix


def test_a_validation_cohort_without_the_covariate_is_an_error(pipeline: Pipeline) -> None:
    study = with_menopausal(
        pipeline.study, lambda row: row["menopausal"] if row["role"] == "training" else None
    )
    with pytest.raises(StudyError, match=r"COVARIATE-FEW.*LNM-positive and -negative validation patients"):
        values(study, patients_of(study))


def test_a_covariate_that_no_longer_differs_is_an_error(pipeline: Pipeline) -> None:
    study = with_menopausal(pipeline.study, lambda row: row["menopausal"])
    only = patients_of(study)[study.clinical.set_index("patient")["menopausal"] != "pre"]
    with pytest.raises(StudyError, match=r"COVARIATE-CONSTANT.*one value of menopausal"):
        values(study, only)


def test_refits_join_them_too(pipeline: Pipeline) -> None:
    """The observed AUC of the permutation test is that of signatures and nomogram fitted one by one."""
    settings = replace(pipeline.study.settings, validation=ValidationSettings(permutations=1, compared=1))
    of = Pipeline(replace(pipeline.study, settings=settings), pipeline.store)
    of.run(lambda *_: None, workers=1, only="permutation")
    found = of.entry("permutation")["auc"].set_index(["permutation", "preset", "model"])["auc"]
    fusion, once = of.entry("fusion"), replace(settings.resampling, repeats=1)
    y = fusion["predictions"].query("role == 'training'").set_index("patient")["lnm"]
    given = pd.DataFrame(index=y.index)
    for family, name in (("radiomics", "Radiomics"), ("googlenet", "GoogLeNet")):
        X = of.entry(family)["features"].loc[y.index]
        fit = fit_signature(X, y, settings.selection(family), settings.classifier, once)
        given[name] = fit.out_of_fold
    joined = given.join(fusion["covariate_values"].set_index("patient"))
    areas = [roc_auc_score(y, fit_fusion(table, y, once).out_of_fold) for table in (joined, given)]
    assert found[0, "leak_free", "DLRN"] == pytest.approx(areas[0], abs=1e-9)
    assert areas[0] != pytest.approx(areas[1], abs=1e-3)


def predicted(run: SmallRun, patient: str, out: Path, *more: str):
    study = load_study(run.study)
    case = study.image_path(patient), study.mask_path(patient)
    return core("predict", run.bundle, *case, "--cache", run.cache, "-o", out, *more)


def test_predict_gives_what_the_study_has(
    pipeline: Pipeline, covariate_run: SmallRun, tmp_path: Path
) -> None:
    done = predicted(
        covariate_run,
        "SIMN-001",
        tmp_path / "p.json",
        "--covariate",
        "age=38",
        "--covariate",
        "menopausal=pre",
    )
    assert done.returncode == 3, done.stderr
    found = json.loads((tmp_path / "p.json").read_text())
    stored = pipeline.entry("fusion")["predictions"].set_index("patient")
    assert found["probability"] == pytest.approx(stored.at["SIMN-001", "DLRN"], rel=1e-9)
    assert sum(found["points"].values()) == pytest.approx(found["total_points"])
    assert list(found["points"]) == ["Radiomics", "GoogLeNet", "age", "menopausal"]
    age, menopausal = found["covariates"]
    assert (age["value"], age["inside"], menopausal["value"]) == (38.0, True, "pre")
    assert found["models"] == len(found["resampled"]) > 0
    assert not any("outside the range" in warning for warning in found["warnings"])


def test_predict_says_so_beyond_the_training_range(covariate_run: SmallRun, tmp_path: Path) -> None:
    done = predicted(
        covariate_run,
        "SIMN-001",
        tmp_path / "p.json",
        "--covariate",
        "age=99",
        "--covariate",
        "menopausal=pre",
    )
    assert done.returncode == 3
    assert "age = 99 lies outside the range of the training patients, 34 to 82" in done.stderr


@pytest.mark.parametrize("more", [[], ["--covariate", "age=x", "--covariate", "size=3"]])
def test_predict_names_every_fault_at_once(covariate_run: SmallRun, tmp_path: Path, more: list[str]) -> None:
    done = predicted(covariate_run, "SIMN-001", tmp_path / "p.json", *more)
    (line,) = done.stderr.strip().splitlines()
    assert done.returncode == 1 and line.startswith("[CASE-COVARIATE]") and "no menopausal" in line
    assert ("size" in line) is bool(more) and not (tmp_path / "p.json").exists()


def test_a_model_without_covariates_refuses_one(small_run: SmallRun, tmp_path: Path) -> None:
    done = predicted(small_run, "SIMN-001", tmp_path / "p.json", "--covariate", "age=51")
    assert done.returncode == 1 and "[CASE-COVARIATE] The model takes no covariate" in done.stderr
    assert load_bundle(small_run.bundle).covariates.empty
