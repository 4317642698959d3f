"""Background runs: started once, seen while they go, cancelled, and noticed when they die."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.jobs import Jobs, Progress


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
