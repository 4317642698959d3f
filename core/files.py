"""Files that are there whole or not at all, and what writers that were killed left behind."""

import errno
import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

DAY = 24 * 3600
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of an OSError: the disk, or a quota, is full


def write_whole(path: Path, content: str | bytes) -> None:
    """Put a text (UTF-8) or bytes in a file's place; its mode stays. Raises OSError."""
    part = path.with_name(f".{os.getpid()}-{secrets.token_hex(4)}")
    try:
        if isinstance(content, str):
            part.write_text(content, encoding="utf-8")
        else:
            part.write_bytes(content)
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def clear_leftovers(folder: Path, pattern: str) -> None:
    """Remove what commands that were killed a day ago or longer left beside their target.

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
