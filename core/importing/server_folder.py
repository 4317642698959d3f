"""The folder of the server that an import may read from: nothing outside it is seen, no full path told."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import StudyError
from core.paths import studies_folder

VARIABLE = "NODESCOPE_DATA"
MOST = 200  # names of one folder that are listed


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder of the server, and all that is told of it: names relative to it."""

    root: Path

    @property
    def title(self) -> str:
        """What the user knows it by."""
        return self.root.resolve().name or "data folder"

    def at(self, name: str) -> Path:
        """The file or folder of this name, relative to the folder, or written out as long as it lies in it.

        Links are followed before that is judged; hidden names are refused. Raises StudyError (PLACE-OUTSIDE,
        PLACE-MISSING).
        """
        root = self.root.resolve()
        try:
            # A path in full is taken as it is, "~" as the root's own name for itself.
            found = (root / name.strip().removeprefix("~/")).resolve()
            inside = found.is_relative_to(root) and not _hidden(found.relative_to(root))
            there = inside and found.exists()
        except (OSError, ValueError, RuntimeError) as error:  # a loop of links, a zero byte
            raise _missing() from error
        if not inside:
            raise StudyError(
                "PLACE-OUTSIDE",
                f"The place must lie in the server's folder {self.title}, under names that do not begin "
                "with a point",
                "one outside",
                f"Choose another, or start Nodescope with {VARIABLE} set to the folder of your data.",
            )
        if not there:
            raise _missing()
        return found

    def name(self, path: Path) -> str:
        """A path in it, relative to it; "" for the folder itself."""
        text = path.resolve().relative_to(self.root.resolve()).as_posix()
        return "" if text == "." else text

    def folders(self, name: str) -> list[str]:
        """Names of the folders in a folder of it, at most 200. Raises as ``at``."""
        return self._listed(name, lambda entry: entry.is_dir())

    def files(self, name: str, endings: Sequence[str]) -> list[str]:
        """Names of the files with these endings in a folder of it, at most 200. Raises as ``at``."""
        wanted = tuple(ending.lower() for ending in endings)
        return self._listed(name, lambda entry: entry.name.lower().endswith(wanted) and entry.is_file())

    def _listed(self, name: str, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
        folder = self.at(name)
        try:
            with os.scandir(folder) as entries:
                found = [e.name for e in entries if not e.name.startswith(".") and _is(e, wanted)]
        except OSError as error:
            raise StudyError(
                "PLACE-READ", "The folder must be one that can be read", "one that cannot", "Choose another."
            ) from error
        return sorted(found)[:MOST]


def server_folder(alone: bool) -> ServerFolder:
    """The folder that NODESCOPE_DATA names.

    Without it the home folder where the server listens to this machine only (``alone``), and the folder of
    the studies where others can reach it: nobody may browse a server that was not opened to them.
    """
    named = os.environ.get(VARIABLE, "")
    return ServerFolder(Path(named) if named else Path.home() if alone else studies_folder())


def _is(entry: os.DirEntry[str], wanted: Callable[[os.DirEntry[str]], bool]) -> bool:
    try:
        return wanted(entry)
    except OSError:  # a loop of links
        return False


def _hidden(inside: Path) -> bool:
    return any(part.startswith(".") for part in PurePosixPath(inside).parts)


def _missing() -> StudyError:
    return StudyError(
        "PLACE-MISSING",
        "The place must be a file or folder of the server",
        "nothing there",
        "Check its name.",
    )
