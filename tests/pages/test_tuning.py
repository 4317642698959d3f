"""The tuning page shows core's out-of-fold numbers of the training cohort, and no others."""

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.change import change
from core.evaluation.roc import auc
from core.figures.text import estimate
from core.models.signature import fit_signature, predict
from core.pipeline import Pipeline
from core.settings import SelectionSettings
from core.store import Store
from core.study.manifest import Study, load_study
from core.tuning import promotion
from pages._ui import state
from tests.own_cache import own_cache
from tests.pages.conftest import said, tables

PAGE = "pages/model/tuning.py"


@pytest.fixture
def cache(small_run, tmp_path: Path) -> Path:
    """What is computed, and no tuning yet."""
    return own_cache(small_run.cache, tmp_path / "cache")


@pytest.fixture
def opened(visit, small_study: Path, cache: Path):
    """Opens the page, by a link where one is given; each time as another session."""

    def on(**query: str) -> AppTest:
        return visit(small_study.parent, cache)(PAGE, **query)

    return on


@pytest.fixture
def tuned(opened) -> AppTest:
    return opened()


@pytest.fixture(scope="module")
def study(small_study: Path) -> Study:
    return load_study(small_study)


@pytest.fixture(scope="module")
def out_of_fold(study: Study, small_run):
    """Core's out-of-fold probabilities of a family for given selection and trees, and the outcome."""
    pipeline = Pipeline(study, Store(small_run.cache))

    def fit(
        selection: SelectionSettings, trees: int, family: str = "radiomics", learner: str = "forest"
    ) -> tuple:
        X, clinical = pipeline.entry(family)["features"], study.clinical.set_index("patient")
        rows = X.index[clinical.loc[X.index, "role"] == "training"]
        forest = replace(study.settings.forest, trees=trees)
        once = replace(study.settings.resampling, repeats=1)
        classifier = forest if learner == "forest" else replace(study.settings.learner, name=learner)
        fitted = fit_signature(X.loc[rows], clinical.loc[rows, "lnm"], selection, classifier, once)
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
    assert "tried in this study" in said(tuned)


def test_another_signature(tuned: AppTest, study: Study, out_of_fold) -> None:
    tuned.segmented_control(key=state.TUNING_FAMILY).set_value("GoogLeNet").run()
    y, before = out_of_fold(study.settings.selection_googlenet, study.settings.forest.trees, "googlenet")
    assert table(tuned).loc[0, "AUC"] == expected(y, before, before)[0]


@pytest.mark.parametrize(
    ("learner", "shown"),
    [("logistic", "logistic regression"), ("svm", "SVM"), ("boosting", "gradient boosting")],
)
def test_another_learner_is_one_choice_away(
    opened, study: Study, out_of_fold, learner: str, shown: str
) -> None:
    tuned, usual = opened(), (study.settings.selection_radiomics, study.settings.forest.trees)
    choose_learner(tuned, shown)
    assert not tuned.exception and not tuned.error
    y, now = out_of_fold(*usual, learner=learner)
    _, before = out_of_fold(*usual)
    assert table(tuned)["AUC"].tolist() == [expected(y, now, before)[0], expected(y, before, now)[0]]
    found = change(y, now, before).difference
    assert estimate(found.difference, found.low, found.high, 3) in said(tuned)
    assert "Fitted anew after every move" in said(tuned)
    assert not [s for s in tuned.slider if s.label == "Trees"]
    assert tables(tuned)[1]["Learner"].tolist() == [f"{usual[1]} trees", shown]
    linked = opened(radiomics_learner=shown)
    assert table(linked).equals(table(tuned))
    press(tuned, "Undo")
    assert "These are the study's settings" in said(tuned)
    assert [s for s in tuned.slider if s.label == "Trees"]


def choose_learner(app: AppTest, shown: str) -> AppTest:
    return app.segmented_control(key=f"radiomics_{state.TUNING_LEARNER}").set_value(shown).run()


def press(app: AppTest, label: str) -> AppTest:
    [button] = [b for b in app.button if b.label == label]
    assert not button.disabled
    return button.click().run()


def move(app: AppTest, key: str, value: object) -> AppTest:
    return app.slider(key=f"radiomics_{key}").set_value(value).run()


def baseline(app: AppTest):
    return app.selectbox(key=f"radiomics_{state.TUNING_BASELINE}")


def text_of(app: AppTest) -> str:
    """Everything in the page's own part: texts, tables, what figures say, what widgets offer."""
    return "\n".join(str(getattr(part, "value", "")) + str(getattr(part, "proto", "")) for part in app.main)


def test_undo_and_redo_walk_the_steps(tuned: AppTest) -> None:
    start = table(tuned)
    first = table(move(tuned, state.TUNING_KEEP, 3))
    second = table(move(tuned, state.TUNING_NEIGHBOURS, 2))
    assert table(press(tuned, "Undo")).equals(first)
    assert tuned.slider(key=f"radiomics_{state.TUNING_KEEP}").value == 3
    assert table(press(tuned, "Undo")).equals(start)
    assert [b.disabled for b in tuned.button if b.label == "Undo"] == [True]
    press(tuned, "Redo")
    assert table(press(tuned, "Redo")).equals(second)
    press(tuned, "Undo")
    move(tuned, state.TUNING_TREES, 20)
    assert [b.disabled for b in tuned.button if b.label == "Redo"] == [True]
    assert "3 configurations tried" in said(tuned)
    assert len(tables(tuned)[1]) == 4  # undone ones stay in the history, with the study's


