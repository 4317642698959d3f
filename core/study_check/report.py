"""What checking a study folder found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import Problem

WHOLE = "the study"
FINE, AT_FAULT, WITH_WARNINGS = 0, 1, 3


def group_of(problem: Problem) -> str:
    """What a problem is listed under: its file, or the folder of many such as ``images/``."""
    folder, slash, _ = problem.file.rpartition("/")
    return f"{folder}{slash}" if slash else problem.file or WHOLE


def place_in_group(problem: Problem) -> str:
    """The place below that: ``row 7, column age``, or ``P01_1.nii.gz``."""
    return problem.place.removeprefix(group_of(problem)).removeprefix(", ")


@dataclass(frozen=True, slots=True)
class StudyReport:
    """Every problem of a study folder, file by file, and how much was looked at.

    ``study`` is the folder's name, ``checked`` what was read: patients, images, masks, genes, gene sets.
    """

    study: str
    problems: tuple[Problem, ...]
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps the study, or a patient of it, from being computed."""
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a reader should know."""
        return tuple(p for p in self.problems if p.severity == "warning")

    @property
    def exit_code(self) -> int:
        """0 fine, 1 errors, 3 warnings only."""
        return AT_FAULT if self.errors else WITH_WARNINGS if self.warnings else FINE

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: study, errors and warnings (counts), checked, problems."""
        counts = {"errors": len(self.errors), "warnings": len(self.warnings)}
        problems = [{**asdict(p), "place": p.place} for p in self.problems]
        return {"study": self.study, **counts, "checked": dict(self.checked), "problems": problems}
