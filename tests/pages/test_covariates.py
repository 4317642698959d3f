"""Pages of a study with covariates on its nomogram: what stands there is what core gives."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.figures.palette import LIGHT
from core.figures.text import number
from core.models.bundle import load_bundle
from core.models.readings import readings
from core.pipeline import Pipeline
from core.report.study.parts import Plot, Results
from core.report.study.patients import patients
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun
from tests.pages.conftest import PAGES, said, tables
from tests.pages.test_predict import cases_of, confirm, prediction_of, upload

NOMOGRAM, PATIENT, PREDICT = "pages/model/nomogram.py", "pages/study/patient.py", "pages/case/predict.py"
LEFT_OUT = ["SIMB-008", "SIMN-003", "SIMN-004"]


@pytest.fixture
def opened(visit, covariate_run: SmallRun, tmp_path: Path):
    studies = tmp_path / "studies"
    studies.mkdir()
    (studies / "demo").symlink_to(covariate_run.study)
    return visit(studies, covariate_run.cache)


@pytest.fixture(scope="module")
def pipeline(covariate_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(covariate_run.study), Store(covariate_run.cache))


@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands(page: str, opened) -> None:
    app = opened(page)
    assert not app.exception
    assert not app.error


def test_the_nomogram_page_reads_a_patient_s_covariates(opened, pipeline: Pipeline) -> None:
    fusion = pipeline.entry("fusion")
    parts = ("predictions", "coefficients", "axes", "covariate_values")
    row = readings(*(fusion[name] for name in parts)).set_index("patient").loc["SIMN-001"]
    app = opened(NOMOGRAM, patient="SIMN-001")
    text = said(app)
    assert f"Age {row['age']:g}: {number(row['points age'], 1)} points" in text
    assert f"Menopausal pre: {number(row['points menopausal'], 1)} points" in text
    assert f"P(LNM) = {number(row['probability'])}" in text
    (left,) = (table for table in tables(app) if "message" in table)
    assert list(left["patient"]) == LEFT_OUT
    terms = next(table for table in tables(app) if "Term" in table).set_index("Term")
    assert terms.loc["menopausal=post", "Odds ratio for"] == "reference level"
    assert terms.loc["age", "Odds ratio for"] == "a rise of 1"
    assert "signature with age and menopausal" in "".join(code.value for code in app.code)


def test_the_patient_page_says_who_is_left_out_and_why(opened) -> None:
    text = said(opened(PATIENT, patient="SIMN-003"))
    assert "SIMN-003 is not in the analysis. [COVARIATE-LEVEL]" in text and "found peri" in text
    text = said(opened(PATIENT, patient="SIMN-001"))
    assert "isk by the training median: " in text


def test_the_inclusion_flow_counts_them(opened) -> None:
    text = said(opened("pages/study/cohorts.py"))
    assert "3 of 40 patients were left out" in text


def test_the_flow_has_a_step_for_them_in_the_report_too(pipeline: Pipeline) -> None:
    parts = patients(Results(pipeline)).parts
    flow = next(p for p in parts if isinstance(p, Plot) and "were left out" in p.caption).draw(theme=LIGHT)
    said = " ".join(note.text for note in flow.layout.annotations)
    for n in (23, 14):  # of 24 and 16
        assert f"With every<br>covariate<br><b>n = {n}</b>" in said
        assert f"In the analysis<br><b>n = {n}</b>" in said
    assert "COVARIATE-MISSING" in said and "COVARIATE-LEVEL" in said


def test_validation_follows(opened) -> None:
    app = opened("pages/model/validation.py")
    assert not app.exception
    assert not app.error
    assert any(button.label == "Compute it now" for button in app.button)


@pytest.fixture
def confirmed(opened, pipeline: Pipeline) -> AppTest:
    study = pipeline.study
    app = opened(PREDICT).segmented_control(key="case_kind").set_value("An image and its mask").run()
    files = study.image_path("SIMN-001"), study.mask_path("SIMN-001")
    return confirm(upload(app, *(path.read_bytes() for path in files)))


def age(app: AppTest):
    return next(box for box in app.number_input if box.label == "Age (years)")


def menopausal(app: AppTest):
    return next(box for box in app.selectbox if box.label == "Menopausal")


def assert_the_report_names_them(app: AppTest, run: SmallRun) -> None:
    from core.report.case_report import case_report
    from pages._ui.case import pictures

    (held,) = cases_of(app)
    (result,) = held.results.values()
    picture = pictures.overlay(held.case, held.phase, held.case.key_slice)
    page = case_report(result, load_bundle(run.bundle), picture, held.case.notes, "Nodescope, demo")
    for words in ("Menopausal", "against post", "34 to 82", "Covariates enter the nomogram as given"):
        assert words in page


def test_predict_asks_before_it_scores(
    confirmed: AppTest, pipeline: Pipeline, covariate_run: SmallRun
) -> None:
    app = confirmed
    assert "the case is scored when Age and Menopausal are given" in said(app)
    assert "Training patients: 34 to 82." in said(app) and "Training patients: post 14, pre 9." in said(app)
    app = age(app).set_value(38.0).run()
    assert "the case is scored when Menopausal is given" in said(app)
    assert "Probability of LNM" not in said(app)
    app = menopausal(app).set_value("pre").run()
    assert not app.exception and not app.error
    shown = json.loads(prediction_of(app))
    stored = pipeline.entry("fusion")["predictions"].set_index("patient")
    assert shown["probability"] == pytest.approx(stored.at["SIMN-001", "DLRN"], rel=1e-9)
    assert f"Probability of LNM {number(shown['probability'])}" in said(app)
    given = next(table for table in tables(app) if "Covariate" in table).set_index("Covariate")
    assert list(given["Value"]) == ["38", "pre"]
    assert list(given["Points"]) == [number(shown["points"][name], 1) for name in ("age", "menopausal")]
    assert "risk by the cut-off" in said(app)
    assert_the_report_names_them(app, covariate_run)


def test_another_value_is_scored_anew_and_one_outside_the_range_is_said(confirmed: AppTest) -> None:
    app = menopausal(age(confirmed).set_value(38.0).run()).set_value("pre").run()
    first = json.loads(prediction_of(app))["probability"]
    app = age(app).set_value(95.0).run()
    second = json.loads(prediction_of(app))
    assert second["probability"] != first and second["covariates"][0]["inside"] is False
    assert any(
        "age = 95 lies outside the range of the training patients, 34 to 82" in w.value for w in app.warning
    )
    (held,) = cases_of(app)
    assert held.covariates == {"age": 95.0, "menopausal": "pre"}
