"""How long the linked views of a click take on the demo study, computed beforehand: medians of ten clicks.

NODESCOPE_BENCH names the folder with ``demo`` and ``cache``, as in ``test_demo_study.py``. A click ends when
the heading and the chart below it show what was clicked.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import open_link, serve, settled

pytestmark = pytest.mark.browser
CLICKS = 10
CHART = ".st-key-chart_{} .js-plotly-plot"
# Points of a chart's traces that can be clicked: what they stand for, and where.
POINTS = """
chart => {
    const plot = document.querySelector(chart), layout = plot._fullLayout;
    plot.scrollIntoView({block: 'center'});
    const box = plot.getBoundingClientRect();
    return plot._fullData.filter(t => t.customdata && t.type !== 'bar').flatMap(t => {
        const x = layout[t.xaxis.replace('x', 'xaxis')], y = layout[t.yaxis.replace('y', 'yaxis')];
        return Array.from(t.customdata).map((data, i) => [
            data, box.left + x._offset + x.d2p(t.x[i]), box.top + y._offset + y.d2p(t.y[i])]);
    });
}
"""
# The script has ended, these words stand on the page, and a chart's axes or points name what was clicked.
SHOWN = """
([chart, words, drawn]) => {
    const plot = document.querySelector(chart);
    if (!plot?._fullLayout || !document.querySelector('[data-testid=stMain]').innerText.includes(words))
        return false;
    const axes = Object.entries(plot._fullLayout).filter(([key]) => /^[xy]axis/.test(key));
    return axes.some(([, axis]) => axis.title?.text?.includes(drawn));
}
"""
Words = Callable[[object], tuple[str, str]]


def name_of(pathway: str) -> str:
    from core.figures.pathways import pathway_name

    return pathway_name(pathway)


def of_dot(data: object) -> tuple[str, str]:
    name = name_of(str(data).split("|")[1])
    return f"{name} against the signatures", name


def of_row(data: object) -> tuple[str, str]:
    return f"{name_of(str(data))} by group", name_of(str(data))


def of_cell(data: object) -> tuple[str, str]:
    module, trait = data  # type: ignore[misc]
    return f"{module} and {trait}", str(module)


def of_node(data: object) -> tuple[str, str]:
    return f"{data}: kME", str(data)


PAGES: dict[str, tuple[str, str, str, Words]] = {
    "module-trait cell": ("module_traits", "module_traits", "pair", of_cell),
    "dot": ("pathways", "pathways", "pathway_score", of_dot),
    "pathway row": ("gsva", "gsva", "gsva_score", of_row),
    "network node": ("modules?module=magenta", "hub_network", "gene", of_node),
}


def test_linked_views(tab: Page, tmp_path: Path, computed: Path) -> None:
    (tmp_path / "demo").symlink_to(computed / "demo")
    with serve(tmp_path, computed / "cache") as address:
        for what, (link, chart, view, words) in PAGES.items():
            open_link(tab, address, link)
            taken = _clicks(tab, chart, view, words)
            print(f"\n{what:18s} median {np.median(taken):.2f} s, longest {max(taken):.2f} s", end="")


def _clicks(tab: Page, chart: str, view: str, words: Words) -> list[float]:
    """Seconds of clicks on points far from each other, each on another thing than the one before."""
    selector = CHART.format(chart)
    tab.wait_for_selector(f"{selector} .nsewdrag")
    tab.wait_for_timeout(1500)
    points = tab.evaluate(POINTS, selector)
    order = np.random.default_rng(0).permutation(len(points))
    seconds, last = [], ""
    for at in order:
        said, drawn = words(points[at][0])
        if said == last or len(seconds) > CLICKS:
            continue
        _, left, top = tab.evaluate(POINTS, selector)[at]
        tab.mouse.move(left, top)
        tab.wait_for_timeout(300)
        began = time.perf_counter()
        tab.mouse.click(left, top)
        tab.wait_for_function(SHOWN, arg=[CHART.format(view), said, drawn], polling=20)
        seconds.append(time.perf_counter() - began)
        settled(tab)
        last = said
    return seconds[1:]  # the first one warms up
