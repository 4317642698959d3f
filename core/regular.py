"""What a path leads to, told without opening it: a pipe or a device would be read for ever."""

import os
import stat
from pathlib import Path


def regular(path: Path) -> Path:
    """The path of a file or folder. Raises OSError for a pipe, a device or a socket, and as ``stat`` does."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError("neither a file nor a folder")
    return path


def exists(path: Path) -> bool:
    """Whether something is there; False too where that cannot be told: no leave to look, a name too long."""
    return os.path.exists(path)  # noqa: PTH110


def is_utf8(path: Path) -> bool:
    """Whether the path can be written in UTF-8; ITK aborts the process on one that cannot."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True
