"""A click on a cell or a bar changes what stands below it, and the points are core's."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from core.genomics.traits import trait_table
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import go_to, open_link, settled

pytestmark = pytest.mark.browser
CHART = ".st-key-chart_{} .js-plotly-plot"
# Where on the page the point (x, y) of a chart stands.
PLACE = """
([chart, x, y]) => {
    const plot = document.querySelector(chart), layout = plot._fullLayout;
    plot.scrollIntoView({block: 'center'});
    const box = plot.getBoundingClientRect();
    return [box.x + layout._size.l + layout.xaxis.d2p(x), box.y + layout._size.t + layout.yaxis.d2p(y)];
}
"""
DRAWN = """
(chart) => document.querySelector(chart)._fullData.flatMap(trace =>
    (trace.ids || []).map((id, i) => [id, trace.x[i], trace.y[i]]))
"""


def click(tab: Page, chart: str, x: float | str, y: float, aside: float = 0) -> None:
    selector = CHART.format(chart)
    tab.wait_for_selector(f"{selector} .nsewdrag")
    tab.wait_for_timeout(500)  # the page is still growing above it
    left, top = tab.evaluate(PLACE, [selector, x, y])
    tab.mouse.move(left + aside, top)
    tab.mouse.click(left + aside, top)


def test_a_click_on_a_cell_shows_what_stands_behind_it(
    tab: Page, address: str, studies: Path, small_run
) -> None:
    open_link(tab, address, "module_traits?module_rows=All&traits=All")
    study = load_study(studies / "demo")
    stored = Pipeline(study, Store(small_run.cache))
    chart = CHART.format("module_traits")
    tab.wait_for_selector(f"{chart} .nsewdrag")
    cells = tab.evaluate("(c) => document.querySelector(c)._fullData.at(-1).customdata", chart)
    eigengenes = stored.entry("modules")["eigengenes"]
    traits = trait_table(stored.entry("fusion")["predictions"], study.clinical)
    for module, trait in (("blue", "GoogLeNet"), ("turquoise", "LNM")):
        at = cells.index([module, trait])
        columns = traits.shape[1]
        # Not in the middle of the cell: all of it can be clicked.
        click(tab, "module_traits", at % columns, at // columns, aside=24)
        tab.get_by_role("heading", name=f"{module} and {trait}", exact=True).wait_for()
        settled(tab)
        tab.wait_for_function(
            f"document.querySelector('{CHART.format('pair')}')?._fullLayout.yaxis.title.text.includes('{module}')"
        )
        drawn = {code: (x, y) for code, x, y in tab.evaluate(DRAWN, CHART.format("pair"))}
        assert set(drawn) == set(eigengenes.index)
        np.testing.assert_array_equal([drawn[c][1] for c in eigengenes.index], eigengenes[f"ME{module}"])
        if trait == "GoogLeNet":
            np.testing.assert_array_equal([drawn[c][0] for c in traits.index], traits[trait])
        assert f"module={module}" in tab.url


def test_a_click_on_a_bar_chooses_the_module_for_both_pages(tab: Page, address: str) -> None:
    open_link(tab, address, "modules?module=turquoise")
    tab.get_by_role("heading", name="Module turquoise").wait_for()
    click(tab, "module_sizes", 2, 10)
    tab.get_by_role("heading", name="Module brown").wait_for()
    assert "module=brown" in settled(tab).url
    go_to(tab, "Biology", "Module-trait")
    tab.get_by_role("heading", name="brown and ").wait_for()


def test_a_node_of_the_network_shows_its_gene_and_the_network_can_be_moved(
    tab: Page, address: str, studies: Path, small_run
) -> None:
    open_link(tab, address, "modules?module=brown")
    chart = CHART.format("hub_network")
    tab.wait_for_selector(f"{chart} .nsewdrag")
    nodes = tab.evaluate("(c) => { const t = document.querySelector(c)._fullData.at(-1);"
                         "return t.customdata.map((g, i) => [g, t.x[i], t.y[i]]); }", chart)  # fmt: skip
    values = Pipeline(load_study(studies / "demo"), Store(small_run.cache)).entry("expression")["values"]
    for gene, x, y in (nodes[7], nodes[20]):
        click(tab, "hub_network", x, y)
        tab.get_by_text(f"{gene}: kME").wait_for()
        tab.wait_for_function(
            "([c, g]) => document.querySelector(c)?._fullLayout.yaxis.title.text.startsWith(g)",
            arg=[CHART.format("gene"), gene],
        )
        drawn = {code: height for code, _, height in tab.evaluate(DRAWN, CHART.format("gene"))}
        assert drawn == {code: pytest.approx(values.at[gene, code]) for code in values.columns}
        assert f"gene={gene}" in settled(tab).url
    # Dragged, it moves; the wheel zooms; neither chooses another gene.
    ranges = "(c) => { const l = document.querySelector(c)._fullLayout; return [...l.xaxis.range]; }"
    before = tab.evaluate(ranges, chart)
    left, top = tab.evaluate(PLACE, [chart, -1.15, -1.15])
    tab.mouse.move(left, top)
    tab.mouse.down()
    tab.mouse.move(left + 80, top - 40, steps=4)
    tab.mouse.up()
    moved = tab.evaluate(ranges, chart)
    assert moved[0] < before[0] and moved[1] - moved[0] == pytest.approx(before[1] - before[0])
    tab.mouse.wheel(0, -300)
    tab.wait_for_function(
        "([c, wide]) => { const [low, high] = document.querySelector(c)._fullLayout.xaxis.range;"
        " return high - low < wide; }",
        arg=[chart, moved[1] - moved[0]],
    )
    assert f"gene={nodes[20][0]}" in settled(tab).url


def test_the_whole_matrix_never_reaches_the_browser(tab: Page, address: str) -> None:
    """Overlap of 150 genes at most; the demo of 11,687 genes is bounded by the same numbers."""
    open_link(tab, address, "modules?module=turquoise")
    chart = CHART.format("overlap")
    tab.wait_for_selector(f"{chart} .main-svg")
    sizes = tab.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot')].flatMap(p => p._fullData.map(t =>"
        " (t.z ? t.z.length * (t.z[0]?.length || 0) : 0) + (t.x?.length || 0)))"
    )
    assert max(sizes) <= 150 * 150 + 150
