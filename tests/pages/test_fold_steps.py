"""Pages of a study that harmonises and filters by ICC show the numbers of core; other studies are spared."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.roc import auc
from core.features.batch_effect import by_batch
from core.figures.text import estimate
from core.models.held_out import held_out
from core.models.signature import fit_signature
from core.pipeline import Pipeline
from core.stages.metadata import metadata
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun
from tests.pages.conftest import said, tables
from tests.pages.test_predict import PAGE, confirm, prediction_of, upload
from tests.test_fold_steps import robust

FEATURES, ROBUSTNESS = "pages/imaging/features.py", "pages/imaging/robustness.py"
NOTE = "ComBat by scanner cannot be applied to 1 training patient (not known) and"


@pytest.fixture
def opened(visit, scanned_run: SmallRun, tmp_path: Path):
    """Opens a page of the study with scanners."""
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "scanned").symlink_to(scanned_run.study)
    return visit(tmp_path / "studies", scanned_run.cache)


@pytest.fixture
def stored(scanned_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(scanned_run.study), Store(scanned_run.cache))


def training(stored: Pipeline, family: str) -> tuple:
    """What the tuning page and the section on ComBat start from."""
    clinical, features = stored.study.clinical.set_index("patient"), stored.entry(family)["features"]
    rows = features.index[clinical.loc[features.index, "role"] == "training"]
    return features.loc[rows], clinical.loc[rows, "lnm"], metadata(stored.study, family, stored.entry)


@pytest.mark.parametrize("family", ["radiomics", "googlenet"])
def test_the_features_page_counts_what_differs_by_scanner(opened, stored: Pipeline, family: str) -> None:
    app = opened(FEATURES)
    if family == "googlenet":
        app.session_state["family"] = "GoogLeNet"
        app.run()
    assert not app.exception
    assert not app.error
    X, y, known = training(stored, family)
    after = held_out(X, y, stored.study.settings.resampling, known)
    tests = [by_batch(table, known.batch.loc[X.index]) for table in (X, after)]
    tested = tests[1]["p"].notna() & tests[0]["p"].notna()
    first, second = (int((t["q"][tested] < 0.05).sum()) for t in tests)
    assert f"**{first:,} of {tested.sum():,}** features differ by scanner" in said(app)
    assert f"**{second:,}** after ComBat, in 23 training patients" in said(app)
    assert NOTE in said(app)
    assert "Johnson et al., Biostatistics 2007" in said(app)
    assert ("ICC(2,1) below 0.75" in said(app)) == (family == "radiomics")


def test_a_feature_that_no_fold_keeps_is_said_to_be_left_out(opened, stored: Pipeline) -> None:
    X, y, known = training(stored, "radiomics")
    after = held_out(X, y, stored.study.settings.resampling, known)
    gone = after.columns[after.isna().all()]
    kept = after.columns[after.notna().all()]
    assert len(gone) and len(kept)
    for name, expected in ((gone[0], True), (kept[0], False)):
        app = opened(FEATURES)
        short = name.replace("_", " ")
        app.selectbox(key="feature_radiomics").select(short).run()
        assert any("in every fold: no signature sees it" in info.value for info in app.info) == expected


def test_a_study_without_scanners_has_no_such_section(visit, small_run: SmallRun, studies: Path) -> None:
    for page in (FEATURES, "pages/model/comparison.py"):
        assert "ComBat" not in said(visit(studies, small_run.cache)(page))
    text = said(visit(studies, small_run.cache)(ROBUSTNESS))
    assert "does not go by the ICC" in text


def test_the_robustness_page_tells_the_threshold_of_the_study(opened, stored: Pipeline) -> None:
    icc, info = (
        stored.entry("robustness")["icc"]["icc"],
        stored.entry("signature_radiomics")["info"]["features"],
    )
    text = said(opened(ROBUSTNESS))
    assert f"ICC of at least **0.75**: {int((icc >= 0.75).sum()):,} of {len(icc):,}" in text
    assert f"keeps {info['fewest']:,} to {info['most']:,}." in text


def test_no_measurable_contour_is_one_calm_sentence(
    visit, studies: Path, small_run: SmallRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, cache = load_study(small_run.study), tmp_path / "cache"
    cache.mkdir()
    for stage in (path for path in small_run.cache.iterdir() if path.name != "robustness"):
        (cache / stage.name).symlink_to(stage)
    found = robust(study, small_run.cache, tmp_path / "cases", monkeypatch)
    Store(cache).compute("robustness", Pipeline(study, Store(cache)).keys["robustness"], lambda: found)
    app = visit(studies, cache)(ROBUSTNESS)
    assert not app.exception
    assert not app.error
    [info] = app.info
    assert info.value.startswith("No ICC of these contours")
    assert "SIMB-001" in set(tables(app)[-1]["patient"])


def test_tuning_shows_the_signature_of_the_study(opened, stored: Pipeline) -> None:
    app = opened("pages/model/tuning.py")
    assert not app.exception
    settings, (X, y, known) = stored.study.settings, training(stored, "radiomics")
    once = replace(settings.resampling, repeats=1)
    fit = fit_signature(X, y, settings.selection_radiomics, settings.forest, once, metadata=known)
    found = auc(y.to_numpy(), fit.out_of_fold.to_numpy())
    assert tables(app)[0]["AUC"][0] == estimate(found.auc, found.low, found.high)
    assert "These are the study's settings" in said(app)
    assert "harmonised by scanner with ComBat" in said(app)


@pytest.mark.parametrize("page", ["pages/model/comparison.py", "pages/study/overview.py"])
def test_who_stays_as_measured_is_said_beside_the_results(opened, page: str) -> None:
    assert NOTE in said(opened(page))


def test_a_case_is_asked_for_its_scanner(opened, scanned_run: SmallRun, stored: Pipeline) -> None:
    study = stored.study
    patient = study.patients("validation")[1]
    app: AppTest = opened(PAGE).segmented_control(key="case_kind").set_value("An image and its mask").run()
    paths = (study.image_path(patient), study.mask_path(patient))
    app = confirm(upload(app, *(path.read_bytes() for path in paths)))
    assert not app.exception
    assert json.loads(prediction_of(app))["combat"]["applied"] is False
    assert "that of this case is not given" in said(app)
    [asked] = [box for box in app.selectbox if box.label == "Scanner of this case, for ComBat"]
    assert list(asked.options) == ["not given", "GE", "Siemens", "another"]
    app = asked.select("GE").run()
    shown = json.loads(prediction_of(app))
    assert (shown["combat"]["batch"], shown["combat"]["applied"]) == ("GE", True)
    assert "ComBat cannot be applied" not in said(app)
    [asked] = [box for box in app.selectbox if box.label == "Scanner of this case, for ComBat"]
    assert "that of this case is another" in said(asked.select("another").run())
