"""The cut-off moved by slider and by a click on a ROC curve; patients picked out by a lasso."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pandas as pd
import pytest
from playwright.sync_api import Page

from core.evaluation.threshold import at_threshold
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser
READ = """
() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot._fullData.map(trace => ({
    name: trace.name, axis: trace.xaxis, x: Array.from(trace.x || []), y: Array.from(trace.y || []),
    custom: Array.from(trace.customdata || []),
})))
"""
# Where a point of a trace is on the screen.
PLACE = """
([plot, trace, point]) => {
    const graph = document.querySelectorAll('.js-plotly-plot')[plot], data = graph._fullData[trace];
    const box = graph.getBoundingClientRect(), layout = graph._fullLayout;
    const x = layout[data.xaxis.replace('x', 'xaxis')], y = layout[data.yaxis.replace('y', 'yaxis')];
    return [box.left + x._offset + x.c2p(data.x[point]), box.top + y._offset + y.c2p(data.y[point])];
}
"""


@pytest.fixture
def predictions(studies: Path, small_run) -> pd.DataFrame:
    return Pipeline(load_study(studies / "demo"), Store(small_run.cache)).entry("fusion")["predictions"]


def marked(tab: Page, model: str, predictions: pd.DataFrame) -> float:
    """The cut-off on the decision curve; ROC, confusion matrix and net benefit are core's at it."""
    roc, confusion, decision = tab.evaluate(READ)[:3]
    spots = [t for t in decision if t["name"] == "chosen cut-off"]
    threshold = spots[0]["x"][0]
    at = at_threshold(predictions, model, threshold)
    assert [t["x"] for t in spots] == [[threshold]] * len(at)
    assert [t["y"] for t in spots] == [[b] for b in at["net_benefit"]]
    for trace, row in zip(
        [t for t in roc if t["name"] == "chosen cut-off"], at.to_dict("records"), strict=True
    ):
        assert (trace["x"], trace["y"]) == ([row["fpr"]], [row["sensitivity"]])
    for name in ("tp", "fn", "fp", "tn"):
        assert [t["custom"][0] for t in confusion if t["name"] == name] == list(at[name])
    return threshold


def await_cutoff(tab: Page, threshold: float) -> None:
    tab.wait_for_function(
        """wanted => [...document.querySelectorAll('.js-plotly-plot')][2]?._fullData.some(
            trace => trace.name === 'chosen cut-off' && Math.abs(trace.x[0] - wanted) < 1e-9)""",
        arg=threshold,
    )
    settled(tab)


def test_the_cutoff_moves_everything_that_hangs_on_it(
    tab: Page, address: str, predictions: pd.DataFrame
) -> None:
    tab.goto(f"{address}/comparison?cutoff_DLRN=0.5")
    await_cutoff(tab, 0.5)
    marked(tab, "DLRN", predictions)
    thumb = tab.get_by_role("slider").first
    thumb.focus()
    for _ in range(10):
        thumb.press("ArrowRight")
    await_cutoff(tab, 0.51)
    marked(tab, "DLRN", predictions)
    assert "cutoff_DLRN=0.51" in tab.url

    curves = tab.evaluate(READ)[0]
    number, curve = next((i, t) for i, t in enumerate(curves) if t["name"] == "Radiomics")
    point = len(curve["x"]) // 2
    tab.get_by_text("Discrimination", exact=True).scroll_into_view_if_needed()
    tab.mouse.click(*tab.evaluate(PLACE, [0, number, point]))
    await_cutoff(tab, curve["custom"][point][1])
    marked(tab, "Radiomics", predictions)


def test_a_lasso_over_the_signatures_puts_the_patients_into_the_link(
    tab: Page, address: str, predictions: pd.DataFrame
) -> None:
    tab.goto(f"{address}/tests")
    settled(tab)
    tab.wait_for_selector(".js-plotly-plot .boxlayer .point")
    tab.get_by_text("Signatures by LNM", exact=True).scroll_into_view_if_needed()
    left, top, right, bottom = tab.evaluate(
        """() => {
            const graph = document.querySelector('.js-plotly-plot'), box = graph.getBoundingClientRect();
            const x = graph._fullLayout.xaxis, y = graph._fullLayout.yaxis;
            const left = box.left + x._offset, top = box.top + y._offset;
            return [left + 3 * x._length / 4, top + y.c2p(1.0), left + x._length - 1, top + y.c2p(0.5)];
        }"""
    )
    tab.mouse.move(left, top)
    tab.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        tab.mouse.move(x, y, steps=5)
    tab.mouse.up()
    tab.wait_for_url(re.compile("patients="))
    chosen = set(parse_qs(urlparse(tab.url).query)["patients"][0].split(","))
    training = predictions[predictions["role"] == "training"]
    assert chosen == set(training.loc[training["DLRN"].between(0.5, 1), "patient"])
