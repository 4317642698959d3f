"""What a path leads to, told without opening it: a pipe or a device would be read for ever."""

import gzip
import os
import stat
from io import BytesIO
from pathlib import Path

LARGEST_TABLE = 200 << 20  # bytes of a table that is read whole, unzipped


def regular(path: Path) -> Path:
    """The path of a file or folder. Raises OSError for a pipe, a device or a socket, and as ``stat`` does."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError("neither a file nor a folder")
    return path


def table_bytes(path: Path) -> bytes:
    """Content of a file, cut off one byte beyond LARGEST_TABLE. Raises OSError, for a folder too."""
    with regular(path).open("rb") as file:
        return file.read(LARGEST_TABLE + 1)


def unzipped(data: bytes) -> bytes:
    """The same of what gzip packed into ``data``, told by its first bytes; other data as they are.

    Raises OSError, EOFError or zlib.error where it is damaged.
    """
    if not data.startswith(b"\x1f\x8b"):
        return data
    with gzip.GzipFile(fileobj=BytesIO(data)) as file:
        return file.read(LARGEST_TABLE + 1)


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
