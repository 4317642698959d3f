"""How work on a folder is told: on stderr, and in the file that the pages read; one command at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from core.commands.console import Console
from core.commands.places import check_folder
from core.errors import CannotRun, NodescopeError
from core.jobs import Jobs, ProgressFile


class Telling:
    """Tells a download's progress on stderr and in the file that the pages read; ``message``: its end."""

    def __init__(self, target: Path, cache: Path) -> None:
        self.file, self.message = ProgressFile(Jobs(cache).progress_path(target)), ""
        self._printed = Console()

    def __call__(self, title: str, done: int, total: int) -> None:
        """Tell a step."""
        self.file.report(title, done, total)
        self._printed(title, done, total)


@contextmanager
def reporting(target: Path, cache: Path) -> Iterator[Telling]:
    """What tells the progress of work on ``target``, and at last how it ended.

    Raises CannotRun (FETCH-BUSY) while another command works on it.
    """
    with _alone(target, cache):
        yield from _told(Telling(target, cache))


@contextmanager
def _alone(target: Path, cache: Path) -> Iterator[None]:
    check_folder(cache, "cache")
    place = Jobs(cache).progress_path(target).with_suffix(".busy")
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(place, timeout=0):
            yield
    except Timeout:
        expected = "A folder must be downloaded into by one command at a time"
        raise CannotRun("FETCH-BUSY", expected, "another at work", "Wait for it, or cancel it.") from None


def _told(told: Telling) -> Iterator[Telling]:
    try:
        yield told
    except NodescopeError as error:
        told.file.finish("failed", str(error))
        raise
    except BaseException as error:
        said = f"The download stopped ({type(error).__name__}); what is complete is kept."
        told.file.finish("failed", said)
        raise
    told.file.finish("done", told.message)
