"""A table of one's own in a real browser: uploaded, kept on other pages, forgotten on a reload; legends."""

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import go_to, open_link, settled
from tests.evaluation.test_against_r import REFERENCE

pytestmark = pytest.mark.browser
# Names and panels of the traces of a figure that a click in a legend has hidden.
HIDDEN = """
number => document.querySelectorAll('.js-plotly-plot')[number]._fullData
    .filter(trace => trace.visible === 'legendonly').map(trace => [trace.name, trace.xaxis])
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    parts = [pd.read_csv(REFERENCE / f"predictions_{c}.csv").assign(split=c) for c in ("train", "valid")]
    path = tmp_path / "mine.csv"
    pd.concat(parts).rename(columns={"y": "pCR"}).to_csv(path, index=False)
    return path


def test_a_table_is_kept_on_other_pages_and_forgotten_on_a_reload(
    tab: Page, address: str, table: Path
) -> None:
    open_link(tab, address, "own_predictions")
    tab.set_input_files("input[type=file]", str(table))
    tab.wait_for_selector(".js-plotly-plot")
    assert "0.95 (0.91-1.00)" in settled(tab).inner_text("body")
    assert "own" not in tab.url.replace("own_predictions", "")

    go_to(tab, "Model", "Nomogram")
    go_to(tab, "Model", "Your predictions")
    tab.wait_for_selector(".js-plotly-plot")
    assert "0.95 (0.91-1.00)" in settled(tab).inner_text("body")
    tab.get_by_role("button", name="Forget the table").click()
    tab.wait_for_selector("text=For example, as in the template")

    tab.set_input_files("input[type=file]", str(table))
    tab.wait_for_selector(".js-plotly-plot")
    tab.reload()
    tab.wait_for_selector("text=For example, as in the template")
    assert not settled(tab).query_selector(".js-plotly-plot")


def test_a_click_in_one_legend_acts_on_the_other_panel(tab: Page, address: str) -> None:
    open_link(tab, address, "comparison")
    tab.wait_for_function("document.querySelectorAll('.js-plotly-plot').length === 4")
    settled(tab)
    for number in (2, 3):
        entry = tab.locator(".js-plotly-plot").nth(number).locator(".legendtoggle").first
        entry.scroll_into_view_if_needed()
        entry.click()
        tab.wait_for_function(f"({HIDDEN})({number}).length === 2")
        assert tab.evaluate(HIDDEN, number) == [["Radiomics", "x"], ["Radiomics", "x2"]]
