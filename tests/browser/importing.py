"""The steps of an import in a real browser, as a user goes through them."""

from pathlib import Path

from playwright.sync_api import Locator, Page

from core.jobs import Jobs
from tests.browser.conftest import open_link, settled


def begin(tab: Page, address: str, name: str) -> None:
    """A new study, named."""
    open_link(tab, address, "data")
    press(tab, "New study")
    fill(tab, "Name", name)


def press(tab: Page, label: str) -> None:
    tab.get_by_role("button", name=label).first.click()
    tab.wait_for_timeout(300)
    settled(tab)


def fill(tab: Page, label: str, text: str, at: int = 0) -> None:
    """Write into the field of this label, the ``at``-th of several."""
    field = tab.get_by_label(label, exact=True).nth(at)
    field.fill(text)
    field.press("Tab")
    tab.wait_for_timeout(300)
    settled(tab)


def group(tab: Page, title: str) -> Locator:
    """The buttons under a title."""
    return tab.get_by_test_id("stButtonGroup").filter(has=tab.get_by_text(title, exact=True))


def choose(tab: Page, title: str, option: str) -> None:
    """One button of several under a title."""
    group(tab, title).first.get_by_text(option, exact=True).click()
    tab.wait_for_timeout(300)
    settled(tab)


def step(tab: Page, title: str) -> None:
    """Another step of the import."""
    steps = tab.get_by_test_id("stButtonGroup").filter(has_text="Check and create")
    steps.get_by_text(title).click()
    tab.wait_for_selector(f"h3:has-text('{title}')")
    settled(tab)


def pick(tab: Page, label: str, option: str) -> None:
    """One entry of a list."""
    tab.get_by_role("combobox", name=label).first.click()
    tab.get_by_role("option", name=option, exact=True).click()
    tab.wait_for_timeout(300)
    settled(tab)


def switch(tab: Page, label: str) -> None:
    tab.get_by_test_id("stCheckbox").filter(has_text=label).locator("label").first.click()
    tab.wait_for_timeout(300)
    settled(tab)


def upload(tab: Page, file: Path) -> None:
    tab.set_input_files("input[type=file]", str(file))
    tab.wait_for_timeout(300)
    settled(tab)


def look(tab: Page) -> None:
    """Show a case, and confirm that its mask lies on the tumour."""
    press(tab, "Show this case")
    tab.wait_for_selector(".js-plotly-plot")
    press(tab, "Yes, it lies on the tumour")
    tab.wait_for_selector("text=Confirmed")


def create(tab: Page, settings: str) -> None:
    """Create the study, with these settings."""
    step(tab, "Check and create")
    tab.get_by_text("Settings of the computation").click()
    fill(tab, "Only what differs from the defaults, as in docs/study.md, without the word settings", settings)
    press(tab, "Create the study")
    tab.wait_for_selector("text=patients are in the study")
    settled(tab)


def results(tab: Page, address: str, study: str) -> None:
    """Wait for the headline on the overview."""
    open_link(tab, address, f"overview?study={study}")
    tab.wait_for_selector("text=DLRN has AUC", timeout=180_000)
    assert "could not be shown" not in text(tab)


def computed(tab: Page, cache: Path, study: Path) -> None:
    """Wait until every stage is; a run that fails late fails here."""
    for _ in range(600):
        if Jobs(cache).progress(study).state != "running":
            break
        tab.wait_for_timeout(300)
    assert Jobs(cache).progress(study).state == "done", Jobs(cache).progress(study).message


def text(tab: Page) -> str:
    return settled(tab).inner_text("body")
