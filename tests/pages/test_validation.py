"""The validation page before and after its stage was asked for."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.roc import auc
from core.figures.text import estimate, number, p_number
from core.jobs import Jobs, ProgressFile
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun, core
from tests.pages.conftest import said, tables

PAGE = "pages/model/validation.py"
FEW = """
[settings.validation]
bootstraps = 6
permutations = 9
compared = 4
repeats = 2
shares = [0.6, 1.0]
"""
REFITS = {"bootstrap", "permutation", "learning_curve", "validation"}


SEARCHED = """
[settings.learner]
name = "logistic"
[settings.search]
keep = [3, 8]
c = [0.01, 1.0]
"""


def with_few_refits(of: Path, study: Path, more: str = "") -> Path:
    """A copy of a study that asks for few refits; nothing else of it differs but ``more``."""
    shutil.copytree(of, study, symlinks=True, copy_function=shutil.copy)
    with (study / "study.toml").open("a") as manifest:
        manifest.write(FEW + more)
    return study


def validated(of: Path, study: Path, cache: Path, more: str = "") -> Path:
    """Such a copy, its validation computed."""
    done = core("run", with_few_refits(of, study, more), "--cache", cache, "--only", "validation")
    assert done.returncode == 0, done.stderr
    return study


@pytest.fixture(scope="session")
def validated_run(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    """The small demo study with few refits, its validation computed in the store of the small run."""
    folder = tmp_path_factory.mktemp("validated") / "validated"
    study = validated(small_run.study, folder, small_run.cache)
    return SmallRun(study, small_run.cache, small_run.bundle)


@pytest.fixture
def stored(validated_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(validated_run.study), Store(validated_run.cache))


@pytest.fixture
def app(visit, validated_run: SmallRun) -> AppTest:
    return visit(validated_run.study.parent, validated_run.cache)(PAGE)


def test_a_run_of_the_study_leaves_it_out(stored: Pipeline) -> None:
    assert not REFITS & {state.name for state in stored.states()}
    assert {state.name for state in stored.states(only="validation")} > REFITS
    assert {s.state for s in stored.states(only="validation") if s.name in REFITS} == {"done"}


def test_before_it_is_asked_for(visit, small_run: SmallRun, studies: Path, monkeypatch) -> None:
    asked: list[tuple] = []
    monkeypatch.setattr("core.jobs.Jobs.start", lambda _, *given: asked.append(given))
    app = visit(studies, small_run.cache)(PAGE)
    assert not app.exception and not app.error
    assert "computed when it is asked for" in said(app)
    assert "external (sim-nact)" in said(app) and "Permut" not in said(app)
    next(button for button in app.button if button.label == "Compute it now").click().run()
    assert asked == [(studies / "demo", "leak_free", False, "validation")]


@pytest.fixture
def cache(small_run: SmallRun, tmp_path: Path) -> Path:
    """A store of its own in which the small study is computed, without its validation."""
    folder = tmp_path / "cache"
    folder.mkdir()
    for part in small_run.cache.iterdir():
        if part.name not in {"jobs", "computed", *REFITS}:
            (folder / part.name).symlink_to(part)
    return folder


def test_a_run_under_way_is_followed_and_can_be_cancelled(
    visit, studies: Path, cache: Path, monkeypatch
) -> None:
    cancelled: list[Path] = []
    monkeypatch.setattr("core.jobs.Jobs.cancel", lambda _, study: cancelled.append(study))
    ProgressFile(Jobs(cache).progress_path(studies / "demo")).report("Permuted labels", 3, 200)
    app = visit(studies, cache)(PAGE)
    assert "Permuted labels: 3 of 200" in [bar.proto.text for bar in app.get("progress")]
    assert "external (sim-nact)" in said(app)
    app.button(key="cancel_here").click().run()
    assert cancelled == [studies / "demo"]


def test_what_is_out_of_date_says_so(visit, studies: Path, cache: Path, small_run: SmallRun) -> None:
    found = Pipeline(load_study(small_run.study), Store(cache))
    mark = found._mark(next(stage for stage in found.stages if stage.name == "validation"))
    mark.parent.mkdir(parents=True)
    mark.touch()
    app = visit(studies, cache)(PAGE)
    assert [w.value for w in app.warning] == [
        "Out of date, since settings, inputs or the program changed: Honest validation."
    ]
    assert "Compute it now" in [button.label for button in app.button]


def test_the_page_says_its_sizes_and_the_way_to_those_of_a_paper(app: AppTest, stored: Pipeline) -> None:
    trees, text = stored.study.settings.forest.trees, said(app)
    assert f"Sizes: {trees} trees, 2 repeats of the folds, 6 bootstrap samples and 9 permutations" in text
    assert "at least 500 trees, 10 repeats of the folds, 500 bootstrap samples and 1,000 permutations" in text
    assert '`sizes = "paper"` in `[settings.reporting]` of study.toml' in text


def test_the_page_shows_what_was_refitted(app: AppTest, stored: Pipeline) -> None:
    assert not app.exception and not app.error and not app.warning
    found = stored.entry("validation")
    areas, optimism = found["auc"].set_index(["model", "kind"]), found["optimism"].set_index("model")
    table = tables(app)[0].set_index("Model")
    for model in ("Radiomics", "GoogLeNet", "ResNet50", "DLRN"):
        row = optimism.loc[model]
        shown = table.loc[model, "Optimism-corrected (Harrell)"]
        assert shown == estimate(row["corrected"], row["corrected_low"], row["corrected_high"])
        assert row["corrected"] == pytest.approx(row["apparent"] - row["optimism"])
        metrics = stored.entry("evaluation")["metrics"].set_index(["model", "role"]).loc[model, "validation"]
        assert areas.loc[(model, "external"), "auc"] == metrics["auc"]
        assert table.loc[model, "External cohort sim-nact"] == estimate(
            metrics["auc"], metrics["auc_low"], metrics["auc_high"]
        )
    assert "(9 permutations)" in said(app)


def test_both_presets_stand_beside_each_other(app: AppTest, stored: Pipeline) -> None:
    null = stored.entry("permutation")["auc"]
    table = next(t for t in tables(app) if "Preset" in t).set_index(["Model", "Preset"])
    for (model, preset), part in null.groupby(["model", "preset"]):
        observed = part.loc[part["permutation"] == 0, "auc"].item()
        permuted = part.loc[part["permutation"] > 0, "auc"]
        assert len(permuted) == (9 if preset == "leak_free" else 4)
        p = (1 + sum(permuted >= observed)) / (1 + len(permuted))
        assert table.loc[(model, preset.replace("_", "-")), "P"] == p_number(p)
    both = null[null["permutation"].between(1, 4)]
    mean = both.groupby(["preset", "model"])["auc"].mean()
    ranges = [(number(mean[p].min()), number(mean[p].max())) for p in ("leak_free", "published")]
    optimism = number(mean["published"].min() - 0.5), number(mean["published"].max() - 0.5)
    assert (
        f"Under 4 permutations of the labels the leak-free order has mean AUCs of {ranges[0][0]} to "
        f"{ranges[0][1]}, the published order {ranges[1][0]} to {ranges[1][1]}: an optimism of "
        f"**{optimism[0]} to {optimism[1]}** without any signal."
    ) in said(app)
    assert mean["published"].mean() > mean["leak_free"].mean()


def test_another_learner_that_searches_is_validated(visit, small_run: SmallRun, tmp_path: Path) -> None:
    study = validated(small_run.study, tmp_path / "studies" / "one", small_run.cache, SEARCHED)
    stored = Pipeline(load_study(study), Store(small_run.cache))
    starts_from_the_study(stored)
    app = visit(study.parent, small_run.cache)(PAGE)
    assert not app.exception and not app.error
    assert "logistic regression (L2 penalty, C = 1" in said(app)
    assert "The number of components kept (3, 8) and the inverse penalty C (0.01, 1) were chosen" in said(app)
    assert "Permutation P" in said(app)
    compared = visit(study.parent, small_run.cache)("pages/model/comparison.py")
    assert not compared.exception and not compared.error
    choices = stored.entry("signature_radiomics")["choices"]
    folds = choices[choices["repeat"] > 0]
    table = next(t for t in tables(compared) if "Chosen in" in t)
    own = table[table["Signature"] == "Radiomics"].set_index("Chosen in")
    for row in folds.itertuples():
        shown = own.loc[f"repeat {row.repeat}, fold {row.fold}"]
        assert (shown["Components kept"], shown["Inverse penalty C"]) == (f"{row.keep:g}", f"{row.c:g}")
    assert len(own) == len(folds) + 1 > 1


def test_refits_start_from_the_study_itself(stored: Pipeline) -> None:
    starts_from_the_study(stored)


def starts_from_the_study(stored: Pipeline) -> None:
    """All shares: the first repeats' out-of-fold AUC of the study; the real labels give the same."""
    repeats = stored.entry("signature_radiomics")["per_repeat"]
    curve, target = stored.entry("learning_curve")["probabilities"], stored.entry("learning_curve")["target"]
    whole = curve[(curve["model"] == "Radiomics") & (curve["share"] == 1.0)]
    for repeat in (0, 1):
        own = whole[whole["repeat"] == repeat].set_index("patient")["p"]
        np.testing.assert_allclose(own, repeats.loc[own.index, f"repeat_{repeat + 1}"], atol=1e-12)
    null = stored.entry("permutation")["auc"]
    first = null[
        (null["permutation"] == 0) & (null["model"] == "Radiomics") & (null["preset"] == "leak_free")
    ]
    assert first["auc"].item() == auc(target, whole.loc[whole["repeat"] == 0, "p"]).auc


def test_stability_names_features(app: AppTest, stored: Pipeline) -> None:
    found = stored.entry("validation")["stability"].set_index("model").loc["Radiomics"]
    assert f"Nogueira's stability of the 50 leading of {found['features']:,.0f} features" in said(app)
    table = next(t for t in tables(app) if "Among the leading 50 in" in t)
    assert len(table) == 20 and table["Feature"].str.contains("glcm|glrlm|glszm|first|ngtdm|gldm|shape").any()


def test_one_cohort_is_validated_without_an_external_one(
    visit, training_only: Path, small_run: SmallRun, tmp_path: Path
) -> None:
    study = validated(training_only, tmp_path / "studies" / "one", small_run.cache)
    app = visit(study.parent, small_run.cache)(PAGE)
    assert not app.exception and not app.error
    assert "there is no validation cohort" in said(app)
