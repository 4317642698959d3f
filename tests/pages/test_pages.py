import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from core.jobs import Jobs, ProgressFile
from pages._ui.frame import NO_STUDY
from tests.conftest import SmallRun
from tests.pages.conftest import PAGES, said, tables

FILLED_BY = {
    "pages/study/cohorts.py": "cohort_tests",
    "pages/study/patient.py": "evaluation",
    "pages/imaging/gallery.py": "key_slices",
    "pages/imaging/checks.py": "masks",
    "pages/imaging/features.py": "radiomics",
    "pages/model/tuning.py": "radiomics",
    "pages/model/comparison.py": "evaluation",
    "pages/model/validation.py": "evaluation",
    "pages/model/tests.py": "evaluation",
    "pages/model/nomogram.py": "fusion",
    "pages/biology/expression.py": "expression",
    "pages/biology/modules.py": "modules",
    "pages/biology/module_traits.py": "module_traits",
    "pages/biology/preservation.py": "modules",
    "pages/biology/pathways.py": "enrichment",
    "pages/biology/gsva.py": "gsva",
    "pages/biology/gene_score.py": "gene_score",
    "pages/case/predict.py": "bundle",
    "pages/report/study_report.py": "evaluation",
    "pages/report/published_results.py": "evaluation",
    "pages/imaging/robustness.py": "robustness",
}

OWN = "pages/model/own_predictions.py"
DATA = "pages/study/data.py"
# Nothing uploaded, and no second cohort with expression: see test_preservation.py.
WITHOUT_CHART = {"pages/case/predict.py", OWN, DATA, "pages/biology/preservation.py"}
# The same for every study, and without one: test_archives.py, test_audit.py, test_data.py, ... here.
FREE = {"pages/imaging/ibsi.py", "pages/report/audit.py", "pages/study/archives.py", OWN, DATA}
OF_A_STUDY = sorted(set(PAGES) - FREE)


def test_the_pages_of_the_frame_are_those_in_the_folders() -> None:
    assert set(PAGES) == {"pages/study/overview.py", *FILLED_BY, *FREE}


@pytest.mark.parametrize("page", OF_A_STUDY)
def test_no_study(page: str, visit, started, tmp_path: Path) -> None:
    app = visit(tmp_path / "none", tmp_path / "cache")(page)
    assert not app.exception
    assert not app.error
    assert "Research use only" in said(app)
    assert "no study yet" in said(app).lower()
    # The demo study is asked for by itself.
    assert started[0] == (tmp_path / "none" / "demo", True)


@pytest.mark.parametrize("page", OF_A_STUDY)
def test_stages_missing(page: str, visit, started, studies: Path, tmp_path: Path) -> None:
    app = visit(studies, tmp_path / "cache")(page)
    assert not app.exception
    assert not app.error
    assert "Synthetic study" in said(app)
    assert started == []
    button = next(b for b in app.button if b.label == "Compute this study")
    button.click().run()
    assert started == [(studies / "demo", False)]


@pytest.mark.parametrize("page", PAGES)
def test_small_demo_complete(page: str, visit, started, studies: Path, small_run: SmallRun) -> None:
    app = visit(studies, small_run.cache)(page)
    assert not app.exception
    assert not app.error
    assert not app.info
    assert ("Synthetic study" in said(app)) == (Path(page).stem not in NO_STUDY)
    assert started == []
    drawn = [e for e in app.main if type(e).__name__ == "UnknownElement"]
    assert bool(app.get("plotly_chart")) or page in WITHOUT_CHART, drawn


@pytest.mark.parametrize("page", PAGES)
def test_one_cohort_without_expression(page: str, visit, started, training_only: Path, small_run) -> None:
    app = visit(training_only.parent, small_run.cache)(page)
    assert not app.exception
    assert not app.error
    assert ("no gene expression" in said(app)) == page.startswith(("pages/biology", "pages/study/patient"))
    assert "nan" not in said(app).lower().split()


@pytest.mark.parametrize("kept", ["patient:SIMB-001|", "lnm:1|", "patient:nobody|"])
@pytest.mark.parametrize("page", PAGES)
def test_a_narrow_filter(page: str, kept: str, visit, studies: Path, small_run: SmallRun) -> None:
    app = visit(studies, small_run.cache)(page, filter=kept)
    assert not app.exception
    assert not [error for error in app.error if "could not be shown" in error.value]


def test_overview_says_what_the_study_found(visit, studies: Path, small_run: SmallRun) -> None:
    text = said(visit(studies, small_run.cache)(""))
    assert "DLRN has **AUC 0." in text
    assert "16, 9 LNM positive" in text


def test_comparison_prints_table_1_with_intervals(visit, studies: Path, small_run: SmallRun) -> None:
    app = visit(studies, small_run.cache)("pages/model/comparison.py")
    table = next(d for d in tables(app) if "SEN" in d)
    assert list(table["Model"]) == ["Radiomics", "GoogLeNet", "ResNet50", "DLRN"] * 2
    assert table["AUC"].str.fullmatch(r"\d\.\d\d \(\d\.\d\d-\d\.\d\d\)").all()


def test_a_run_shows_k_of_n(visit, studies: Path, tmp_path: Path) -> None:
    progress = ProgressFile(Jobs(tmp_path / "cache").progress_path(studies / "demo"))
    progress.report("Radiomics features", 3, 40)
    app = visit(studies, tmp_path / "cache")("pages/model/comparison.py")
    assert "Radiomics features: 3 of 40" in [p.proto.text for p in app.get("progress")]


