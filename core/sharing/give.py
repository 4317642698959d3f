"""A study folder and its stored results into one archive."""

import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import CannotRun, StudyError, listed
from core.files import NO_ROOM, clear_leftovers
from core.pipeline import Pipeline
from core.progress import Report, silent
from core.sharing.layout import (
    CHUNK,
    CONTENTS,
    FORMAT,
    PACKED,
    RESULTS,
    STUDY,
    plain_name,
)
from core.sharing.walk import files_of, is_file
from core.store import MANIFEST, Store
from core.study.manifest import load_study

PRESETS = ("leak_free", "published")


@dataclass(frozen=True, slots=True)
class Exported:
    """How much an archive holds: files of the study, stored results (stages), bytes before packing."""

    files: int
    results: int
    size: int


def export_study(
    root: Path, output: Path, cache: Path | None = None, progress: Report | None = None
) -> Exported:
    """Write the study folder, hidden files left out, as an archive; whole or not at all.

    Args:
        root: the study folder; links in it are followed. DICOM headers go along as they are.
        output: the zip to write; its folder must exist.
        cache: the store whose results of the study's current keys, under both presets, go along; None: none.
        progress: hears what is done, bytes done and bytes in all.

    Raises:
        StudyError: STUDY-MISSING, or what is wrong with a study whose results are wanted.
        StudyError: EXPORT-NAME for a file name that no archive may hold, EXPORT-READ for what cannot travel.
        CannotRun: DISK, EXPORT-CHANGED (a file cannot be read).
    """
    if not is_file(root / "study.toml"):
        expected = "A study must be a folder with a study.toml that can be read"
        raise StudyError("STUDY-MISSING", expected, "none there", "Name the study folder.")
    own = {f"{STUDY}/{path.relative_to(root).as_posix()}": path for path in files_of(root, output)}
    _check_names(own)
    stored = {} if cache is None else _stored(root, cache)
    members = {**own, **stored}
    clear_leftovers(output.parent, rf"\.{re.escape(output.name)}-")
    handle, part = tempfile.mkstemp(prefix=f".{output.name}-", dir=output.parent)
    os.close(handle)
    try:
        size = _write(Path(part), root.resolve().name, members, progress or silent)
        Path(part).chmod(0o644)
        Path(part).replace(output)
    except OSError as error:
        raise _failed(error) from error
    finally:
        Path(part).unlink(missing_ok=True)
    return Exported(len(own), sum(name.endswith(f"/{MANIFEST}") for name in stored), size)


def _check_names(names: Iterable[str]) -> None:
    odd = [repr(name.partition("/")[2][:80]) for name in names if not plain_name(name)]
    if odd:
        expected = "File names must be without backslashes and control characters"
        raise StudyError("EXPORT-NAME", expected, listed(odd), "Rename them.")


def _stored(root: Path, cache: Path) -> dict[str, Path]:
    """Files of the store's entries under the study's current keys."""
    store, found = Store(cache), dict[str, Path]()
    for preset in PRESETS:
        stages = Pipeline(load_study(root, preset), store)
        entries = ((stage.name, stages.entry(stage.name)) for stage in stages.stages)
        for stage, entry in entries:
            if entry is not None:
                names = (MANIFEST, *entry.manifest["files"])
                found |= {f"{RESULTS}/{stage}/{entry.key}/{name}": entry.folder / name for name in names}
    return found


def _write(path: Path, study: str, members: Mapping[str, Path], progress: Report) -> int:
    total, done = sum(file.stat().st_size for file in members.values()), 0
    checksums = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, file in members.items():
            checksums[name], size = _add(archive, name, file)
            done += size
            progress("Exporting", done, max(total, done))
        contents = {"format": FORMAT, "study": study, "files": checksums}
        archive.writestr(CONTENTS, json.dumps(contents, indent=1))
    return done


def _add(archive: zipfile.ZipFile, name: str, file: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, put into the archive without its owner and its time."""
    member = zipfile.ZipInfo(name)
    packed = file.name.lower().endswith(PACKED)
    member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.file_size = file.stat().st_size  # tells zipfile whether sizes need 64 bits
    checksum, size = hashlib.sha256(), 0
    with file.open("rb") as source, archive.open(member, "w") as target:
        while chunk := source.read(CHUNK):
            checksum.update(chunk)
            target.write(chunk)
            size += len(chunk)
    return checksum.hexdigest(), size


def _failed(error: OSError) -> CannotRun:
    if error.errno in NO_ROOM:
        found, fix = "a full disk", "Free some space, or choose another place."
        return CannotRun("DISK", "The disk must have room for the archive", found, fix)
    expected = "Every file of the study must stay readable while it is exported"
    return CannotRun("EXPORT-CHANGED", expected, "one that is not", "Try again when nothing writes to it.")