def test_the_count_survives_the_session_and_goes_into_exports(tuned: AppTest, opened) -> None:
    move(tuned, state.TUNING_KEEP, 3)
    move(tuned, state.TUNING_KEEP, 4)
    again = opened()
    assert "2 configurations tried in this study**, 0 of them in this session" in said(again)
    assert "2 configurations tried, validation cohort unlocked 0 times" in again.session_state[state.REMARK]
    again.switch_page("pages/model/comparison.py").run()
    assert again.session_state[state.REMARK] == ""


def test_a_pinned_configuration_is_what_others_are_shown_beside(
    tuned: AppTest, opened, study: Study, out_of_fold
) -> None:
    usual = study.settings.selection_radiomics, study.settings.forest.trees
    move(tuned, state.TUNING_KEEP, 3)
    press(tuned, "Pin as baseline")
    assert re.search(r"These are PCA [^.]*, 3 kept, ", said(tuned))
    move(tuned, state.TUNING_KEEP, 6)
    y, now = out_of_fold(replace(usual[0], keep=6), usual[1])
    _, before = out_of_fold(replace(usual[0], keep=3), usual[1])
    found = change(y, now, before).difference
    assert estimate(found.difference, found.low, found.high, 3) in said(tuned)
    assert ("within noise" in said(tuned)) == (found.p >= 0.05)
    assert table(tuned).loc[1, "AUC"] == expected(y, before, now)[0]
    linked = opened(radiomics_keep="6", radiomics_baseline=baseline(tuned).value)
    assert table(linked).equals(table(tuned))
    press(tuned, "Show the baseline's settings")
    assert tuned.slider(key=f"radiomics_{state.TUNING_KEEP}").value == 3


@pytest.mark.parametrize("asked", ["all-10-41-99999", "all-9999-3-60", "nonsense", "<b>-1", "0.5-1-1"])
def test_a_link_cannot_ask_for_what_the_controls_could_not_show(opened, asked: str) -> None:
    app = opened(radiomics_baseline=asked)
    assert not app.exception
    assert not app.error
    assert baseline(app).value == "study"


def test_a_name_stays_with_the_study(tuned: AppTest, opened) -> None:
    move(tuned, state.TUNING_KEEP, 3)
    tuned.text_input(key=f"radiomics_{state.TUNING_NAME}").set_value("few *kept*")
    press(tuned, "Keep")
    again = opened()
    [named] = [o for o in baseline(again).options if o.startswith("few *kept*")]
    baseline(again).select(named).run()
    assert "few \\*kept\\*" in said(again)
    press(again, "Show the baseline's settings")
    assert again.slider(key=f"radiomics_{state.TUNING_KEEP}").value == 3


def test_the_validation_cohort_is_nowhere_on_the_page_until_unlocked(
    tuned: AppTest, opened, study: Study
) -> None:
    cohort = study.clinical.loc[study.clinical["role"] == "validation", "cohort"].iloc[0]
    patients = study.patients("validation")
    links = {"radiomics_keep": "3", "unlocked": "1", "radiomics_unlock": "true"}
    for app in (tuned, move(opened(), state.TUNING_KEEP, 3), opened(**links)):
        shown = text_of(app)
        assert cohort not in shown
        assert not [code for code in patients if code in shown]
        assert "is shown on this page until it is unlocked" in shown
    assert not [b for b in tuned.button if "Unlock" in b.label]  # nothing is tuned yet


def test_an_unlock_shows_cores_result_of_these_settings_alone(
    tuned: AppTest, opened, study: Study, small_run
) -> None:
    move(tuned, state.TUNING_KEEP, 5)
    move(tuned, state.TUNING_KEEP, 3)
    press(tuned, "Unlock the validation cohort")
    X = Pipeline(study, Store(small_run.cache)).entry("radiomics")["features"]
    role = study.clinical.set_index("patient").loc[X.index]
    y, train = role["lnm"], role["role"] == "training"
    selection = replace(study.settings.selection_radiomics, keep=3)
    once = replace(study.settings.resampling, repeats=1)
    fit = fit_signature(X[train], y[train], selection, study.settings.forest, once)
    area = auc(y[~train], predict(fit.model, X[~train]))
    printed = estimate(area.auc, area.low, area.high)
    assert f"AUC **{printed}** in the validation cohort (n = 16, 9 LNM positive)" in said(tuned)
    assert "after 2 configurations tried:" in said(tuned)
    [row] = [t for t in tables(tuned) if "Cohort" in t][0].to_dict("records")
    assert row["AUC"] == printed
    assert row["Cut-off"] == table(tuned).loc[0, "Cut-off"]
    again = opened(radiomics_keep="3")
    assert printed in said(again)
    assert "unlocked 1 time," in again.session_state[state.REMARK]
    looks = tables(again)[-1]
    assert looks.loc[0, ["Tried before", "How"]].tolist() == [2, "unlocked here"]
    other = move(again, state.TUNING_KEEP, 5)
    assert "in the validation cohort (n = 16" not in said(other)
    assert [b for b in other.button if b.label == "Unlock the validation cohort"]


