"""One family of errors: a code, what was expected, what was found, how to fix it.

The app and the command line show ``str(error)``; nothing else of an error reaches the user.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

SHOWN = 20
Severity = Literal["error", "warning"]


def coded(line: str) -> tuple[str, str]:
    """Code and text of a line "[CODE] text", as errors and warnings are written; no code: "" and the line."""
    code, mark, text = line.removeprefix("[").partition("] ")
    return (code, text) if line.startswith("[") and mark else ("", line)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a study, where it stands, and what to do.

    ``file`` is relative to the study folder, "" where it is none in particular; ``row`` counts lines of the
    file from 1, its header; ``column`` is a column of a table, ``key`` a value of study.toml such as
    ``cohorts.mine.images``.
    """

    code: str
    expected: str
    found: str = ""
    fix: str = ""
    severity: Severity = "error"
    file: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""
    patient: str = ""

    @property
    def place(self) -> str:
        """Where it stands: ``clinical.csv, row 7, column age``."""
        row = "" if self.row is None else f"row {self.row:,}"
        column = f"column {self.column}" if self.column else ""
        # The name of an image's file says which patient's it is.
        patient = f"patient {self.patient}" if self.patient and self.patient not in self.file else ""
        return ", ".join(filter(None, (self.file, self.key, row, column, patient)))

    def __str__(self) -> str:
        return sentence(self.code, self.expected, self.found, self.fix)


class NodescopeError(Exception):
    """Base of every error that Nodescope raises on purpose.

    ``str()`` reads ``[CODE] expected; found .... fix``. ``exit_code`` is what the command line
    returns: 1 the input is at fault, 2 the work could not run. ``problems``: the same problem by problem,
    each with its place; one without a place where nothing more is known.
    """

    exit_code = 1

    def __init__(self, code: str, expected: str, found: str = "", fix: str = "") -> None:
        self.code, self.expected, self.found, self.fix = code, expected, found, fix
        self.problems: tuple[Problem, ...] = (Problem(code, expected, found, fix),)
        super().__init__(code, expected, found, fix)

    def listing(self, problems: Iterable[Problem]) -> Self:
        """This error, with its problems one by one."""
        self.problems = tuple(problems)
        return self

    def at(self, **place: Any) -> Self:
        """This error, with a place (fields of ``Problem``) for its problems; what they know stays."""
        kept = ({name: getattr(p, name) or value for name, value in place.items()} for p in self.problems)
        return self.listing(replace(p, **own) for p, own in zip(self.problems, tuple(kept), strict=True))

    def __str__(self) -> str:
        return sentence(self.code, self.expected, self.found, self.fix)


class ImageError(NodescopeError):
    """An image cannot be read, or its voxels cannot be trusted."""


class MaskError(NodescopeError):
    """A mask is empty, carries no such label, or does not fit its image."""


class TableError(NodescopeError):
    """A clinical, expression or gene-set table is at fault; lists every problem at once."""


class StudyError(NodescopeError):
    """A study cannot be computed: its manifest, its outcome or its cohorts are at fault."""


class ModelError(NodescopeError):
    """A model cannot be fitted on, or applied to, what it was given."""


class BundleError(NodescopeError):
    """A frozen model cannot be read or was altered."""


class CannotRun(NodescopeError):
    """The work could not run for a reason outside the input: memory, a library, a missing file."""

    exit_code = 2


def sentence(code: str, expected: str, found: str, fix: str) -> str:
    """``[CODE] expected; found .... fix``."""
    middle = f"; found {found}" if found else ""
    return f"[{code}] {expected.rstrip('.')}{middle.rstrip('.')}. {fix}".strip()


def listed(problems: Sequence[str], link: str = "; ", shown: int = SHOWN) -> str:
    """The first problems and the number of the others."""
    more = f" and {len(problems) - shown} more" if len(problems) > shown else ""
    return link.join(problems[:shown]) + more
