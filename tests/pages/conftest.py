"""Every page in AppTest, with no study, with stages missing, and with the small demo complete."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import Jobs

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "pages").glob("[a-z]*/[a-z]*.py"))
Open = Callable[[str], AppTest]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, bool]]:
    """Runs that the pages asked for; none is really started."""
    asked: list[tuple[Path, bool]] = []
    monkeypatch.setattr(Jobs, "start", lambda _, study, preset=None, demo=False: asked.append((study, demo)))
    return asked


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, started: list[tuple[Path, bool]]) -> Callable[[Path, Path], Open]:
    """A function that opens a page of the app on a folder of studies and a cache."""

    def on(studies: Path, cache: Path) -> Open:
        monkeypatch.setenv("NODESCOPE_STUDIES", str(studies))
        monkeypatch.setenv("NODESCOPE_CACHE", str(cache))
        return open_page

    return on


def open_page(page: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    return app.run() if not page else app.run().switch_page(page).run()


def said(app: AppTest) -> str:
    """Every text on the page."""
    parts = [*app.main, *app.sidebar]
    return "\n".join(str(getattr(p, "value", "")) for p in parts)
