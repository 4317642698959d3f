"""A real server and a real Chromium; the flags are those that Debian's Chromium needs in a container."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PATIENCE = 90_000  # ms; the machine may be busy


# Without a screen a fade can stay pending for good, so things change at once, and a rerun fades nothing.
AT_ONCE = """addEventListener('DOMContentLoaded', () => {
    const style = document.createElement('style');
    style.textContent = '*, *::before, *::after {transition: none !important}'
        + '[data-testid=stElementContainer] {opacity: 1 !important}';
    document.head.append(style);
})"""
# The script has ended, every table is drawn, nothing is fading; else what is still under way.
UNREST = """() => {
    const app = document.querySelector('[data-testid=stApp]')?.dataset ?? {};
    const moving = document.getAnimations().filter(a => a instanceof CSSTransition);
    const under = [...document.querySelectorAll('[data-testid=stSkeleton]')].map(() => 'a skeleton');
    if (app.testScriptState !== 'notRunning')
        under.push(`script ${app.testScriptState}, connection ${app.testConnectionState}`);
    under.push(...moving.map(a => `${a.transitionProperty} of ${a.effect.target.className}`));
    return under.join('; ');
}"""


@contextmanager
def serve(studies: Path, cache: Path) -> Iterator[str]:
    """Address of a server that was just started; it is stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "NODESCOPE_STUDIES": str(studies), "NODESCOPE_CACHE": str(cache)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _await(f"{address}/_stcore/health", server)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _await(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if server.poll() is not None:
                raise RuntimeError(f"the server ended with {server.returncode}") from None
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is missing: apt install chromium")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = new_tab(browser)
    yield page
    page.context.close()


def new_tab(browser: Browser) -> Page:
    """A tab of another user: nothing is shared with other tabs."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(PATIENCE)
    context.add_init_script(AT_ONCE)
    return context.new_page()


@pytest.fixture(scope="session")
def studies(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studies")
    (folder / "demo").symlink_to(small_study)
    return folder


@pytest.fixture(scope="session")
def address(studies: Path, small_run) -> Iterator[str]:
    """A server on the small demo study, complete."""
    with serve(studies, small_run.cache) as url:
        yield url


def settled(tab: Page) -> Page:
    """Wait until the page has a title and its script has ended."""
    tab.wait_for_selector("[data-testid=stHeading]")
    try:
        tab.wait_for_function(f"() => ({UNREST})() === ''")
    except TimeoutError as error:
        raise AssertionError(f"The page does not come to rest: {tab.evaluate(UNREST)}") from error
    return tab


def open_link(tab: Page, address: str, link: str) -> str:
    """Open a page by its link; its text, which never says that there is no such page."""
    tab.goto(f"{address}/{link}")
    settled(tab)
    text = tab.inner_text("body")
    assert "page not found" not in text.lower()
    assert "does not seem to exist" not in text
    assert "Research use only" in text
    return text


def go_to(tab: Page, chapter: str, page: str) -> Page:
    """Switch to another page by the menu; a page is another when its title is."""
    before = tab.inner_text("h2")
    tab.get_by_test_id("stTopNavSection").filter(has_text=chapter).click()
    tab.get_by_test_id("stTopNavDropdownLink").filter(has_text=page).click()
    tab.wait_for_function("before => document.querySelector('h2')?.innerText !== before", arg=before)
    return settled(tab)