def test_a_failed_run_says_why_and_can_be_resumed(visit, studies: Path, tmp_path: Path) -> None:
    progress = ProgressFile(Jobs(tmp_path / "cache").progress_path(studies / "demo"))
    progress.finish("failed", "[MASK-EMPTY] Voxels of label 1; found none.")
    app = visit(studies, tmp_path / "cache")("pages/model/comparison.py")
    assert [e.value for e in app.error] == ["[MASK-EMPTY] Voxels of label 1; found none."]
    assert "Resume" in [b.label for b in app.button]


def test_published_preset_says_that_it_is_optimistic(visit, studies: Path, tmp_path: Path) -> None:
    app = visit(studies, tmp_path / "cache")("")
    app.session_state["preset"] = "published"
    assert "optimistic" in said(app.run())


def test_a_study_at_fault_is_one_clear_error(visit, small_study: Path, tmp_path: Path) -> None:
    broken = tmp_path / "studies" / "demo"
    broken.mkdir(parents=True)
    shutil.copy(small_study / "clinical.csv", broken)
    (broken / "study.toml").write_text("[study\n")
    app = visit(tmp_path / "studies", tmp_path / "cache")("pages/model/comparison.py")
    assert not app.exception
    assert all(e.value.startswith("[STUDY-TOML]") for e in app.error)
    assert str(tmp_path) not in said(app)


def test_all_problems_of_a_study_are_listed(visit, small_study: Path, tmp_path: Path) -> None:
    broken = tmp_path / "studies" / "demo"
    broken.mkdir(parents=True)
    table, text = ((small_study / name).read_text() for name in ("clinical.csv", "study.toml"))
    (broken / "clinical.csv").write_text(table.replace("sim-nact", "sim_nact*", 1))
    (broken / "study.toml").write_text(text.replace("[expression]", "[expresion]"))
    app = visit(tmp_path / "studies", tmp_path / "cache")("pages/model/comparison.py")
    assert not app.exception and "[STUDY-KEY]" in app.error[0].value
    assert [e.label for e in app.sidebar.expander] == ["2 problems of this study"]
    listed = "\n".join(markdown.value for markdown in app.sidebar.expander[0].markdown)
    assert "Did you mean expression?" in listed and "clinical.csv, row 26, column cohort" in listed
    assert str(tmp_path) not in listed and "Study" in [s.label for s in app.sidebar.selectbox]


def test_an_unexpected_error_is_one_calm_sentence(
    visit, studies: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    from pages._ui.study import facts

    def fail(*_: object) -> None:
        raise RuntimeError("/data/Jane_Doe.dcm")

    monkeypatch.setattr(facts, "stage_details", fail)
    app = visit(studies, tmp_path / "cache")("")
    assert not app.exception
    (error,) = app.error
    number = error.value.split("report error ")[1][:8]
    logged = capsys.readouterr().err
    assert "Jane" not in error.value + logged
    assert f"error {number}: RuntimeError at test_pages.py" in logged


def test_a_study_chosen_in_the_address_is_opened(
    visit, studies: Path, small_study: Path, tmp_path: Path
) -> None:
    from streamlit.testing.v1 import AppTest

    from tests.pages.conftest import ROOT

    shutil.copytree(small_study, studies / "second", ignore=shutil.ignore_patterns("images", "masks"))
    visit(studies, tmp_path / "cache")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["study"] = "second"
    assert app.run().selectbox(key="study").value == "second"


def test_another_clinical_table_is_another_result(
    visit, studies: Path, small_run: SmallRun, tmp_path: Path
) -> None:
    """Stage keys know only some columns: what a filter leaves must count as well."""
    twin = tmp_path / "twins" / "demo"
    twin.mkdir(parents=True)
    for part in small_run.study.iterdir():
        if part.name != "clinical.csv":
            (twin / part.name).symlink_to(part)
    table = pd.read_csv(small_run.study / "clinical.csv")
    table["grade"] = table["grade"].to_numpy()[::-1]
    table.to_csv(twin / "clinical.csv", index=False)
    passed = [
        said(visit(folder, small_run.cache)("pages/model/comparison.py", filter="grade:2|"))
        for folder in (studies, twin.parent, studies)
    ]
    assert passed[0] == passed[2] != passed[1]


def test_a_filter_beyond_the_data_leaves_the_frame_whole(visit, studies: Path, small_run: SmallRun) -> None:
    app = visit(studies, small_run.cache)("pages/study/cohorts.py", filter="age:200..300")
    assert not app.exception
    assert not app.error
    assert "Research use only" in said(app)
    assert any(button.label == "Clear the filter" for button in app.button)


def test_badges_are_those_of_the_link_from_the_first_run_on(
    visit, studies: Path, small_run: SmallRun
) -> None:
    """A real study beside the synthetic one, and the published preset, asked for by a link."""
    real = studies / "real"
    shutil.copytree(small_run.study, real, copy_function=os.link)
    text = (real / "study.toml").read_text()
    (real / "study.toml").unlink()
    (real / "study.toml").write_text(text.replace("synthetic = true", "synthetic = false"))
    opened = visit(studies, small_run.cache)
    assert "Synthetic study" in said(opened("pages/study/overview.py", study="demo"))
    assert "Synthetic study" not in said(opened("pages/study/overview.py", study="real"))
    published = said(opened("pages/study/overview.py", study="demo", preset="published"))
    assert "As published: selection outside the folds" in published


def test_a_link_to_a_study_that_is_not_here_says_so(visit, studies: Path, small_run: SmallRun) -> None:
    app = visit(studies, small_run.cache)("pages/study/overview.py", study="gone")
    assert [toast.value for toast in app.toast] == ["There is no study gone here: demo is shown."]
