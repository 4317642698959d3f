"""How long a switch of pages takes on the demo study, computed beforehand: five rounds of all pages.

NODESCOPE_BENCH names the folder with ``demo`` and ``cache``, as in ``test_demo_study.py``.
"""

import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from pages._ui.frame import CHAPTERS
from tests.browser.conftest import open_link, serve
from tests.browser.pages import TITLES

pytestmark = pytest.mark.browser
ROUNDS = 5
DRAWN = """
title => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && [...document.querySelectorAll('h2')].some(h => h.innerText.includes(title))
"""


SURFACE = "!!document.querySelector('.st-key-chart_surface .gl-container canvas')"


def test_page_switch(tab: Page, tmp_path: Path, computed: Path) -> None:
    (tmp_path / "demo").symlink_to(computed / "demo")
    with serve(tmp_path, computed / "cache") as address:
        open_link(tab, address, "overview")
        for page in _order():  # fills the caches
            _switch(tab, *page)
        seconds: dict[tuple[str, str, str], list[float]] = {page: [] for page in _order()}
        for _ in range(ROUNDS):
            for page in _order():
                seconds[page].append(_switch(tab, *page))
        began = time.perf_counter()
        _switch(tab, "Study", "Patient", TITLES["patient"])
        tab.wait_for_function(SURFACE, polling=20)
        print(f"\nPatient, with the 3D surface that follows: {time.perf_counter() - began:.2f} s", end="")
    for (_, name, _), taken in seconds.items():
        print(f"\n{name:20s} median {np.median(taken):.2f} s, longest {max(taken):.2f} s", end="")
    every = np.concatenate(list(seconds.values()))
    print(f"\npage switch: median {np.median(every):.2f} s, 95th percentile {np.quantile(every, 0.95):.2f} s")


def _order() -> list[tuple[str, str, str]]:
    """Chapter, name in the menu, and title of each page; neighbours differ in their chapter's menu."""
    return [
        (chapter, name, TITLES[Path(path).stem])
        for chapter, pages in CHAPTERS.items()
        for path, name, _ in pages
    ]


def _switch(tab: Page, chapter: str, name: str, title: str) -> float:
    tab.get_by_test_id("stTopNavSection").filter(has_text=chapter).click()
    link = tab.get_by_test_id("stTopNavDropdownLink").filter(has_text=name)
    link.wait_for()
    began = time.perf_counter()
    link.click()
    tab.wait_for_function(DRAWN, arg=title, polling=20)
    return time.perf_counter() - began
