import pytest
from playwright.sync_api import Page

from core.study.manifest import load_study
from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def test_patients_of_a_link_are_listed_and_a_row_opens_one(tab: Page, address: str, studies) -> None:
    clinical = load_study(studies / "demo").clinical
    first, second = clinical["patient"].iloc[3], clinical["patient"].iloc[8]
    tab.goto(f"{address}/patient?patients={second},{first}")
    settled(tab)
    tab.get_by_text("2 selected patients").wait_for()
    tab.get_by_role("heading", name=first).wait_for()
    grid = tab.locator("[data-testid=stDataFrame]").first
    grid.wait_for()
    # The row markers lie at the left; header and rows are 35 px high.
    grid.click(position={"x": 20, "y": 35 + 35 + 17})
    tab.get_by_role("heading", name=second).wait_for()
    assert f"patient={second}" in tab.url
    tab.get_by_role("button", name="Previous").click()
    tab.get_by_role("heading", name=first).wait_for()


def test_the_surface_follows_the_page_and_stays(tab: Page, address: str) -> None:
    tab.goto(f"{address}/patient")
    settled(tab)
    tab.wait_for_selector(".st-key-chart_surface canvas")
    tab.get_by_role("button", name="Next").click()
    tab.get_by_text("2 of ").first.wait_for()
    settled(tab)
    tab.wait_for_selector(".st-key-chart_surface canvas")
    assert not tab.query_selector(".st-key-later_surface")
