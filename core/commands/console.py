"""Progress on stderr: one line a stage on a log, one line rewritten on a terminal."""

import sys

from core.progress import Steps


class Console:
    """Prints what a run reports: stage title, steps done, steps in all."""

    def __init__(self) -> None:
        self._title = ""

    def __call__(self, title: str, done: int, total: int) -> None:
        """Print a step."""
        live = sys.stderr.isatty()
        if title != self._title or live:
            start = "\r" if live and title == self._title else "\n" if live and self._title else ""
            print(f"{start}{title} {done}/{total}", end="" if live else "\n", file=sys.stderr, flush=True)
        self._title = title

    def titled(self, title: str) -> Steps:
        """The same for work with a single stage."""
        return lambda done, total: self(title, done, total)
