"""Long work outside the script thread: a child process per study, its progress in a small file."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import psutil
from filelock import FileLock

from core.errors import CannotRun
from core.files import write_whole
from core.paths import ROOT

State = Literal["running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands; ``done`` of ``total`` cases or steps of ``stage``, ``started`` in epoch seconds."""

    state: State
    stage: str = ""
    done: int = 0
    total: int = 0
    message: str = ""
    started: float = 0.0
    pid: int = 0


class ProgressFile:
    """Writes one run's progress, whole each time and at most five times a second.

    Raises CannotRun (WRITE) where the store cannot hold it.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._last, self._stage = path, 0.0, ""
        self.now = Progress("running", started=time.time(), pid=os.getpid())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write()
        except OSError as error:
            expected = "The cache must be a folder that can be written to"
            raise CannotRun("WRITE", expected, "none", "Choose another --cache.") from error

    def report(self, stage: str, done: int, total: int) -> None:
        """Note the stage under way."""
        self.now = replace(self.now, stage=stage, done=done, total=total)
        if stage != self._stage or time.monotonic() - self._last > 0.2:
            self._stage = stage
            self._write()

    def finish(self, state: State, message: str = "") -> None:
        """Note how the run ended."""
        self.now = replace(self.now, state=state, message=message)
        self._write()

    def _write(self) -> None:
        self._last = time.monotonic()
        write_whole(self.path, json.dumps(asdict(self.now)))


class Jobs:
    """Runs of studies as child processes: they survive a closed tab, and can be cancelled."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "jobs"

    def progress_path(self, study: Path) -> Path:
        """The file that tells how the run of this study stands."""
        name = hashlib.sha256(os.fsencode(study.resolve())).hexdigest()[:16]
        return self.folder / f"{name}.json"

    def progress(self, study: Path) -> Progress | None:
        """Where the study's newest run stands, or None if there was none."""
        progress = _read(self.progress_path(study))
        if progress is None or progress.state != "running" or _alive(progress.pid, progress.started):
            return progress
        return replace(progress, state="failed", message="The run was stopped before its end.")

    def start(
        self, study: Path, preset: str | None = None, demo: bool = False, only: str | None = None
    ) -> None:
        """Start computing the study unless a run is under way; with ``demo`` it is written first.

        ``only``: one stage, with what it needs.
        """
        command = ["run", str(study.resolve())]
        command += ["--preset", preset] if preset else []
        command += ["--demo"] if demo else []
        command += ["--only", only] if only else []
        self.launch(study, command)

    def launch(self, target: Path, command: Sequence[str]) -> None:
        """Start a command of ``python -m core`` that reports on ``target``, unless one is under way there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.progress_path(target).with_suffix(".lock")):
            now = self.progress(target)
            if now is not None and now.state == "running":
                return
            self._spawn(target, [sys.executable, "-m", "core", *command, "--cache", str(self.root.resolve())])

    def cancel(self, study: Path) -> None:
        """Stop the study's run; finished cases and stages stay."""
        now = self.progress(study)
        if now is not None and now.state == "running":
            _terminate(psutil.Process(now.pid))
            cancelled = replace(now, state="cancelled", message="Cancelled; finished work is kept.")
            write_whole(self.progress_path(study), json.dumps(asdict(cancelled)))

    def _spawn(self, study: Path, command: list[str]) -> None:
        log = self.progress_path(study).with_suffix(".log").open("wb")
        # Lower priority: pages stay responsive while the study is computed on the same cores.
        child = subprocess.Popen(
            ["nice", "-n", "10", *command], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        log.close()
        told = _read(self.progress_path(study))
        if told is None or told.pid != child.pid:  # on a busy machine the child may be further, or done
            starting = Progress("running", stage="Starting", started=time.time(), pid=child.pid)
            write_whole(self.progress_path(study), json.dumps(asdict(starting)))


def _read(path: Path) -> Progress | None:
    try:
        return Progress(**json.loads(path.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _alive(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        # A process born after the run began merely inherited the number.
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() < started + 5
    except psutil.NoSuchProcess:
        return False


def _terminate(run: psutil.Process) -> None:
    family = [run, *run.children(recursive=True)]
    for process in family:
        try:
            process.send_signal(signal.SIGTERM)
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(family, timeout=5)
