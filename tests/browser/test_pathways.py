"""Pathways and GSVA in the browser: dots, rows and links all lead to the same views."""

import numpy as np
import pytest
from playwright.sync_api import Page

from core.figures.pathways import pathway_name
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser
READ = """
(key) => [...document.querySelectorAll(`.st-key-chart_${key} .js-plotly-plot`)].flatMap(
    plot => plot._fullData.map(t => ({
        name: t.name, x: Array.from(t.x || []), y: Array.from(t.y || []), ids: Array.from(t.ids || []),
        custom: Array.from(t.customdata || []), z: (t.z || []).map(row => Array.from(row)),
        picked: t.selectedpoints ?? null,
    })))
"""
PLACE = """
([key, name, at]) => {
    const plot = document.querySelector(`.st-key-chart_${key} .js-plotly-plot`);
    const trace = plot._fullData.findIndex(t => t.name === name);
    const full = plot._fullData[trace], layout = plot._fullLayout;
    const x = layout.xaxis, y = layout.yaxis, box = plot.getBoundingClientRect();
    return [box.left + x._offset + x.d2p(full.x[at]), box.top + y._offset + y.d2p(full.y[at])];
}
"""


def traces(tab: Page, key: str) -> dict[str, dict]:
    tab.wait_for_selector(f".st-key-chart_{key} .js-plotly-plot .main-svg")
    return {trace["name"]: trace for trace in tab.evaluate(READ, key)}


def wait_for_pair(tab: Page, module: str, pathway: str) -> None:
    name = pathway_name(pathway)
    tab.get_by_role("heading", name=f"{name} against the signatures").wait_for()
    tab.get_by_text(f"{name} in {module}").first.wait_for()


@pytest.fixture(scope="module")
def small(studies, small_run) -> Pipeline:
    return Pipeline(load_study(studies / "demo"), Store(small_run.cache))


def test_a_dot_and_a_row_change_the_linked_views(tab: Page, address: str, small: Pipeline) -> None:
    tab.goto(f"{address}/pathways?pathway_modules=Enriched")
    settled(tab)
    dots = traces(tab, "pathways")["enriched"]
    first = tab.get_by_role("heading", name="against the signatures").inner_text()
    # A dot of another pathway than the one shown.
    at = next(i for i, d in enumerate(dots["custom"]) if pathway_name(d.split("|")[1]) not in first)
    module, pathway = dots["custom"][at].split("|")
    chart = tab.locator(".st-key-chart_pathways")
    chart.scroll_into_view_if_needed()
    tab.mouse.click(*tab.evaluate(PLACE, ["pathways", "enriched", at]))
    wait_for_pair(tab, module, pathway)
    tab.wait_for_function("location.search.includes('pathway_pair')")
    settled(tab)
    score = traces(tab, "pathway_score")
    stored = small.entry("gsva")["scores"].loc[pathway]
    shown = {c: y for t in score.values() for c, y in zip(t["ids"], t["y"], strict=False)}
    np.testing.assert_allclose([shown[c] for c in stored.index], stored.to_numpy())
    # A row of the table: canvas cells, the box that selects stands first in the row.
    table = tab.locator("[data-testid=stDataFrame]").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box is not None
    for row in range(2, 6):
        tab.mouse.click(box["x"] + 16, box["y"] + 35 * row + 17)
        settled(tab)
        tab.wait_for_timeout(800)
        heading = tab.get_by_role("heading", name="against the signatures").inner_text()
        if not heading.startswith(pathway_name(pathway)):
            break
    name = heading.removesuffix(" against the signatures")
    assert name != pathway_name(pathway)
    module = tab.evaluate("new URLSearchParams(location.search).get('pathway_pair')").split(": ")[0]
    tab.get_by_text(f"{name} in {module.split('|')[0]}").first.wait_for()


def test_patients_of_the_link_are_highlighted_in_the_heat_map(
    tab: Page, address: str, small: Pipeline
) -> None:
    scores = small.entry("gsva")["scores"]
    chosen = [scores.columns[3], scores.columns[10]]
    tab.goto(f"{address}/gsva?patients={','.join(chosen)}")
    settled(tab)
    drawn = traces(tab, "gsva")
    track = drawn["Selected"]
    assert sorted(code for code, z in zip(track["x"], track["z"][0], strict=True) if z) == sorted(chosen)
    picked = [trace["ids"][at] for trace in drawn.values() if trace["ids"] for at in (trace["picked"] or [])]
    assert sorted(picked) == sorted(chosen)
    # A clicked cell chooses its pathway and leaves the selection of patients as it is.
    first = tab.get_by_role("heading", name="against the signatures").inner_text()
    cells = drawn["cells"]
    at = next(i for i, p in enumerate(cells["custom"]) if pathway_name(p) not in first)
    tab.locator(".st-key-chart_gsva").scroll_into_view_if_needed()
    tab.mouse.click(*tab.evaluate(PLACE, ["gsva", "cells", at]))
    name = pathway_name(cells["custom"][at])
    tab.get_by_role("heading", name=f"{name} against the signatures").wait_for()
    settled(tab)
    assert all(code in tab.url for code in chosen)
    assert sum(traces(tab, "gsva")["Selected"]["z"][0]) == len(chosen)
