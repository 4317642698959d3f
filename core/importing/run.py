"""An import written in a thread of the server: it goes on when the tab is closed, and can be cancelled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Literal

import pandas as pd

from core.errors import CannotRun, NodescopeError
from core.study.intake.plan import ImportPlan
from core.study_check import StudyReport, check_study

if TYPE_CHECKING:
    from core.importing.writing import Imported

State = Literal["running", "done", "failed"]
WRITING, CHECKING = "Reading images and masks", "Checking the study"


@dataclass
class ImportRun:
    """How one import stands; ``imported`` and ``report`` once it is done, ``error`` where it failed.

    Held in the server's memory only: what images were like and why patients were left out is theirs.
    """

    state: State = "running"
    stage: str = WRITING
    done: int = 0
    total: int = 0
    error: NodescopeError | None = None
    imported: "Imported | None" = None
    report: StudyReport | None = None
    stop: Event = field(default_factory=Event)

    def tell(self, done: int, total: int) -> None:
        """Note patients done."""
        self.done, self.total = done, total


_runs: dict[str, ImportRun] = {}
_lock = Lock()


def run_of(number: str) -> ImportRun | None:
    """The newest run of a draft, None where there was none since the server started."""
    return _runs.get(number)


def forget(number: str) -> None:
    """Drop a run that has ended."""
    with _lock:
        if number in _runs and _runs[number].state != "running":
            del _runs[number]


def start(
    number: str, plan: ImportPlan, frame: pd.DataFrame, folder: Path, facts: pd.DataFrame | None = None,
    replaces: bool = False, then: Callable[[], None] | None = None,
) -> ImportRun:  # fmt: skip
    """Write the study of a plan (as ``core.importing.write_study``) and check it, unless that is under way.

    ``then``: called when the study stands in its place.
    """
    with _lock:
        now = _runs.get(number)
        if now is not None and now.state == "running":
            return now
        run = _runs[number] = ImportRun()
    Thread(target=_run, args=(run, plan, frame, folder, facts, replaces, then), daemon=True).start()
    return run


def _run(
    run: ImportRun, plan: ImportPlan, frame: pd.DataFrame, folder: Path, facts: pd.DataFrame | None,
    replaces: bool, then: Callable[[], None] | None,
) -> None:  # fmt: skip
    from core.importing.writing import write_study

    try:
        run.imported = write_study(plan, frame, folder, facts, run.tell, run.stop.is_set, replaces)
        if then is not None:
            then()
        run.stage, run.done, run.total = CHECKING, 0, 0
        run.report = check_study(folder, progress=lambda _, done, total: run.tell(done, total))
        run.state = "done"
    except NodescopeError as error:
        run.error, run.state = error, "failed"
    except Exception:  # noqa: BLE001  (a thread has nobody to tell; the message may hold a path)
        expected = "The import must run to its end"
        run.error = CannotRun("IMPORT-FAILED", expected, "an unexpected fault", "Try again, or report it.")
        run.state = "failed"
