"""The pages of the model chapter print what core computes, for everyone and for some of the patients."""

from pathlib import Path

import pandas as pd
import pytest

from core.evaluation.bands import bands
from core.evaluation.judge import judge_some
from core.evaluation.pairs import pairs_table
from core.evaluation.threshold import at_threshold
from core.evaluation.unpaired import between_cohorts
from core.figures.text import estimate, number, p_number
from core.models.readings import coefficient_table, readings
from core.pipeline import Pipeline
from core.published.paper import published_table
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun
from tests.pages.conftest import said, tables

MODELS = ["Radiomics", "GoogLeNet", "ResNet50", "DLRN"]


@pytest.fixture
def opened(visit, small_study: Path, small_run: SmallRun, tmp_path: Path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "demo").symlink_to(small_study)
    return visit(tmp_path / "studies", small_run.cache)


@pytest.fixture
def stored(small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(small_run.study), Store(small_run.cache))


def predictions_of(stored: Pipeline) -> pd.DataFrame:
    return stored.entry("fusion")["predictions"]


def auc_of(metrics: pd.DataFrame, role: str) -> str:
    row = metrics[(metrics["role"] == role) & (metrics["model"] == "DLRN")].iloc[0]
    return estimate(row["auc"], row["auc_low"], row["auc_high"])


def assert_calls(table: pd.DataFrame, at: pd.DataFrame) -> None:
    """The table beside the confusion matrices prints these calls."""
    for column, row in zip(table.columns[1:], at.to_dict("records"), strict=True):
        keys = ("accuracy", "sensitivity", "specificity", "ppv", "npv")
        shares = [estimate(row[k], row[f"{k}_low"], row[f"{k}_high"]) for k in keys]
        assert list(table[column]) == [
            *shares,
            number(row["net_benefit"], 3),
            number(row["net_benefit_all"], 3),
        ]
        assert column.endswith(f"n = {row['n']}")


def test_comparison_at_the_carried_and_at_another_cutoff(opened, stored: Pipeline) -> None:
    app = opened("pages/model/comparison.py")
    metrics, predictions = stored.entry("evaluation")["metrics"], predictions_of(stored)
    assert f"**AUC {auc_of(metrics, 'validation')}**" in said(app)
    youden = float(metrics.loc[metrics["model"] == "DLRN", "threshold"].iloc[0])
    assert app.slider(key="cutoff_DLRN").value == youden
    assert_calls(tables(app)[0], at_threshold(predictions, "DLRN", youden))
    app.slider(key="cutoff_DLRN").set_value(0.61).run()
    assert_calls(tables(app)[0], at_threshold(predictions, "DLRN", 0.61))
    next(b for b in app.button if b.label.startswith("Youden")).click().run()
    assert app.slider(key="cutoff_DLRN").value == youden


def test_bands_and_a_choice_of_models(opened, stored: Pipeline) -> None:
    app = opened("pages/model/comparison.py")
    assert "bootstrap resamples" not in "".join(code.value for code in app.code)
    app.toggle(key="bands").set_value(True).run()
    assert not app.exception
    assert not app.error
    assert "500 bootstrap resamples" in "".join(code.value for code in app.code)
    shown = predictions_of(stored)
    found = bands(shown, MODELS, seed=stored.study.settings.resampling.seed)
    table = next(t for t in tables(app) if "SEN" in t)
    expected = [f"{number(low)}-{number(high)}" for low, high in found.auc[["low", "high"]].to_numpy()]
    assert list(table["AUC, bootstrap CI"]) == expected
    app.button_group(key="models").set_value(["Radiomics", "DLRN"]).run()
    assert not app.exception
    assert list(next(t for t in tables(app) if "SEN" in t)["Model"]) == ["Radiomics", "DLRN"] * 2
    assert app.button_group(key="cutoff_model").options == ["Radiomics", "DLRN"]


