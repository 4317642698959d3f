"""Background runs: started once, seen while they go, cancelled, and noticed when they die."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from core.jobs import Jobs, Progress, ProgressFile


def _wait(condition: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _state(jobs: Jobs, study: Path) -> str:
    progress = jobs.progress(study)
    return progress.state if progress else ""


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path / "cache")


def _working(jobs: Jobs, study: Path) -> bool:
    progress = jobs.progress(study)
    return progress is not None and progress.stage not in ("", "Starting")


def test_nothing_was_started(jobs: Jobs, small_study: Path) -> None:
    assert jobs.progress(small_study) is None


def test_a_run_is_started_once_and_cancelled_with_its_children(jobs: Jobs, small_study: Path) -> None:
    jobs.start(small_study)
    first = jobs.progress(small_study)
    jobs.start(small_study)
    second = jobs.progress(small_study)
    assert isinstance(first, Progress) and isinstance(second, Progress)
    assert first.state == "running" and second.pid == first.pid
    assert _wait(lambda: _working(jobs, small_study))
    jobs.cancel(small_study)
    assert _state(jobs, small_study) == "cancelled"
    assert _wait(lambda: not _group_lives(first.pid))


def test_a_run_that_ends_before_its_start_is_noted_stays_done(
    jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Quick:
        """A child that is done while the server, on a busy machine, still starts it."""

        def __init__(self, *_: object, **__: object) -> None:
            ProgressFile(jobs.progress_path(tmp_path)).finish("done")
            self.pid = os.getpid()

    monkeypatch.setattr("core.jobs.subprocess.Popen", Quick)
    jobs.launch(tmp_path, ["run"])
    assert _state(jobs, tmp_path) == "done"


def test_a_page_never_finds_half_a_progress(jobs: Jobs, tmp_path: Path) -> None:
    file = ProgressFile(jobs.progress_path(tmp_path))
    ends = [Thread(target=lambda: [file.finish("done", "x" * 5000) for _ in range(300)]) for _ in range(2)]
    for end in ends:
        end.start()
    while any(end.is_alive() for end in ends):
        assert jobs.progress(tmp_path) is not None
    assert [p.name for p in jobs.folder.iterdir()] == [jobs.progress_path(tmp_path).name]


def test_a_killed_run_is_noticed(jobs: Jobs, small_study: Path) -> None:
    jobs.start(small_study)
    progress = jobs.progress(small_study)
    assert progress is not None
    os.killpg(progress.pid, signal.SIGKILL)
    assert _wait(lambda: _state(jobs, small_study) == "failed")


def test_a_faulty_study_ends_with_the_text_of_its_error(jobs: Jobs, tmp_path: Path) -> None:
    jobs.start(tmp_path / "none")
    assert _wait(lambda: _state(jobs, tmp_path / "none") == "failed")
    progress = jobs.progress(tmp_path / "none")
    assert progress is not None and progress.message.startswith("[STUDY-MISSING]")


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    # The leader stays as a zombie until the parent, this test, looks at it.
    os.waitpid(group, os.WNOHANG)
    return True
