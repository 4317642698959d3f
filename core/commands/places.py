"""Whether results can be written where they were asked for: told before the work, not after it."""

import os
from pathlib import Path

from core.errors import CannotRun
from core.files import write_whole


def check_places(output: Path, cache: Path | None = None) -> None:
    """Raises CannotRun (WRITE) unless the file can be written and the cache is or can become a folder."""
    try:
        folder, target_is_folder = output.parent.is_dir(), output.is_dir()
    except OSError as error:
        raise _no_place("output", "one that cannot be reached", "Choose another place.") from error
    if target_is_folder:
        raise _no_place("output", "a folder", "Name a file in it.")
    if not folder:
        raise _no_place("output", "no folder to put it in", "Create the folder first.")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise _no_place("output", "one without leave to write", "Choose another place.")
    if cache is not None:
        check_folder(cache, "cache")


def check_folder(folder: Path, name: str) -> None:
    """Raises CannotRun (WRITE) unless ``folder`` is a folder, or can be made, that can be written to."""
    nearest = next(p for p in (folder.absolute(), *folder.absolute().parents) if os.access(p, os.F_OK))
    if not nearest.is_dir():
        raise _no_place(name, "a file in its place", "Choose another folder.")
    if not os.access(nearest, os.W_OK):
        raise _no_place(name, "one without leave to write", "Choose another folder.")


def write_output(output: Path, content: str | bytes) -> None:
    """Write a result, whole or not at all. Raises CannotRun (WRITE)."""
    target = output.resolve()  # a link stays one
    in_place = target.exists() and not (target.is_file() and os.access(target.parent, os.W_OK))
    try:
        if in_place:  # /dev/stdout, or a file in a folder that takes no other
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        else:
            write_whole(target, content)
    except OSError as error:
        raise _no_place("output", "a full disk, or no leave to write", "Choose another place.") from error


def _no_place(name: str, found: str, fix: str) -> CannotRun:
    return CannotRun("WRITE", f"The {name} must be a place that can be written to", found, fix)
