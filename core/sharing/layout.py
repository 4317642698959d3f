"""What stands where in an archive, and the errors of one that is not as it must be."""

import re
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path, PurePosixPath

from core.errors import StudyError

FORMAT = 1
CONTENTS, STUDY, RESULTS = "nodescope.json", "study", "results"
CHUNK = 1 << 20
DAY = 24 * 3600
PACKED = (".gz", ".zip", ".png", ".jpg", ".webp", ".parquet", ".xlsx")  # nothing gained by packing them again
Progress = Callable[[str, int, int], None]  # what is done, bytes done, bytes in all


def refused(code: str, expected: str, found: str, fix: str = "Export the study again.") -> StudyError:
    """The error for an archive that is not taken in."""
    return StudyError(code, f"The archive must {expected}", found, fix)


def plain_name(name: str) -> bool:
    """Whether it names a file below the archive's root, not a hidden one, on every system."""
    path = PurePosixPath(name)
    whole = str(path) == name and not path.is_absolute()
    whole = whole and not any(part.startswith(".") for part in path.parts)
    return whole and name.isprintable() and "\\" not in name


def clear_leftovers(folder: Path, pattern: str) -> None:
    """Removes what commands that were killed a day ago or longer left beside their target.

    ``pattern``: of the names before the eight characters of `tempfile`.
    """
    for path in folder.glob(".*"):
        if re.fullmatch(f"{pattern}[a-z0-9_]{{8}}", path.name) and _age(path) > DAY:
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _age(path: Path) -> float:
    """Seconds since anything was put into a folder, or written to a file; 0 once it is gone."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0


def silent(_title: str, _done: int, _total: int) -> None:
    """No progress."""
