"""Each page by its cold deep link, one of each chapter on a server just started; anyone can read it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from core.figures.palette import DARK
from pages._ui.frame import NO_STUDY
from tests.browser.conftest import open_link, serve, settled
from tests.browser.pages import TITLES
from tests.pages.conftest import PAGES

pytestmark = pytest.mark.browser


# The captions' colour comes from the script, not from Streamlit's theme.
DRAWN_IN = "colour => [...document.querySelectorAll('style')].some(s => s.textContent.includes(colour))"


def test_no_page_is_left_out() -> None:
    assert {page.rsplit("/", 1)[1].removesuffix(".py") for page in PAGES} == set(TITLES)


@pytest.mark.parametrize("link", ["patient", "features", "tests", "gsva", "predict", "published_results"])
def test_the_first_link_after_a_server_start_opens_its_page(link: str, tab: Page, studies, small_run) -> None:
    with serve(studies, small_run.cache) as fresh:
        assert TITLES[link] in open_link(tab, fresh, link)


@pytest.mark.parametrize("link", TITLES)
def test_a_page_opens_by_its_link_and_is_accessible(link: str, tab: Page, address: str) -> None:
    text = open_link(tab, address, link)
    assert TITLES[link] in text
    assert ("Synthetic study" in text) == (link not in NO_STUDY)
    assert not tab.query_selector("[data-testid=stException]")
    assert _serious(tab) == []
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function(DRAWN_IN, arg=DARK.quiet)  # the page notices, and is drawn anew
    assert _serious(settled(tab)) == []


def _serious(tab: Page) -> list[str]:
    found = Axe().run(tab).response["violations"]
    grave = [v for v in found if v["impact"] in ("serious", "critical")]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in grave]
