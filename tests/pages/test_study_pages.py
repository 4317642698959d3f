"""The pages of the study chapter print what core computes, under a filter and with patients selected."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.figures.text import estimate, number
from core.pipeline import Pipeline
from core.store import Store
from core.study.differences import compare, kinds, label_tests
from core.study.manifest import load_study
from tests.conftest import SmallRun
from tests.pages.conftest import PAGES, said, tables
from tests.study_folder import MANIFEST, ROWS, write_rows

COHORTS, PATIENT = "pages/study/cohorts.py", "pages/study/patient.py"


@pytest.fixture
def pipeline(small_study: Path, small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(small_study), Store(small_run.cache))


@pytest.fixture
def clinical(pipeline: Pipeline) -> pd.DataFrame:
    return pipeline.study.clinical


@pytest.fixture
def open_on(visit, studies: Path, small_run: SmallRun):
    """A function that opens a page with values of the session state."""

    def at(page: str, **values: object) -> AppTest:
        app = visit(studies, small_run.cache)("")
        for key, value in values.items():
            app.session_state[key] = value
        return app.switch_page(page).run() if page else app.run()

    return at


def table_with(app: AppTest, column: str) -> pd.DataFrame:
    return next(d for d in tables(app) if column in d)


def test_cohorts_test_the_patients_that_pass_the_filter(open_on, clinical, pipeline) -> None:
    stored = pipeline.entry("cohort_tests")["tests"]
    everyone = label_tests(clinical)
    assert everyone == {key: pytest.approx(stored[key]) for key in everyone}
    kept = clinical[clinical["age"].between(40, 60)]
    app = open_on(COHORTS, filter="age:40.0..60.0")
    assert not app.exception
    assert not app.error
    found = label_tests(kept)
    assert f"Chi-square {number(found['chi_square'])}, df 1" in said(app)
    assert f"Clinical table, n = {len(kept)}" in [s.value for s in app.subheader]


def test_the_table_of_differences_is_that_of_core(open_on, clinical) -> None:
    table = table_with(open_on(COHORTS), "q, LNM")
    groups = compare(clinical, kinds(clinical)).groups
    age = groups[(groups["variable"] == "age") & (groups["group"] == 1)].iloc[0]
    shown = table[table["Variable"] == "Age (years)"].iloc[0]
    column = next(c for c in table if c.startswith("LNM positive"))
    assert shown[column] == f"{age['median']:.1f} [{age['q1']:.1f}-{age['q3']:.1f}]"
    positive = clinical.groupby("cohort")["lnm"].sum()
    row = table.iloc[1]
    assert row[""] == "positive, n (%)"
    for cohort, n in positive.items():
        assert row[next(c for c in table if c.startswith(f"{cohort}, n"))].startswith(f"{n} (")


@pytest.mark.parametrize("rule", ["age:1.0..2.0", "patient:FIRST|", "lnm:1|", "cohort:TRAINING|"])
def test_every_filter_gives_a_page(rule: str, open_on, clinical) -> None:
    training = clinical.loc[clinical["role"] == "training", "cohort"].iloc[0]
    text = rule.replace("FIRST", clinical["patient"].iloc[0]).replace("TRAINING", training)
    for page in (COHORTS, PATIENT):
        app = open_on(page, filter=text)
        assert not app.exception
        assert not app.error
        assert ("No patient passes the filter." in said(app)) == (rule == "age:1.0..2.0")


def test_a_categorical_variable_is_drawn_too(open_on) -> None:
    app = open_on(COHORTS, variable="er")
    assert not app.exception
    assert "ER known of" in said(app)


def test_overview_says_that_a_filter_does_not_change_it(open_on, pipeline) -> None:
    metrics = pipeline.entry("evaluation")["metrics"]
    row = metrics[(metrics["role"] == "validation") & (metrics["model"] == "DLRN")].iloc[0]
    auc = f"**AUC {estimate(row['auc'], row['auc_low'], row['auc_high'])}**"
    note = "the filter does not change them"
    plain, filtered = open_on(""), open_on("", filter="lnm:1|")
    assert auc in said(plain) and note not in said(plain)
    assert auc in said(filtered) and note in said(filtered)
    assert len(plain.get("page_link")) == len(PAGES) - 1


def test_the_patient_page_shows_the_values_of_core(open_on, pipeline) -> None:
    predictions = pipeline.entry("fusion")["predictions"]
    row = predictions[predictions["role"] == "validation"].iloc[0]
    app = open_on(PATIENT, patient=row["patient"])
    table = table_with(app, "Risk group").set_index("Signature")
    training = predictions[predictions["role"] == "training"]
    for model in ("Radiomics", "GoogLeNet", "ResNet50", "DLRN"):
        assert table.loc[model, "Probability"] == number(row[model])
        high = row[model] > np.median(training[model])
        assert table.loc[model, "Risk group"] == ("high" if high else "low")
    # The nomogram is the fit itself, and so is DLRN of a validation patient.
    assert f"probability {number(row['DLRN'])}." in said(app)
    assert "Gene expression is used of the training cohort only." in said(app)


def test_selected_patients_are_listed_first(open_on, clinical) -> None:
    codes = [clinical["patient"].iloc[9], clinical["patient"].iloc[4]]
    app = open_on(PATIENT, patients=tuple(codes))
    assert list(table_with(app, "DLRN")["Patient"]) == codes[::-1]
    assert app.selectbox(key="patient").options[:2] == codes[::-1]
    assert app.selectbox(key="patient").value == codes[1]
    next(b for b in app.button if b.label == "Next").click().run()
    assert app.selectbox(key="patient").value == codes[0]


def test_a_link_to_a_patient_who_is_not_there_is_said_calmly(open_on, clinical) -> None:
    first = clinical["patient"].iloc[0]
    app = open_on(PATIENT, patient="<b>nobody</b>")
    assert [i.value for i in app.info] == [f"This study has no such patient; {first} is shown."]
    positive = clinical.loc[clinical["lnm"] == 1, "patient"].iloc[0]
    negative = clinical.loc[clinical["lnm"] == 0, "patient"].iloc[0]
    app = open_on(PATIENT, patient=negative, filter="lnm:1|")
    assert [i.value for i in app.info] == [f"{negative} does not pass the filter; {positive} is shown."]


def test_a_patient_left_out_is_said_with_the_reason(open_on, clinical, monkeypatch) -> None:
    from pages._ui import access

    first, stored = clinical["patient"].iloc[0], access.value

    def without(entry: object, name: str) -> object:
        found = stored(entry, name)
        if name in ("predictions", "index"):
            return found[found["patient"] != first]
        return found.assign(ok=found["patient"] != first) if name == "cases" else found

    failure = pd.DataFrame([{"patient": first, "code": "MASK-EMPTY", "message": "[MASK-EMPTY] No voxel."}])
    monkeypatch.setattr(access, "value", without)
    monkeypatch.setattr(access, "failures", lambda: failure)
    # The keys are those of the whole study: nothing of this may be remembered.
    monkeypatch.setattr(access, "derive", lambda make, *_: make())
    app = open_on(PATIENT, patient=first)
    assert not app.exception
    assert [i.value for i in app.info] == [f"{first} is not in the analysis. [MASK-EMPTY] No voxel."]
    app = open_on(COHORTS)
    assert f"1 of {len(clinical)} patients was left out." in said(app)


def test_a_study_without_expression(visit, small_study: Path, small_run: SmallRun, tmp_path: Path) -> None:
    folder = tmp_path / "studies" / "demo"
    folder.mkdir(parents=True)
    for name in ("images", "masks", "clinical.csv"):
        (folder / name).symlink_to(small_study / name)
    text = (small_study / "study.toml").read_text()
    images, _, settings = text.partition("[expression]")
    (folder / "study.toml").write_text(images + settings[settings.index("[settings") :])
    for page in ("pages/study/overview.py", COHORTS, PATIENT):
        app = visit(tmp_path / "studies", small_run.cache)(page)
        assert not app.exception
        assert not app.error
    assert "This study has no gene expression." in said(app)


def test_one_cohort_alone(visit, tmp_path: Path) -> None:
    folder = tmp_path / "studies" / "demo"
    folder.mkdir(parents=True)
    first, _, rest = MANIFEST.partition("[cohorts.two]")
    (folder / "study.toml").write_text(first + "[outcome]" + rest.partition("[outcome]")[2])
    write_rows(folder, [row for row in ROWS if ",one," in row])
    store = Store(tmp_path / "cache")
    Pipeline(load_study(folder), store).run(lambda *_: None, only="cohort_tests")
    app = visit(tmp_path / "studies", tmp_path / "cache")(COHORTS)
    assert not app.exception
    assert not app.error
    assert "LNM positive: 6/12 (50.0%) in one." in said(app)
    assert "Chi-square" not in said(app)
    assert "Nothing is missing: all 1 clinical variables are known of all 12 patients." in said(app)