def test_a_study_without_a_validation_cohort(visit, training_only: Path, small_run, tmp_path: Path) -> None:
    app = visit(training_only.parent, own_cache(small_run.cache, tmp_path / "cache"))(PAGE)
    move(app, state.TUNING_KEEP, 3)
    assert "no validation cohort" in said(app)
    assert not [b for b in app.button if "Unlock" in b.label]


def test_promotion_makes_it_the_studys_and_marks_what_follows(
    visit, started, small_study: Path, small_run, tmp_path: Path
) -> None:
    folder = tmp_path / "studies" / "demo"
    shutil.copytree(small_study, folder, copy_function=os.link)
    cache = own_cache(small_run.cache, tmp_path / "cache")
    app = visit(folder.parent, cache)(PAGE)
    before = load_study(folder).settings
    move(app, state.TUNING_KEEP, 3)
    assert "would change Radiomics signature, DLRN nomogram, Evaluation" in said(app)
    press(app, "Write them into study.toml")
    assert not app.exception
    assert not app.error
    assert started == [(folder, False)]
    assert load_study(folder).settings == replace(
        before, selection_radiomics=replace(before.selection_radiomics, keep=3)
    )
    assert load_study(small_study).settings == before
    assert "These are the study's settings" in said(app)
    assert [o for o in baseline(app).options if o.startswith("study's until")]
    assert "became the study's" in tables(app)[-1]["How"].tolist()
    states = {s.name: s.state for s in Pipeline(load_study(folder), Store(cache)).states()}
    assert states["signature_radiomics"] != "done"
    assert states["signature_googlenet"] == states["radiomics"] == "done"


def test_a_promoted_learner_is_that_of_all_signatures(
    visit, started, small_study: Path, small_run, tmp_path: Path
) -> None:
    folder = tmp_path / "studies" / "demo"
    shutil.copytree(small_study, folder, copy_function=os.link)
    app = visit(folder.parent, own_cache(small_run.cache, tmp_path / "cache"))(PAGE)
    choose_learner(app, "SVM")
    assert "would change Radiomics signature, GoogLeNet signature, ResNet50 signature, DLRN" in said(app)
    press(app, "Unlock the validation cohort")
    assert "in the validation cohort (n = 16" in said(app)
    press(app, "Write them into study.toml")
    assert not app.exception and not app.error
    before = load_study(small_study).settings
    assert load_study(folder).settings == replace(before, learner=replace(before.learner, name="svm"))
    assert "These are the study's settings" in said(app)
    assert not [s for s in app.slider if s.label == "Trees"]


def test_the_former_settings_come_back_to_the_letter(
    visit, small_study: Path, small_run, tmp_path: Path
) -> None:
    """Also where they ask for more than there is, which no slider could show."""
    folder = tmp_path / "studies" / "demo"
    shutil.copytree(small_study, folder, copy_function=os.link)
    text = (folder / "study.toml").read_text().replace("keep = 12", "keep = 41")
    (folder / "study.toml").unlink()
    (folder / "study.toml").write_text(text)
    app = visit(folder.parent, own_cache(small_run.cache, tmp_path / "cache"))(PAGE)
    before = load_study(folder).settings
    assert before.selection_radiomics.keep == 41
    assert "These are the study's settings" in said(app)
    press(move(app, state.TUNING_KEEP, 3), "Write them into study.toml")
    [former] = [o for o in baseline(app).options if o.startswith("study's until")]
    baseline(app).select(former).run()
    press(app, "Show the baseline's settings")
    assert "These are study's until" in said(app)
    press(app, "Write them into study.toml")
    assert load_study(folder).settings == before
    assert "These are the study's settings" in said(app)


def test_a_study_that_cannot_be_written_to_is_one_clear_error(tuned: AppTest, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("read-only")

    move(tuned, state.TUNING_KEEP, 3)
    monkeypatch.setattr(promotion, "replace", refuse)
    press(tuned, "Write them into study.toml")
    [error] = tuned.error
    assert error.value.startswith("[WRITE]")
    assert "keep = 3" in error.value
    assert table(tuned) is not None


def test_a_filter_does_not_reach_the_training_patients(tuned: AppTest, opened, study: Study) -> None:
    app = opened(filter="lnm:1|")
    n = int((study.clinical["role"] == "training").sum())
    assert f"all {n} training patients" in said(app)
    assert table(app).equals(table(tuned))


def test_a_training_cohort_that_cannot_be_folded_is_one_clear_error(opened, monkeypatch) -> None:
    from pages._ui.model import tuning_controls

    real = tuning_controls.training
    one_class = lambda *given: real(*given)._replace(y=real(*given).y * 0, key="one class")  # noqa: E731
    monkeypatch.setattr(tuning_controls, "training", one_class)
    app = opened()
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("[ONE-CLASS]")
