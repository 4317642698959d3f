"""An import written in a thread of the server: it goes on when the tab is closed, and can be cancelled."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

import pandas as pd

from core.background import Work
from core.study.intake.plan import ImportPlan
from core.study_check import StudyReport, check_study

if TYPE_CHECKING:
    from core.importing.writing import Imported

WRITING, CHECKING = "Reading images and masks", "Checking the study"


@dataclass
class ImportRun(Work):
    """How one import stands; ``imported`` and ``report`` once it is done, ``error`` where it failed.

    Held in the server's memory only: what images were like and why patients were left out is theirs.
    """

    stage: str = WRITING
    imported: "Imported | None" = None
    report: StudyReport | None = None
    stop: Event = field(default_factory=Event)


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
    run.begin(partial(_run, run, plan, frame, folder, facts, replaces, then))
    return run


def _run(
    run: ImportRun, plan: ImportPlan, frame: pd.DataFrame, folder: Path, facts: pd.DataFrame | None,
    replaces: bool, then: Callable[[], None] | None,
) -> None:  # fmt: skip
    from core.importing.writing import write_study

    run.imported = write_study(plan, frame, folder, facts, run.tell, run.stop.is_set, replaces)
    if then is not None:
        then()
    run.stage, run.done, run.total = CHECKING, 0, 0
    run.report = check_study(folder, progress=lambda _, done, total: run.tell(done, total))
