"""Tables that come through a pipe, ``<(zcat p.csv.gz)`` or /dev/stdin: read once, into memory alone."""

import os
import select
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import CannotRun, TableError
from core.regular import LARGEST_TABLE

WRITER, SILENCE = 5.0, 300.0  # seconds to wait for somebody who writes; for the next bytes of who does
_KEPT: list[BinaryIO] = []  # open as long as the process: the name of each leads to it


def readable(path: Path) -> Path:
    """The path; for a pipe, that of a copy in memory which can be read as often as any file.

    Raises TableError (PIPE) where nobody writes, nothing comes for long, or more than LARGEST_TABLE does;
    CannotRun (PIPE) where the system cannot keep a copy in memory.
    """
    try:
        piped = stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return path  # who reads it says what is wrong
    if not piped:
        return path
    if not hasattr(os, "memfd_create"):  # elsewhere than on Linux
        raise CannotRun("PIPE", "A table must be a file on this system", "a pipe", "Save it to a file.")
    copy = os.fdopen(os.memfd_create("table"), "w+b")
    _KEPT.append(copy)
    copy.write(_content(path))
    copy.flush()
    return Path(f"/proc/self/fd/{copy.fileno()}")


def _content(path: Path) -> bytes:
    data = bytearray()
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        for piece in _pieces(handle):
            data += piece
            if len(data) > LARGEST_TABLE:
                raise _faulty(f"more than {LARGEST_TABLE >> 20} MB")
    except OSError as error:
        raise _faulty("one that cannot be read") from error
    finally:
        os.close(handle)
    return bytes(data)


def _pieces(handle: int) -> Iterator[bytes]:
    """What comes through a pipe, until all who wrote have closed it."""
    heard, end = False, time.monotonic() + WRITER
    while (piece := _next(handle)) != b"" or not heard:
        if piece:
            yield piece
        if piece or (piece is None and not heard):
            heard, end = True, time.monotonic() + SILENCE
        elif time.monotonic() > end:
            raise _faulty("nothing that comes" if heard else "nobody who writes to it")
        elif piece is None:
            select.select([handle], [], [], 1)
        else:
            time.sleep(0.02)


def _next(handle: int) -> bytes | None:
    """What came; b"" where nobody writes, or no more; None where somebody has not written yet."""
    try:
        return os.read(handle, 1 << 20)
    except BlockingIOError:
        return None


def _faulty(found: str) -> TableError:
    expected = f"A pipe must bring a table of at most {LARGEST_TABLE >> 20} MB"
    return TableError("PIPE", expected, found, "Save the table to a file, and name that.")
