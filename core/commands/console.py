"""Progress on stderr: one line a stage on a log, one line rewritten on a terminal."""

import sys

from core.progress import Steps


class Console:
    """Prints what a run reports: stage title, steps done, steps in all."""

    def __init__(self) -> None:
        self._title = ""

    def __call__(self, title: str, done: int, total: int) -> None:
        """Print a step; where there is but one, the title alone."""
        if title != self._title or sys.stderr.isatty():
            self._print(title, f"{title} {done}/{total}" if total > 1 else title)

    def kept(self, title: str) -> None:
        """Print that a stage stood in the store already."""
        self._print(title, f"{title}: kept")

    def titled(self, title: str) -> Steps:
        """The same for work with a single stage."""
        return lambda done, total: self(title, done, total)

    def _print(self, title: str, text: str) -> None:
        live = sys.stderr.isatty()
        start = "\r" if live and title == self._title else "\n" if live and self._title else ""
        print(f"{start}{text}", end="" if live else "\n", file=sys.stderr, flush=True)
        self._title = title
