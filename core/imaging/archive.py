"""Unpacking of an uploaded zip that may be damaged or hostile."""

import errno
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import CannotRun, ImageError

MAX_FILES = 20_000
MAX_BYTES = 4 * 1024**3
_AGAIN = "Pack the case folder again, as a plain zip."


def unpack(source: Path | BinaryIO, target: Path) -> None:
    """Unpack a zip into ``target`` (absent or an empty folder), all of it or nothing.

    Raises ImageError: ARCHIVE-READ (no such file, or no zip), ARCHIVE-CORRUPT (damaged), ARCHIVE-ENCRYPTED,
    ARCHIVE-FILES (over 20,000),
    ARCHIVE-SIZE (over 4 GB unpacked), ARCHIVE-PATH (a name that leaves the folder, or a link).
    """
    _require_zip(source)
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
            raise CannotRun(
                "DISK", "The disk must have room to unpack the case", "a full disk", "Free some space."
            ) from error
        raise ImageError("ARCHIVE-CORRUPT", "The zip file must be whole", "a damaged one", _AGAIN) from error
    else:
        work.replace(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _require_zip(source: Path | BinaryIO) -> None:
    """A cut-off zip still begins as one: it is damaged, not of another kind."""
    found = "no such file"
    if not isinstance(source, Path) or source.is_file():
        found = "a file that cannot be opened"
        with suppress(OSError), _opened(source) as file:
            start = file.read(2)
            if start == b"PK" or zipfile.is_zipfile(file):
                return
            found = "a file that is not a zip archive" if start else "an empty file"
    fix = "Choose the case's folder or its zip."
    raise ImageError("ARCHIVE-READ", "The case must be a folder or a zip file", found, fix)


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file
    else:
        source.seek(0)
        yield source
        source.seek(0)


def _check(members: list[zipfile.ZipInfo]) -> None:
    total = sum(m.file_size for m in members)
    if len(members) > MAX_FILES:
        found = f"{len(members):,}"
        raise ImageError(
            "ARCHIVE-FILES", f"The zip must hold at most {MAX_FILES:,} files", found, "Pack one case."
        )
    if total > MAX_BYTES:
        found = f"{total / 1024**3:.1f} GB"
        raise ImageError(
            "ARCHIVE-SIZE",
            f"The zip must unpack to at most {MAX_BYTES // 1024**3} GB",
            found,
            "Pack one case.",
        )
    if any(m.flag_bits & 1 for m in members):
        raise ImageError("ARCHIVE-ENCRYPTED", "The zip must have no password", "an encrypted one", _AGAIN)
    if not all(_stays_inside(m) for m in members):
        raise ImageError(
            "ARCHIVE-PATH", "Names in the zip must stay inside its folder", "a name that leaves it", _AGAIN
        )


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
