"""The occlusion map of a patient and of a new case: on request, then shown; that of a case is never kept."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.figures.text import number
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun
from tests.pages.conftest import said

BUTTON = "Compute the map"


@pytest.fixture
def stored(studies: Path, small_run: SmallRun) -> Pipeline:
    shutil.rmtree(small_run.cache / "occlusion", ignore_errors=True)
    return Pipeline(load_study(studies / "demo"), Store(small_run.cache))


def asked(app: AppTest) -> AppTest:
    (button,) = (b for b in app.button if b.label == BUTTON)
    app = button.click().run(timeout=300)
    assert not app.exception
    assert not app.error
    assert not [b for b in app.button if b.label == BUTTON]
    return app


def test_a_patients_map_is_computed_on_request_and_kept(
    visit, studies: Path, small_run: SmallRun, stored: Pipeline
) -> None:
    patient = stored.study.patients("training")[2]
    predictions = stored.entry("fusion")["predictions"].set_index("patient")
    app = visit(studies, small_run.cache)("")
    app.session_state["patient"] = patient
    app = app.switch_page("pages/study/patient.py").run()
    assert "of the whole patch" not in said(app)
    app = asked(app)
    text = said(app)
    assert "Hiding one of 169 squares (32 x 32 pixels" in text
    assert f"**{patient} helped to fit this signature**" in text
    assert f"Out-of-fold P(LNM+) is {number(predictions.loc[patient, 'GoogLeNet'])}" in text
    assert "Random weights" in text
    assert "Occlusion map (Zeiler" in app.code[-1].value
    again = visit(studies, small_run.cache)("")
    again.session_state["patient"] = patient
    assert "Hiding one of 169 squares" in said(again.switch_page("pages/study/patient.py").run())
    other = again.selectbox(key="patient").select(stored.study.patients("validation")[0]).run()
    assert "of the whole patch" not in said(other)


def test_a_new_cases_map_stays_with_the_case(
    visit, studies: Path, small_run: SmallRun, stored: Pipeline
) -> None:
    patient = stored.study.patients("validation")[0]
    expected = stored.entry("fusion")["predictions"].set_index("patient").loc[patient, "GoogLeNet"]
    app = visit(studies, small_run.cache)("pages/case/predict.py")
    app = app.segmented_control(key="case_kind").set_value("An image and its mask").run()
    for part, path in (
        ("image", stored.study.image_path(patient)),
        ("mask", stored.study.mask_path(patient)),
    ):
        app.file_uploader(key=f"case_upload_{part}").set_value(
            [(f"Jane_Doe_{part}.nii.gz", path.read_bytes(), "application/gzip")]
        )
    app = app.run()
    app = next(b for b in app.button if b.label == "The overlay is right").click().run(timeout=300)
    assert "of the whole patch" not in said(app)
    app = asked(app)
    assert f"GoogLeNet signature of the whole patch: P(LNM+) {number(expected)}" in said(app)
    assert "The model has never seen this case." in said(app)
    assert "Occlusion map (Zeiler" in app.code[-1].value
    assert not (small_run.cache / "occlusion").exists()
    app = next(b for b in app.button if b.label == "Remove the case").click().run()
    assert "of the whole patch" not in said(app)
    assert "case" not in app.session_state
