"""A click and a lasso on the map of patients pick out those that the patient page then lists."""

import re
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import go_to, open_link, settled

pytestmark = pytest.mark.browser
CHART = ".st-key-chart_embedding .js-plotly-plot"
PLACES = """
selector => {
    const plot = document.querySelector(selector), box = plot.getBoundingClientRect();
    const {xaxis, yaxis} = plot._fullLayout;
    return plot._fullData.flatMap(trace => trace.ids.map((id, k) => [
        id, box.x + xaxis._offset + xaxis.d2p(trace.x[k]), box.y + yaxis._offset + yaxis.d2p(trace.y[k]),
    ]));
}
"""


def places(tab: Page) -> dict[str, tuple[float, float]]:
    """Where each patient stands on the screen."""
    tab.wait_for_selector(f"{CHART} .nsewdrag")
    tab.locator(CHART).evaluate("plot => plot.scrollIntoView({block: 'center'})")
    tab.wait_for_timeout(1500)  # the page is still growing
    tab.locator(CHART).evaluate("plot => plot.scrollIntoView({block: 'center'})")
    tab.wait_for_timeout(500)
    return {code: (x, y) for code, x, y in tab.evaluate(PLACES, CHART)}


def chosen(tab: Page) -> set[str]:
    return set(parse_qs(urlparse(tab.url).query).get("patients", [""])[0].split(","))


def test_a_lasso_on_the_map_lists_the_patients_on_the_patient_page(tab: Page, address: str) -> None:
    open_link(tab, address, "features")
    found = places(tab)
    assert len(found) == 40
    across = sorted(x for x, _ in found.values())
    edge = (across[25] + across[26]) / 2
    right, top, bottom = across[-1] + 12, *(f(y for _, y in found.values()) for f in (min, max))
    tab.locator(CHART).hover()
    tab.locator(f"{CHART} .modebar-btn[data-title='Lasso Select']").click()
    tab.mouse.move(edge, top - 12)
    tab.mouse.down()
    for x, y in ((right, top - 12), (right, bottom + 12), (edge, bottom + 12), (edge, top - 8)):
        tab.mouse.move(x, y, steps=8)
    tab.mouse.up()
    tab.wait_for_url(re.compile("patients="))
    settled(tab)
    inside = {code for code, (x, _) in found.items() if x > edge}
    assert chosen(tab) == inside
    assert len(inside) == 14
    tab.get_by_role("link", name="Open the 14 selected patients").click()
    tab.get_by_text("14 selected patients").wait_for()
    settled(tab)
    grid = tab.locator("[data-testid=stDataFrame] table").first
    grid.wait_for(state="attached")
    assert any(code in tab.inner_text("[data-testid=stMain]") for code in inside)
    assert tab.locator("h3", has_text=re.compile("|".join(inside))).count() == 1


def test_a_click_on_the_map_opens_the_patient(tab: Page, address: str) -> None:
    open_link(tab, address, "features?embedding_colour=Age")
    found = places(tab)
    code = min(found, key=lambda c: found[c][0])  # the leftmost stands alone
    tab.mouse.move(*found[code])
    tab.mouse.click(*found[code])
    tab.wait_for_url(re.compile(f"patients={code}"))
    settled(tab)
    go_to(tab, "Study", "Patient")
    tab.get_by_role("heading", name=code).wait_for()
    assert chosen(tab) == {code}
