"""The tuning page shows core's out-of-fold numbers of the training cohort, and no others."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.change import change
from core.figures.text import estimate
from core.models.signature import fit_signature
from core.pipeline import Pipeline
from core.settings import SelectionSettings
from core.store import Store
from core.study.manifest import Study, load_study
from pages._ui import state
from tests.pages.conftest import said, tables

PAGE = "pages/model/tuning.py"


@pytest.fixture
def tuned(visit, small_study, small_run) -> AppTest:
    return visit(small_study.parent, small_run.cache)(PAGE)


@pytest.fixture(scope="module")
def study(small_study: Path) -> Study:
    return load_study(small_study)


@pytest.fixture(scope="module")
def out_of_fold(study: Study, small_run):
    """Core's out-of-fold probabilities of a family for given selection and trees, and the outcome."""
    pipeline = Pipeline(study, Store(small_run.cache))

    def fit(selection: SelectionSettings, trees: int, family: str = "radiomics") -> tuple:
        X, clinical = pipeline.entry(family)["features"], study.clinical.set_index("patient")
        rows = X.index[clinical.loc[X.index, "role"] == "training"]
        forest = replace(study.settings.forest, trees=trees)
        once = replace(study.settings.resampling, repeats=1)
        fitted = fit_signature(X.loc[rows], clinical.loc[rows, "lnm"], selection, forest, once)
        return clinical.loc[rows, "lnm"], fitted.out_of_fold

    return fit


def table(app: AppTest) -> pd.DataFrame:
    return tables(app)[0]


def expected(y: pd.Series, now: pd.Series, before: pd.Series) -> list[str]:
    row = change(y, now, before).metrics.iloc[0]
    keys = ("auc", "accuracy", "sensitivity", "specificity", "ppv", "npv")
    return [estimate(row[k], row[f"{k}_low"], row[f"{k}_high"]) for k in keys]


def test_moving_a_slider_changes_the_row_to_cores_output(tuned: AppTest, study: Study, out_of_fold) -> None:
    settings = study.settings
    usual = settings.selection_radiomics, settings.forest.trees
    y, before = out_of_fold(*usual)
    columns = ["AUC", "ACC", "SEN", "SPEC", "PPV", "NPV"]
    assert table(tuned).loc[0, columns].tolist() == expected(y, before, before)
    assert "These are the study's settings" in said(tuned)
    tuned.slider(key=f"radiomics_{state.TUNING_KEEP}").set_value(3)
    tuned.slider(key=f"radiomics_{state.TUNING_TREES}").set_value(60).run()
    assert not tuned.exception
    _, now = out_of_fold(replace(usual[0], keep=3), 60)
    assert table(tuned).loc[0, columns].tolist() == expected(y, now, before)
    assert table(tuned).loc[1, columns].tolist() == expected(y, before, before)
    found = change(y, now, before).difference
    assert estimate(found.difference, found.low, found.high, 3) in said(tuned)
    assert "1 configuration tried" in said(tuned)


def test_the_number_of_components_and_the_way_back(tuned: AppTest, study: Study, out_of_fold) -> None:
    usual = study.settings.selection_radiomics, study.settings.forest.trees
    y, before = out_of_fold(*usual)
    tuned.segmented_control(key=f"radiomics_{state.TUNING_COMPONENTS}").set_value("number").run()
    tuned.slider(key=f"radiomics_{state.TUNING_NUMBER}").set_value(4).run()
    _, now = out_of_fold(replace(usual[0], components=4), usual[1])
    assert table(tuned).loc[0, "AUC"] == expected(y, now, before)[0]
    assert "4 of" in said(tuned)
    [button] = [b for b in tuned.button if b.label == "Back to the study's settings"]
    button.click().run()
    assert "These are the study's settings" in said(tuned)
    assert table(tuned).loc[0, "AUC"] == expected(y, before, before)[0]
    assert "tried in this session" in said(tuned)


def test_another_signature(tuned: AppTest, study: Study, out_of_fold) -> None:
    tuned.segmented_control(key=state.TUNING_FAMILY).set_value("GoogLeNet").run()
    y, before = out_of_fold(study.settings.selection_googlenet, study.settings.forest.trees, "googlenet")
    assert table(tuned).loc[0, "AUC"] == expected(y, before, before)[0]


def test_the_validation_cohort_is_nowhere_on_the_page(tuned: AppTest, study: Study) -> None:
    validation = study.clinical.loc[study.clinical["role"] == "validation", "cohort"].iloc[0]
    text = "\n".join(str(getattr(part, "value", "")) for part in tuned.main)
    assert validation not in text
    assert "validation cohort is not shown" in text


def test_a_filter_does_not_reach_the_training_patients(
    tuned: AppTest, visit, small_study, small_run, study: Study
) -> None:
    app = visit(small_study.parent, small_run.cache)(PAGE, filter="lnm:1|")
    n = int((study.clinical["role"] == "training").sum())
    assert f"all {n} training patients" in said(app)
    assert table(app).equals(table(tuned))


def test_a_training_cohort_that_cannot_be_folded_is_one_clear_error(
    visit, small_study, small_run, monkeypatch
) -> None:
    from pages._ui.model import tuning_controls

    real = tuning_controls.training
    one_class = lambda *given: real(*given)._replace(y=real(*given).y * 0, key="one class")  # noqa: E731
    monkeypatch.setattr(tuning_controls, "training", one_class)
    app = visit(small_study.parent, small_run.cache)(PAGE)
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("[ONE-CLASS]")
