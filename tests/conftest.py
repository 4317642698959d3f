"""Shared fixtures: the real data and R's values beside the checkout, and the small demo study computed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from tests.study_folder import write_covariates, write_scanned

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium")


@dataclass(frozen=True)
class SmallRun:
    """The small demo study, the store it was computed into, and its frozen model."""

    study: Path
    cache: Path
    bundle: Path


def core(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    """Run ``python -m core`` as a user would."""
    command = [sys.executable, "-m", "core", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data and R's reference values; skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("shared/ (real data and R's values) does not stand beside the checkout")
    return folder


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo study, written once for all workers of a test run."""

    def write(folder: Path) -> None:
        if not (folder / "demo").is_dir():
            _checked("demo", folder / "demo", "--small")

    return _once(tmp_path_factory, "small_study", write) / "demo"


@pytest.fixture(scope="session")
def small_run(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    """The small demo study, computed once for all workers of a test run."""

    def compute(folder: Path) -> None:
        _checked("run", small_study, "--cache", folder / "cache")
        _checked("bundle", small_study, "--cache", folder / "cache", "-o", folder / "model.nodescope")

    folder = _once(tmp_path_factory, "small_run", compute)
    return SmallRun(small_study, folder / "cache", folder / "model.nodescope")


@pytest.fixture(scope="session")
def scanned_run(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    """The small demo study with a scanner for each patient, harmonised, and features chosen by their ICC."""

    return _another(tmp_path_factory, small_run, "scanned", write_scanned, "--only", "bundle")


@pytest.fixture(scope="session")
def covariate_run(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> SmallRun:
    """The small demo study with age and menopausal status on its nomogram, three patients left out."""

    return _another(tmp_path_factory, small_run, "covariates", write_covariates, code=3)


def _another(
    factory: pytest.TempPathFactory,
    of: SmallRun,
    name: str,
    change: Callable[[Path], None],
    *options: str,
    code: int = 0,
) -> SmallRun:
    """The small demo study changed, and computed into the same store."""

    def compute(folder: Path) -> None:
        study = folder / name
        if not study.is_dir():
            shutil.copytree(of.study, study, copy_function=os.link)
            change(study)
        _checked("run", study, "--cache", of.cache, *options, code=code)
        _checked("bundle", study, "--cache", of.cache, "-o", folder / "model.nodescope")

    folder = _once(factory, f"{name}_run", compute)
    return SmallRun(folder / name, of.cache, folder / "model.nodescope")


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    if kept := os.environ.get("NODESCOPE_TEST_FOLDER"):
        return _kept(Path(kept) / name, make)
    base = factory.getbasetemp()
    base = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = base / name
    with FileLock(base / f"{name}.lock"):
        if not (folder / "done").is_file():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "done").touch()
    return folder


def _kept(folder: Path, make: Callable[[Path], None]) -> Path:
    """In a folder that outlives the test run, so that only what went stale is computed again."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        make(folder)
    return folder


def _checked(*arguments: object, code: int = 0) -> None:
    done = core(*arguments)
    if done.returncode != code:
        raise RuntimeError(f"{arguments[0]} exited {done.returncode}: {done.stderr[-2000:]}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests need Debian's Chromium; without it they say so."""
    if CHROMIUM is None:
        for item in items:
            if "browser" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="Chromium is missing: apt install chromium"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where NODESCOPE_NO_SKIPS is set a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("NODESCOPE_NO_SKIPS") and reporter.stats.get("skipped"):
        reporter.write_line("NODESCOPE_NO_SKIPS is set and tests were skipped: the run fails", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
