"""Images and masks of all patients of an import, patient by patient, and what became of each."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import pandas as pd

from core.errors import CannotRun, ImageError, MaskError, NodescopeError, coded
from core.importing.images import Put, put_patient
from core.progress import Steps
from core.study.intake.patterns import PatientFiles
from core.study.intake.plan import CohortPlan

WORKERS = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One patient: cohort and files, and the file of a second mask, "" for none."""

    patient: str
    cohort: CohortPlan
    files: PatientFiles
    second: str = ""


def put_images(
    tasks: Sequence[Task], put: Put, progress: Steps | None, cancelled: Callable[[], bool] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Failures [patient, code, message] and findings [patient, code, text], in the order of the tasks.

    A patient whose images cannot be used is a failure, and the others go on. Raises CannotRun
    (IMPORT-CANCELLED, WRITE), OSError where the disk fails.
    """
    notes: dict[str, tuple[str, ...]] = {}
    failures: dict[str, NodescopeError] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        try:
            running = {pool.submit(put_patient, t.cohort, t.files, put, t.second): t.patient for t in tasks}
            for done, one in enumerate(as_completed(running), start=1):
                try:
                    notes[running[one]] = one.result()
                except (ImageError, MaskError) as error:
                    failures[running[one]] = error
                except (PermissionError, MemoryError):
                    failures[running[one]] = _unusable()
                if progress is not None:
                    progress(done, len(tasks))
                if cancelled is not None and cancelled():
                    fix = "Start it again."
                    raise CannotRun("IMPORT-CANCELLED", "The import must run to its end", "a cancel", fix)
        finally:
            pool.shutdown(cancel_futures=True)  # what has not begun must not keep a failed import waiting
    order = [t.patient for t in tasks]
    found = [(p, *coded(note)) for p in order for note in notes.get(p, ())]
    left = [(p, failures[p].code, str(failures[p])) for p in order if p in failures]
    columns = ["patient", "code"]
    return pd.DataFrame(left, columns=[*columns, "message"]), pd.DataFrame(found, columns=[*columns, "text"])


def _unusable() -> ImageError:
    found = "one without leave to read, or larger than the memory"
    return ImageError("IMAGE-READ", "The image must be readable", found, "Check the file.")
