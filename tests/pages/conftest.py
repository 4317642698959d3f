"""Every page in AppTest, with no study, with stages missing, and with the small demo complete."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.importing.drafts import Draft, Drafts
from core.jobs import Jobs
from tests.conftest import SmallRun, core
from tests.pages.importing import SERVER, reopen, write_data

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "pages").glob("[a-z]*/[a-z]*.py"))
Open = Callable[[str], AppTest]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, bool]]:
    """Runs that the pages asked for; none is really started."""
    asked: list[tuple[Path, bool]] = []
    monkeypatch.setattr(
        Jobs, "start", lambda _, study, preset=None, demo=False, only=None: asked.append((study, demo))
    )
    return asked


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch, started: list[tuple[Path, bool]]) -> Callable[[Path, Path], Open]:
    """A function that opens a page of the app on a folder of studies and a cache."""

    def on(studies: Path, cache: Path) -> Open:
        monkeypatch.setenv("NODESCOPE_STUDIES", str(studies))
        monkeypatch.setenv("NODESCOPE_CACHE", str(cache))
        return open_page

    return on


@pytest.fixture
def studies(small_study: Path, tmp_path: Path) -> Path:
    """A folder of studies that holds the small demo study."""
    folder = tmp_path / "studies"
    folder.mkdir()
    (folder / "demo").symlink_to(small_study)
    return folder


@pytest.fixture(scope="session")
def training_only(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study's training cohort alone, images without expression, computed."""
    study = tmp_path_factory.mktemp("one") / "training_only"
    study.mkdir()
    for part in ("images", "masks"):
        (study / part).symlink_to(small_run.study / part)
    clinical = pd.read_csv(small_run.study / "clinical.csv")
    clinical[clinical["cohort"] == "sim-brca"].to_csv(study / "clinical.csv", index=False)
    sections = (small_run.study / "study.toml").read_text().split("\n\n")
    kept = [s for s in sections if not s.startswith(("[cohorts.sim-nact]", "[expression]", "[genesets]"))]
    (study / "study.toml").write_text("\n\n".join(kept))
    done = core("run", study, "--cache", small_run.cache)
    assert done.returncode == 0, done.stderr
    return study


def open_page(page: str, **query: str) -> AppTest:
    """A page by its file, or the bare address; ``query``: what follows the ? of the link."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return (app.switch_page(page) if page else app).run()


def said(app: AppTest) -> str:
    """Every text on the page."""
    parts = [*app.main, *app.sidebar]
    return "\n".join(str(getattr(p, "value", "")) for p in parts)


def texts(app: AppTest) -> str:
    """The same with errors, warnings and notes."""
    return said(app) + " ".join(e.value for e in [*app.error, *app.warning, *app.info])


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Every table of the page, as it is read."""
    found = [part.value for part in app.main if part.type in ("table", "dataframe")]
    return [
        frame.map(lambda cell: cell.replace("\\", "") if isinstance(cell, str) else cell) for frame in found
    ]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder on the server that an import may read, with data in it."""
    folder = tmp_path / "data"
    write_data(folder)
    monkeypatch.setenv("NODESCOPE_DATA", str(folder))
    return folder


@pytest.fixture
def begin(visit, studies: Path, tmp_path: Path):
    """A function that opens a step of a new import with some choices made."""

    def at(step: str, **choices: object) -> tuple[AppTest, Draft]:
        table = {"clinical_way": SERVER, "clinical_place": "table.csv", "cohort_way": "one"}
        images = {"images_training_way": SERVER, "images_training_place": "images"}
        draft = Drafts(tmp_path / "cache").new(step=step, name="Mine", **{**table, **images, **choices})
        return reopen(visit(studies, tmp_path / "cache"), draft), draft

    return at
