"""What checking a study folder found."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from core.errors import Problem

FINE, AT_FAULT, WITH_WARNINGS = 0, 1, 3


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
