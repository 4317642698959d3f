"""One family of errors: a code, what was expected, what was found, how to fix it.

The app and the command line show ``str(error)``; nothing else of an error reaches the user.
"""

from collections.abc import Sequence

SHOWN = 20


def coded(line: str) -> tuple[str, str]:
    """Code and text of a line "[CODE] text", as errors and warnings are written; no code: "" and the line."""
    code, mark, text = line.removeprefix("[").partition("] ")
    return (code, text) if line.startswith("[") and mark else ("", line)


class NodescopeError(Exception):
    """Base of every error that Nodescope raises on purpose.

    ``str()`` reads ``[CODE] expected; found .... fix``. ``exit_code`` is what the command line
    returns: 1 the input is at fault, 2 the work could not run.
    """

    exit_code = 1

    def __init__(self, code: str, expected: str, found: str = "", fix: str = "") -> None:
        self.code, self.expected, self.found, self.fix = code, expected, found, fix
        super().__init__(code, expected, found, fix)

    def __str__(self) -> str:
        middle = f"; found {self.found}" if self.found else ""
        return f"[{self.code}] {self.expected.rstrip('.')}{middle.rstrip('.')}. {self.fix}".strip()


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


def listed(problems: Sequence[str]) -> str:
    """The first 20 problems and the number of the others."""
    more = f" and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
    return "; ".join(problems[:SHOWN]) + more
