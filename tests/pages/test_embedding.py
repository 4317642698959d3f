"""The features page's map of patients and shift between cohorts print what core computes."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.roc import auc
from core.features.distribution import compare
from core.features.embedding import pca
from core.figures.text import estimate, share
from core.models.cohort_shift import out_of_fold
from core.models.domain import fit_domain, measure
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun
from tests.pages.conftest import said, tables

FEATURES = "pages/imaging/features.py"


@pytest.fixture
def stored(studies: Path, small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(studies / "demo"), Store(small_run.cache))


@pytest.fixture
def open_on(visit, studies: Path, small_run: SmallRun):
    """Opens the features page with values of the session state."""

    def at(**values: object) -> AppTest:
        app = visit(studies, small_run.cache)("")
        for key, value in values.items():
            app.session_state[key] = value
        return app.switch_page(FEATURES).run()

    return at


def captions(app: AppTest) -> str:
    return "\n".join(c.value for c in app.caption)


def test_the_shift_is_cores(open_on, stored: Pipeline) -> None:
    app = open_on(family="GoogLeNet")
    assert not app.exception
    assert not app.error
    features = stored.entry("googlenet")["features"]
    second = stored.study.clinical.set_index("patient").loc[features.index, "role"] == "validation"
    ordered = pd.concat([features[~second], features[second]])
    settings = stored.study.settings
    p = out_of_fold(ordered, second.loc[ordered.index], settings.shift, settings.resampling)
    area = auc(second.loc[ordered.index].to_numpy(), p)
    shown = next(t for t in tables(app) if "Without shift" in t)["Here"]
    assert shown.iloc[0] == estimate(area.auc, area.low, area.high)
    tested = compare(features, second.to_numpy()).dropna(subset=["p"])
    assert shown.iloc[1] == share(int((tested["q"] < 0.05).sum()), len(tested))
    inside = measure(fit_domain(features[~second]), features[second])["inside"]
    assert shown.iloc[2] == share(int(inside.sum()), len(inside))
    assert "n = 24 training, 16 validation" in said(app)


def test_the_map_follows_the_filter(open_on, stored: Pipeline) -> None:
    clinical = stored.study.clinical
    kept = clinical.loc[clinical["lnm"] == 1, "patient"]
    app = open_on(filter="lnm:1|", embedding_colour="age")
    assert not app.exception
    assert not app.error
    n = pca(stored.entry("radiomics")["features"].loc[kept]).features
    assert f"PCA of {n:,} Radiomics features, n = {len(kept)}" in captions(app)
    assert app.selectbox(key="embedding_colour").value == "age"


def test_umap_is_drawn_on_request(open_on) -> None:
    app = open_on(embedding="UMAP", embedding_colour="cohort", family="GoogLeNet")
    assert not app.exception
    assert not app.error
    assert "distances between far groups" in captions(app)


def test_a_cohort_alone_has_no_shift_to_measure(open_on, stored: Pipeline) -> None:
    app = open_on(filter=f"cohort:{stored.study.cohorts[0].name}|")
    assert not app.exception
    assert not app.info
    assert "24 training and 0 validation pass the filter" in captions(app)


def test_a_study_of_one_cohort_says_so(visit, small_run: SmallRun, training_only: Path) -> None:
    app = visit(training_only.parent, small_run.cache)("").switch_page(FEATURES).run()
    assert not app.exception
    assert not app.error
    assert "no validation cohort" in captions(app)


def test_the_methods_speak_of_map_and_shift(open_on) -> None:
    (text,) = (c.value for c in open_on().code)
    assert "15 neighbours" in text
    assert "out-of-fold AUC (DeLong interval)" in text
