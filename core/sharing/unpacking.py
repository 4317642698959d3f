"""An archive that may be damaged or hostile, unpacked into folders of its own and held against its list."""

import errno
import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from core.errors import StudyError
from core.progress import Report
from core.sharing.layout import CHUNK, CONTENTS, FORMAT, RESULTS, STUDY, plain_name, refused

MOST_FILES = 500_000
MOST_BYTES = 512 * 1024**3
LONGEST_LIST = 256 * 2**20  # bytes of nodescope.json
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, LookupError, TypeError)


@contextmanager
def opened(source: Path | BinaryIO, room: int) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """The archive and its contents list {format, study, files}; what fails inside is a damaged archive.

    ``room``: bytes free where it is to be unpacked. Raises StudyError: ARCHIVE-READ (no such file, or no
    zip), ARCHIVE-ENCRYPTED, ARCHIVE-PATH (a name that leaves its folder, or a link), ARCHIVE-TWICE,
    ARCHIVE-SIZE, ARCHIVE-FORMAT (not of this program, or newer), ARCHIVE-DAMAGED.
    """
    if isinstance(source, Path) and not source.is_file():
        raise refused("ARCHIVE-READ", "be a file", "no such file", "Check its name.")
    try:
        if not zipfile.is_zipfile(source):
            raise refused("ARCHIVE-READ", "be a whole zip file", "another kind of file, or one cut off")
        with zipfile.ZipFile(source) as archive:
            _check_members(archive.infolist(), room)
            yield archive, _contents(archive)
    except StudyError:
        raise
    except (*DAMAGED, OverflowError, AttributeError) as error:
        raise _damaged() from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a place before the file's first byte
            raise _damaged() from error
        raise


def unpack(archive: zipfile.ZipFile, files: dict[str, str], folders: dict[str, Path], tell: Report) -> None:
    """Every file below ``folders[first part of its name]``, held against its SHA-256.

    Raises StudyError: ARCHIVE-ALTERED, ARCHIVE-PATH (two names for one place), or what ``opened`` turns
    into an error.
    """
    total = sum(archive.getinfo(name).file_size for name in files)
    done = 0
    for name, checksum in files.items():
        first, *rest = PurePosixPath(name).parts
        path = folders[first].joinpath(*rest)
        _make_place(path)
        if _copy(archive, name, path) != checksum:
            raise refused("ARCHIVE-ALTERED", "be as it was exported", "a file that changed since")
        done += archive.getinfo(name).file_size
        tell("Importing", done, total)


def _check_members(members: list[zipfile.ZipInfo], room: int) -> None:
    names = [member.filename for member in members]
    if any(member.flag_bits & 1 for member in members):
        raise refused("ARCHIVE-ENCRYPTED", "have no password", "an encrypted one")
    if not all(map(_is_plain, members)):
        raise _misplaced("a link, a folder, a hidden name or one that leaves it")
    if len(set(names)) < len(names):
        raise refused("ARCHIVE-TWICE", "hold every file once", "two of one name")
    size = sum(member.file_size for member in members)
    if len(members) > MOST_FILES or size > MOST_BYTES:
        found = f"{len(members):,} files, {size / 1024**3:,.0f} GB"
        most = f"unpack to at most {MOST_FILES:,} files and {MOST_BYTES // 1024**3} GB"
        raise refused("ARCHIVE-SIZE", most, found)
    if size > room:
        found = f"{size / 1024**3:,.1f} GB, and {room / 1024**3:,.1f} GB free"
        raise refused("ARCHIVE-SIZE", "fit on the disk when unpacked", found, "Free some space.")


def _is_plain(member: zipfile.ZipInfo) -> bool:
    # As the zip holds it: zipfile cuts a name at its first NUL.
    return plain_name(member.orig_filename) and stat.S_IFMT(member.external_attr >> 16) in (0, stat.S_IFREG)


def _contents(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The list, which must name every other member and nothing else."""
    try:
        info = archive.getinfo(CONTENTS)
    except KeyError:
        raise _foreign(f"no {CONTENTS}") from None
    if info.file_size > LONGEST_LIST:
        raise _damaged()
    found = json.loads(archive.read(info))
    if found["format"] != FORMAT:
        fix = "Update Nodescope, or export the study with this version."
        raise refused("ARCHIVE-FORMAT", f"be of format {FORMAT}", f"format {found['format']!r:.20}", fix)
    files = found["files"]
    if not isinstance(files, dict) or {*files, CONTENTS} != set(archive.namelist()):
        raise _damaged()
    if not all(PurePosixPath(name).parts[0] in (STUDY, RESULTS) for name in files):
        raise _foreign("files of no study")
    if f"{STUDY}/study.toml" not in files:
        raise _foreign("no study.toml")
    return {"study": str(found["study"]), "files": {str(n): str(c) for n, c in files.items()}}


def _copy(archive: zipfile.ZipFile, name: str, path: Path) -> str:
    """``zipfile`` itself ends a member at the size it announced and checks its CRC."""
    checksum = hashlib.sha256()
    with archive.open(name) as packed, path.open("wb") as file:
        while chunk := packed.read(CHUNK):
            checksum.update(chunk)
            file.write(chunk)
        if file.tell() != archive.getinfo(name).file_size:
            raise EOFError
    return checksum.hexdigest()


def _make_place(path: Path) -> None:
    """The folder of a file, whose name must be free: systems that know no case take A and a for one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG):
            raise
        raise _misplaced("two names for one place, or one too long") from None


def _misplaced(found: str) -> StudyError:
    return refused("ARCHIVE-PATH", "hold plain files, each in a place of its own inside it", found)


def _foreign(found: str) -> StudyError:
    fix = "Export it with: python -m core export STUDY -o FILE.zip"
    return refused("ARCHIVE-FORMAT", "be one that Nodescope exported", found, fix)


def _damaged() -> StudyError:
    return refused("ARCHIVE-DAMAGED", "be whole", "a damaged one", "Copy or export it again.")
