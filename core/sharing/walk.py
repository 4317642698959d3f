"""The files of a study folder: every one, or an error that names what cannot travel."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from core.errors import StudyError, listed


def files_of(root: Path, but: Path) -> list[Path]:
    """Files of the folder, links followed, without hidden ones and the file ``but``.

    Raises StudyError (EXPORT-READ) for what may not be read, for links to nowhere or into a folder that
    holds them, and for what is neither file nor folder; each is named relative to ``root``.
    """
    files, faults = list[Path](), list[str]()
    for path, fault in _walk(root, but.absolute(), ()):
        if fault:
            faults.append(f"{path.relative_to(root).as_posix()!r:.120} ({fault})")
        else:
            files.append(path)
    if faults:
        expected = "Everything in the study folder must be a file or folder that can be read"
        fix = "Give leave to read it, mend or remove the link, or move it out of the folder."
        raise StudyError("EXPORT-READ", expected, listed(faults), fix)
    return files


def is_file(path: Path) -> bool:
    """Whether a file can be reached there; `Path.is_file` raises where a folder may not be entered."""
    return stat.S_ISREG(_mode(path))


def _walk(folder: Path, but: Path, above: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Each file, and each place that is lost with the reason."""
    real = folder.resolve()
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder, "a folder that may not be read"
        return
    if real in above:
        yield folder, "a link into a folder that holds it"
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith(".") or path.absolute() == but:
            continue
        if stat.S_ISDIR(_mode(path)):
            yield from _walk(path, but, (*above, real))
        else:
            yield path, _fault(path)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except OSError:
        return 0


def _fault(path: Path) -> str:
    """Why a file cannot travel, or ""."""
    if not os.path.lexists(path):
        return "in a folder that may not be entered"
    if not is_file(path):
        lost = "a link to nothing that can be read"
        return lost if path.is_symlink() else "neither file nor folder"
    return "" if os.access(path, os.R_OK) else "a file that may not be read"
