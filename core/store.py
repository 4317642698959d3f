"""The store: one folder per stage output, written whole or not at all, computed once per key.

``<root>/<stage>/<key>/`` holds parquet, npy, JSON or raw bytes and a ``manifest.json`` with the
provenance, the duration and a checksum of every file. No pickle is written or read.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from filelock import FileLock

from core.parquet import read_frame

Payload = Mapping[str, Any]
MANIFEST = "manifest.json"


class Entry(Mapping[str, Any]):
    """One stored stage output: a read-only mapping of names to frames, arrays, JSON values or bytes."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder, self.manifest = folder, manifest
        self.key: str = manifest["key"]
        self._files = {Path(name).stem: folder / name for name in manifest["files"]}

    def __getitem__(self, name: str) -> Any:
        return _read(self._files[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class Store:
    """Stage outputs under one root folder, shared by threads, processes and browser sessions."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._whole: dict[Path, int] = {}

    def entry(self, stage: str, key: str) -> Entry | None:
        """The stored output, or None. A damaged one is set aside with a warning."""
        folder = self.root / stage / key
        try:
            manifest = json.loads((folder / MANIFEST).read_text())
            self._verify(folder, manifest)
            return Entry(folder, manifest)
        except FileNotFoundError:
            if folder.is_dir():
                self._set_aside(folder)
            return None
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
            self._set_aside(folder)
            return None

    def has(self, stage: str, key: str) -> bool:
        """Whether an output stands there; cheap, its checksum is not looked at."""
        return (self.root / stage / key / MANIFEST).is_file()

    def compute(
        self, stage: str, key: str, make: Callable[[], Payload], provenance: dict[str, Any] | None = None
    ) -> Entry:
        """The stored output, else that of ``make``, computed by one caller while the others wait."""
        found = self.entry(stage, key)
        if found is not None:
            return found
        locks = self.root / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        with FileLock(locks / f"{stage}-{key}.lock"):
            found = self.entry(stage, key)
            return found if found is not None else self._write(stage, key, make, provenance or {})

    def _write(self, stage: str, key: str, make: Callable[[], Payload], provenance: dict[str, Any]) -> Entry:
        start = time.perf_counter()
        payload = make()
        parent = self.root / stage
        parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{key}-", dir=parent))
        try:
            files = {path.name: _checksum(path) for path in _write_files(temporary, payload)}
            manifest = {"stage": stage, "key": key, "files": files, **provenance}
            manifest["seconds"] = round(time.perf_counter() - start, 3)
            manifest["created"] = time.strftime("%Y-%m-%dT%H:%M:%S%z")
            _write_synced(temporary / MANIFEST, json.dumps(manifest, indent=1, default=str).encode())
            temporary.rename(parent / key)
            _sync_folder(parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return Entry(parent / key, manifest)

    def _verify(self, folder: Path, manifest: dict[str, Any]) -> None:
        stamp = (folder / MANIFEST).stat().st_mtime_ns
        sizes = sum((folder / name).stat().st_size for name in manifest["files"])
        if self._whole.get(folder) == hash((stamp, sizes)):
            return
        verify(folder, manifest["files"])
        self._whole[folder] = hash((stamp, sizes))

    def _set_aside(self, folder: Path) -> None:
        with FileLock(self.root / f".{folder.parent.name}-{folder.name}.lock"):
            if folder.is_dir():
                aside = Path(tempfile.mkdtemp(prefix=f".damaged-{folder.name}-", dir=folder.parent))
                folder.rename(aside / "entry")
        warnings.warn(
            f"A stored result of {folder.parent.name} was damaged; it was set aside and is computed again.",
            stacklevel=3,
        )


def verify(folder: Path, files: Mapping[str, str]) -> None:
    """Raises ValueError unless the files of an entry have the checksums of its manifest."""
    for name, checksum in files.items():
        if _checksum(folder / name) != checksum:
            raise ValueError(name)


def _write_files(folder: Path, payload: Payload) -> list[Path]:
    return [_write_value(folder, name, value) for name, value in payload.items()]


def _write_value(folder: Path, name: str, value: Any) -> Path:
    if isinstance(value, pd.DataFrame):
        path = folder / f"{name}.parquet"
        value.to_parquet(path)
        _sync_file(path)
    elif isinstance(value, np.ndarray):
        path = folder / f"{name}.npy"
        with path.open("wb") as stream:
            np.save(stream, value, allow_pickle=False)
            os.fsync(stream.fileno())
    elif isinstance(value, bytes):
        path = folder / f"{name}.bin"
        _write_synced(path, value)
    else:
        path = folder / f"{name}.json"
        _write_synced(path, json.dumps(value, default=_plain).encode())
    return path


def _read(path: Path) -> Any:
    if path.suffix == ".parquet":
        return read_frame(path)
    if path.suffix == ".npy":
        return np.load(path, allow_pickle=False)
    return json.loads(path.read_text()) if path.suffix == ".json" else path.read_bytes()


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_file(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
