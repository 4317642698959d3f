"""Tuning in the browser: core's curve, the last of several moves, undo, and a validation cohort kept shut."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from core.evaluation.roc import roc_points
from core.figures.tuning import THESE
from core.models.signature import fit_signature
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import open_link, serve, settled
from tests.own_cache import own_cache

pytestmark = pytest.mark.browser
DRAWN = f"""
() => {{
    const plot = document.querySelector('.st-key-chart_tuned_roc .js-plotly-plot');
    const curve = plot?._fullData?.find(trace => trace.name === '{THESE}');
    return curve ? [Array.from(curve.x), Array.from(curve.y)] : null;
}}
"""


@pytest.fixture
def own(studies: Path, small_run, tmp_path: Path) -> Iterator[str]:
    """A server whose study was never tuned."""
    with serve(studies, own_cache(small_run.cache, tmp_path / "cache")) as url:
        yield url


def out_of_fold_roc(studies: Path, cache: Path, trees: int | None = None, **moved: int):
    study = load_study(studies / "demo")
    X = Pipeline(study, Store(cache)).entry("radiomics")["features"]
    clinical = study.clinical.set_index("patient").loc[X.index]
    y = clinical.loc[clinical["role"] == "training", "lnm"]
    selection = replace(study.settings.selection_radiomics, **moved)
    once = replace(study.settings.resampling, repeats=1)
    forest = study.settings.forest if trees is None else replace(study.settings.forest, trees=trees)
    return roc_points(y, fit_signature(X.loc[y.index], y, selection, forest, once).out_of_fold)


def draws(tab: Page, expected) -> None:
    """Between two moves the page rests too: wait for as many points, then compare them."""
    tab.wait_for_function(f"n => ({DRAWN.strip()})()?.[0].length === n", arg=len(expected))
    x, y = tab.evaluate(DRAWN)
    np.testing.assert_array_equal(x, expected["fpr"])
    np.testing.assert_array_equal(y, expected["tpr"])


def test_a_moved_relief_slider_draws_cores_roc(tab: Page, own: str, studies: Path, small_run) -> None:
    open_link(tab, own, "tuning?radiomics_keep=5")
    tab.get_by_text("1 configuration tried").first.wait_for()
    tab.get_by_role("slider", name="Neighbours").press("Home")
    tab.get_by_text("2 configurations tried").first.wait_for()
    settled(tab)
    assert "radiomics_neighbours=1" in tab.url
    draws(tab, out_of_fold_roc(studies, small_run.cache, keep=5, neighbours=1))
    tab.get_by_role("button", name="Undo").click()
    tab.wait_for_url(lambda url: "radiomics_neighbours" not in url)
    settled(tab)
    draws(tab, out_of_fold_roc(studies, small_run.cache, keep=5))
    tab.get_by_role("button", name=re.compile("Back to the study's settings")).click()
    tab.get_by_text("These are the study's settings").wait_for()
    assert "radiomics_" not in tab.url


def test_of_several_moves_the_last_one_counts(tab: Page, own: str, studies: Path, small_run) -> None:
    open_link(tab, own, "tuning?radiomics_trees=1000")
    trees = tab.get_by_role("slider", name="Trees")
    for key in ("Home", "End", "Home"):
        trees.press(key)
    tab.wait_for_timeout(1000)  # all three are on their way
    tab.wait_for_url(lambda url: "radiomics_trees=10" in url and "radiomics_trees=1000" not in url)
    settled(tab)
    draws(tab, out_of_fold_roc(studies, small_run.cache, trees=10))


def test_the_validation_cohort_stays_shut_until_it_is_unlocked(tab: Page, own: str, studies: Path) -> None:
    study = load_study(studies / "demo")
    cohort = study.clinical.loc[study.clinical["role"] == "validation", "cohort"].iloc[0]
    link = "tuning?radiomics_keep=5&radiomics_unlock=true&unlocked=1"
    assert cohort not in open_link(tab, own, link)
    tab.reload()
    settled(tab)
    assert cohort not in tab.inner_text("body")
    assert tab.locator(".st-key-chart_tuned_validation").count() == 0
    tab.get_by_role("button", name="Unlock the validation cohort").click()
    tab.locator(".st-key-chart_tuned_validation .js-plotly-plot").wait_for()
    settled(tab)
    assert f"validation {cohort}" in tab.inner_text("body")
    open_link(tab, own, link)  # looked at once, it stays open and on record
    tab.locator(".st-key-chart_tuned_validation .js-plotly-plot").wait_for()
    with tab.expect_download() as saved:
        tab.locator(".st-key-csv_tuning button").click()
    assert (
        "1 configuration tried, validation cohort unlocked 1 time, last "
        in Path(saved.value.path()).read_text()
    )
    open_link(tab, own, "tuning?radiomics_keep=4")
    tab.get_by_role("button", name="Unlock the validation cohort").wait_for()
    assert tab.locator(".st-key-chart_tuned_validation").count() == 0
