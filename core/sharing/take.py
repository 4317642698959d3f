"""An archive into the folder of studies and the store: whole, or not at all."""

import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from core.errors import CannotRun, NodescopeError, StudyError
from core.files import NO_ROOM, clear_leftovers
from core.pipeline import Pipeline
from core.progress import Report, silent
from core.sharing.layout import RESULTS, STUDY, refused
from core.sharing.payloads import reads
from core.sharing.unpacking import opened, unpack
from core.stages import STAGES
from core.stages.stage import key_of
from core.store import MANIFEST, Entry, Store, verify
from core.study.manifest import load_study

NAME = re.compile(r"[^\W_][\w .+-]{0,99}")
KEY = re.compile(r"[0-9a-f]{20}")
PROVENANCE = ("settings", "upstream", "inputs", "code", "libraries")
SUFFIXES = (".parquet", ".npy", ".json", ".bin")  # what the store reads, none of it a pickle


@dataclass(frozen=True, slots=True)
class Imported:
    """The new study folder; results taken over; titles of stages that a run would compute.

    ``fault``: why the study cannot be read, "" where it can.
    """

    folder: Path
    results: int
    missing: tuple[str, ...]
    fault: str = ""


def import_study(
    source: Path | BinaryIO,
    studies: Path,
    cache: Path,
    name: str | None = None,
    progress: Report | None = None,
) -> Imported:
    """Unpack an archive of ``export_study`` into ``studies``, its results into the store ``cache``.

    Everything is unpacked and checked beside its place, then renamed. A result that the store has is kept.

    Args:
        source: the zip, as a file or an open stream.
        studies: the folder of studies; made if it is missing.
        cache: the store.
        name: of the new study's folder; None: as it was exported.
        progress: hears what is done, bytes done and bytes in all.

    Raises:
        StudyError: STUDY-NAME, STUDY-EXISTS, ARCHIVE-* as ``unpacking`` says, ARCHIVE-RESULT.
        CannotRun: DISK, WRITE.
    """
    with _on_disk():
        studies.mkdir(parents=True, exist_ok=True)
        cache.mkdir(parents=True, exist_ok=True)
        clear_leftovers(studies, r"\..+-import-")
        clear_leftovers(cache, r"\.import-")
        room = min(shutil.disk_usage(folder).free for folder in (studies, cache))
        with opened(source, room) as (archive, contents):
            target = studies / _name(contents["study"] if name is None else name)
            _require_free(target)
            results = _unpacked(archive, contents["files"], target, cache, progress or silent)
    return _outcome(target, cache, results)


def _unpacked(
    archive: zipfile.ZipFile, files: dict[str, str], target: Path, cache: Path, tell: Report
) -> int:
    with _beside(target.parent, f".{target.name}-import-") as study, _beside(cache, ".import-") as stored:
        unpack(archive, files, {STUDY: study, RESULTS: stored}, tell)
        entries = sorted(
            {stored.joinpath(*PurePosixPath(n).parts[1:3]) for n in files if n.startswith(RESULTS)}
        )
        for entry in entries:
            _check_result(entry)
        _require_free(target)
        study.chmod(0o755)
        taken = sum(_take(entry, cache) for entry in entries)
        study.rename(target)
    return taken


def _check_result(folder: Path) -> None:
    """Raises StudyError (ARCHIVE-RESULT) unless the entry is one of a stage, whole, readable, under its key.

    That a result is what the stage computes cannot be seen: it is trusted as its sender is.
    """
    stage, key = folder.parent.name, folder.name
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        provenance = {name: manifest[name] for name in PROVENANCE}
        sound = stage in {s.name for s in STAGES} and bool(KEY.fullmatch(key))
        sound = sound and manifest["key"] == key == key_of(stage, provenance) and manifest["stage"] == stage
        sound = sound and {p.name for p in folder.iterdir()} == {MANIFEST, *manifest["files"]}
        sound = sound and all(Path(name).suffix in SUFFIXES for name in manifest["files"])
        verify(folder, manifest["files"])
        sound = sound and reads(Entry(folder, manifest))
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        sound = False
    if not sound:
        raise refused(
            "ARCHIVE-RESULT",
            "hold results that their checksums confirm and that can be read",
            "one that is not so",
        )


def _take(entry: Path, cache: Path) -> int:
    place = cache / entry.parent.name / entry.name
    if place.exists():
        return 0
    place.parent.mkdir(exist_ok=True)
    entry.rename(place)
    return 1


def _outcome(folder: Path, cache: Path, results: int) -> Imported:
    try:
        stages = Pipeline(load_study(folder), Store(cache))
    except NodescopeError as error:
        return Imported(folder, results, (), str(error))
    return Imported(folder, results, tuple(s.title for s in stages.states() if s.state != "done"))


def _name(name: str) -> str:
    if not NAME.fullmatch(name) or name.endswith((" ", ".")):
        expected = "A study's name must be letters, digits, blanks and _ . + -, the first a letter or digit"
        raise StudyError("STUDY-NAME", expected, repr(name[:40]), "Choose another with --name.")
    return name


def _require_free(target: Path) -> None:
    if target.exists() or target.is_symlink():
        found = f"a study {target.name}"
        raise StudyError("STUDY-EXISTS", "The name must be free", found, "Choose another with --name.")


@contextmanager
def _beside(folder: Path, prefix: str) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it was renamed."""
    work = Path(tempfile.mkdtemp(prefix=prefix, dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            expected = "The disk must have room for the study"
            raise CannotRun("DISK", expected, "a full disk", "Free some space.") from error
        expected = "Studies and cache must be folders that can be written to"
        raise CannotRun("WRITE", expected, "one that is not", "Choose other folders.") from error
