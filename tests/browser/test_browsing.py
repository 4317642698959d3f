"""What travels: the filter, the selection, the link; and what every page gives to take away."""

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import go_to, new_tab, open_link, settled

pytestmark = pytest.mark.browser


def test_a_filter_holds_on_the_next_page_and_in_a_copied_link(
    tab: Page, address: str, browser: Browser
) -> None:
    open_link(tab, address, "cohorts")
    tab.get_by_role("button", name=re.compile("All 40 patients")).click()
    tab.get_by_role("button", name="LNM positive").click()
    tab.get_by_role("button", name=re.compile(r"\d+ of 40 patients")).wait_for()
    go_to(tab, "Model", "Comparison")
    tab.get_by_role("button", name=re.compile(r"\d+ of 40 patients")).wait_for()
    go_to(tab, "Biology", "GSVA")
    assert "filter=lnm" in tab.url
    other = new_tab(browser)
    other.goto(tab.url)
    settled(other)
    other.get_by_role("button", name=re.compile(r"\d+ of 40 patients")).wait_for()
    assert "LNM: LNM positive" in other.inner_text("[data-testid=stSidebar]")
    assert other.inner_text("h2") == tab.inner_text("h2")
    other.context.close()


def test_a_link_with_a_filter_of_another_study_says_so(tab: Page, address: str) -> None:
    text = open_link(tab, address, "cohorts?filter=ki67:high%7C")
    assert "[FILTER-COLUMN]" in text
    assert "All 40 patients" in text


def test_a_lasso_on_one_page_marks_the_patients_on_the_next(tab: Page, address: str) -> None:
    open_link(tab, address, "cohorts")
    lasso(tab, "chart_variable_age")
    tab.get_by_text(re.compile(r"\d+ selected")).wait_for()
    codes = re.search(r"patients=([^&]+)", tab.url).group(1).replace("%2C", ",").split(",")
    go_to(tab, "Study", "Patient")
    text = tab.inner_text("[data-testid=stMain]")
    assert f"{len(codes)} selected" in tab.inner_text("[data-testid=stSidebar]")
    assert any(code in text for code in codes)


@pytest.mark.parametrize("form", ["SVG", "PNG", "PDF"])
def test_a_figure_file_opens_and_says_where_it_comes_from(form: str, tab: Page, address: str) -> None:
    open_link(tab, address, "comparison")
    tab.get_by_role("button", name=re.compile("Save figure")).first.click()
    with tab.expect_download() as download:
        tab.get_by_role("button", name=form, exact=True).click()
    data = Path(download.value.path()).read_bytes()
    if form == "SVG":
        text = "".join(ET.fromstring(data).itertext())
        assert re.search(
            r"Nodescope \S+, .*preset leak_free, settings key evaluation \w{10}.*SYNTHETIC", text
        )
    elif form == "PNG":
        assert Image.open(io.BytesIO(data)).width == 3000
    else:
        assert data.startswith(b"%PDF-")


def test_a_table_file_opens_and_says_where_it_comes_from(tab: Page, address: str) -> None:
    open_link(tab, address, "comparison")
    with tab.expect_download() as download:
        tab.locator(".st-key-csv_table1 button").click()
    text = Path(download.value.path()).read_text()
    assert text.startswith("# Nodescope ")
    assert re.search(r"settings key evaluation \w{10}, .*\d{4}-\d\d-\d\d, SYNTHETIC", text.splitlines()[0])
    assert {"auc", "sensitivity"} <= set(pd.read_csv(io.StringIO(text), comment="#"))


def lasso(tab: Page, key: str) -> None:
    """Draw around the upper left quarter of a chart."""
    tab.wait_for_selector(f".st-key-{key} .nsewdrag")
    tab.wait_for_timeout(1000)  # Plotly puts the drag layer in place after the first drawing
    box = tab.locator(f".st-key-{key} .nsewdrag").first.bounding_box()
    left, top = box["x"] + 5, box["y"] + 5
    right, bottom = left + box["width"] * 0.5, top + box["height"] * 0.5
    tab.mouse.move(left, top)
    tab.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 2)):
        tab.mouse.move(x, y, steps=8)
    tab.mouse.up()
