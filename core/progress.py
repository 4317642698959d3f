"""What hears how far long work is."""

from collections.abc import Callable

Report = Callable[[str, int, int], None]  # what is done, steps (or bytes) done, and in all
Steps = Callable[[int, int], None]  # the same of work with a single stage


def silent(*_: object) -> None:
    """Nobody listens."""
