"""Unpacking of an uploaded zip that may be damaged or hostile."""

import errno
import shutil
import stat
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import CannotRun, ImageError

MAX_FILES = 20_000
MAX_BYTES = 4 * 1024**3
_AGAIN = "Pack the case folder again, as a plain zip."


def unpack(source: Path | BinaryIO, target: Path) -> None:
    """Unpack a zip into ``target`` (absent or an empty folder), all of it or nothing.

    Raises ImageError: ARCHIVE-CORRUPT, ARCHIVE-ENCRYPTED, ARCHIVE-FILES (over 20,000),
    ARCHIVE-SIZE (over 4 GB unpacked), ARCHIVE-PATH (a name that leaves the folder, or a link).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        with zipfile.ZipFile(source) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            _check(members)
            for member in members:
                _copy(archive, member, work / PurePosixPath(member.filename))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise CannotRun("DISK", "Room to unpack the case", "a full disk", "Free some space.") from error
        raise ImageError("ARCHIVE-CORRUPT", "A whole zip file", "a damaged one", _AGAIN) from error
    else:
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _check(members: list[zipfile.ZipInfo]) -> None:
    total = sum(m.file_size for m in members)
    if len(members) > MAX_FILES:
        found = f"{len(members):,}"
        raise ImageError("ARCHIVE-FILES", f"At most {MAX_FILES:,} files in the zip", found, "Pack one case.")
    if total > MAX_BYTES:
        found = f"{total / 1024**3:.1f} GB"
        raise ImageError(
            "ARCHIVE-SIZE", f"At most {MAX_BYTES // 1024**3} GB unpacked", found, "Pack one case."
        )
    if any(m.flag_bits & 1 for m in members):
        raise ImageError("ARCHIVE-ENCRYPTED", "A zip without a password", "an encrypted one", _AGAIN)
    if not all(_stays_inside(m) for m in members):
        raise ImageError("ARCHIVE-PATH", "Names inside the zip's own folder", "a name that leaves it", _AGAIN)


def _stays_inside(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename.replace("\\", "/"))
    link = stat.S_ISLNK(member.external_attr >> 16)
    drive = ":" in name.parts[0] if name.parts else True
    return not (name.is_absolute() or ".." in name.parts or drive or link)


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> None:
    """``zipfile`` itself ends a member at the size it announced and checks its CRC."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, path.open("wb") as file:
        shutil.copyfileobj(packed, file, 1 << 20)