def test_a_filter_judges_the_patients_that_pass(opened, stored: Pipeline, small_study: Path) -> None:
    app = opened("pages/model/comparison.py")
    app.session_state["filter"] = "age:30.0..55.0"
    app.run()
    clinical = load_study(small_study).clinical
    kept = clinical.loc[clinical["age"].between(30, 55), "patient"]
    found, left_out = judge_some(predictions_of(stored), MODELS, list(kept))
    table = next(d for d in tables(app) if "SEN" in d)
    assert len(found.metrics) == len(table) < 9
    expected = [estimate(*row) for row in found.metrics[["auc", "auc_low", "auc_high"]].to_numpy()]
    assert list(table["AUC"]) == expected
    assert "pass the filter" in said(app)
    assert len(app.info) == len(left_out)


@pytest.mark.parametrize("page", ["model/comparison", "model/tests", "report/published_results"])
def test_one_class_left_is_said_and_nothing_is_judged(page: str, opened) -> None:
    app = opened(f"pages/{page}.py")
    app.session_state["filter"] = "lnm:1|"
    app.run()
    assert not app.exception
    assert not app.error
    assert ["no LNM negative" in info.value for info in app.info] == [True, True]
    assert not app.get("plotly_chart")


@pytest.mark.parametrize(
    "page", ["model/comparison", "model/tests", "model/nomogram", "report/published_results"]
)
def test_one_cohort_alone_has_its_panel(page: str, opened, small_study: Path) -> None:
    app = opened(f"pages/{page}.py")
    cohort = load_study(small_study).clinical["cohort"].iloc[0]
    app.session_state["filter"] = f"cohort:{cohort}|"
    app.run()
    assert not app.exception
    assert not app.error
    assert app.get("plotly_chart")


def test_tests_prints_delong_and_what_dlrn_adds(opened, stored: Pipeline) -> None:
    app = opened("pages/model/tests.py")
    pairs = pairs_table(predictions_of(stored), MODELS)
    row = pairs[(pairs["role"] == "validation") & (pairs["a"] == "Radiomics") & (pairs["b"] == "DLRN")].iloc[
        0
    ]
    assert f"**{estimate(row['difference'], row['difference_low'], row['difference_high'])}**" in said(app)
    table = tables(app)[0]
    assert list(table["P"]) == [p_number(p) for p in pairs["delong_p"]]
    assert list(table["DeLong z (R's sign)"]) == [number(z) for z in pairs["delong_z"]]
    between = between_cohorts(predictions_of(stored), MODELS)
    table = next(t for t in tables(app) if "DeLong D" in t)
    assert list(table["P"]) == [p_number(p) for p in between["p"]]


def test_nomogram_marks_a_patient(opened, stored: Pipeline) -> None:
    app = opened("pages/model/nomogram.py")
    fusion = stored.entry("fusion")
    found = readings(fusion["predictions"], fusion["coefficients"], fusion["axes"]).iloc[3]
    app.selectbox(key="patient").set_value(found["patient"]).run()
    assert f"total {number(found['total'], 0)} points, **P(LNM) = {number(found['probability'])}**" in said(
        app
    )
    terms = coefficient_table(fusion["coefficients"])
    expected = [estimate(*row) for row in terms[["coef", "coef_low", "coef_high"]].to_numpy()]
    assert list(tables(app)[0]["Coefficient (95% CI)"]) == expected


def test_nomogram_without_patients(opened) -> None:
    app = opened("pages/model/nomogram.py")
    app.session_state["filter"] = "age:1.0..2.0"
    app.run()
    assert not app.exception
    assert not app.error
    assert "No patient passes" in app.info[0].value


def test_published_results_stand_beside_the_study_s(opened, stored: Pipeline) -> None:
    app = opened("pages/report/published_results.py")
    metrics = stored.entry("evaluation")["metrics"]
    assert f"paper 0.87 (0.76-0.95) (n = 57), this study **{auc_of(metrics, 'validation')}**" in said(app)
    assert "to compare format, not evidence" in app.warning[0].value
    table = tables(app)[0]
    paper = published_table()
    assert list(table.loc[table["Source"] == "Liu et al.", "SEN"]) == [number(v) for v in paper["sen"]]
    ours = [estimate(*row) for row in metrics[["auc", "auc_low", "auc_high"]].to_numpy()]
    assert list(table.loc[table["Source"] == "this study", "AUC"]) == ours
