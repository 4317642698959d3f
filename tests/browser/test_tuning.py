"""A setting moved in the browser draws what core computes for it."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from core.evaluation.roc import roc_points
from core.models.signature import fit_signature
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import open_link, settled

pytestmark = pytest.mark.browser
NAME = "these settings"
DRAWN = f"""
() => {{
    const plot = document.querySelector('.st-key-chart_tuned_roc .js-plotly-plot');
    const curve = plot?._fullData?.find(trace => trace.name === '{NAME}');
    return curve ? [Array.from(curve.x), Array.from(curve.y)] : null;
}}
"""


def out_of_fold_roc(studies: Path, cache: Path, **moved: int):
    study = load_study(studies / "demo")
    X = Pipeline(study, Store(cache)).entry("radiomics")["features"]
    clinical = study.clinical.set_index("patient").loc[X.index]
    y = clinical.loc[clinical["role"] == "training", "lnm"]
    selection = replace(study.settings.selection_radiomics, **moved)
    once = replace(study.settings.resampling, repeats=1)
    fit = fit_signature(X.loc[y.index], y, selection, study.settings.forest, once)
    return roc_points(y, fit.out_of_fold)


def test_a_moved_relief_slider_draws_cores_roc(tab: Page, address: str, studies: Path, small_run) -> None:
    open_link(tab, address, "tuning?radiomics_keep=5")
    tab.get_by_text("1 configuration tried").wait_for()
    tab.get_by_role("slider", name="Neighbours").press("Home")
    tab.get_by_text("2 configurations tried").wait_for()
    settled(tab)
    assert "radiomics_neighbours=1" in tab.url
    expected = out_of_fold_roc(studies, small_run.cache, keep=5, neighbours=1)
    x, y = tab.evaluate(DRAWN)
    np.testing.assert_array_equal(x, expected["fpr"])
    np.testing.assert_array_equal(y, expected["tpr"])
    tab.get_by_role("button", name=re.compile("Back to the study's settings")).click()
    tab.get_by_text("These are the study's settings").wait_for()
    assert "radiomics_" not in tab.url
