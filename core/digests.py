"""Digests of what a result depends on: input files, code and library versions."""

import ast
import hashlib
import inspect
import json
from collections.abc import Callable, Iterable
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from stat import S_ISREG
from typing import Any

from core.paths import ROOT

# Their values are hashed as settings, and messages change no number: an edit there makes nothing stale.
WITHOUT_NUMBERS = {"core", "core.errors", "core.settings"}


def digest(value: Any) -> str:
    """Twenty hex digits of the SHA-256 of a JSON value, keys sorted."""
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content, or of all files of a folder; '' if absent or no file.

    A file's is remembered in this process while size and time stay.
    """
    if path.is_dir():
        return digest([file_digest(file) for file in sorted(path.rglob("*")) if file.is_file()])
    try:
        stat = path.stat()
    except FileNotFoundError:
        return ""
    if not S_ISREG(stat.st_mode):  # a pipe would be read for ever
        return ""
    return _file_digest(str(path), stat.st_size, stat.st_mtime_ns)


@cache
def _file_digest(path: str, _size: int, _mtime_ns: int) -> str:
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def code_digest(function: Callable[..., Any], modules: Iterable[str]) -> str:
    """Digest of the file that defines a function, of core modules, and of every core module these import."""
    seen: set[str] = set()
    for module in modules:
        _collect(module, seen)
    sources = {name: hashlib.sha256(_source(name)).hexdigest() for name in sorted(seen)}
    return digest([hashlib.sha256(_defining_file(function).read_bytes()).hexdigest(), sources])


def _collect(module: str, seen: set[str]) -> None:
    if module in seen or _without_numbers(module) or not _file(module).is_file():
        return
    seen.add(module)
    for name in _imports(module):
        _collect(name, seen)


def _without_numbers(module: str) -> bool:
    return module in WITHOUT_NUMBERS or module.startswith("core.settings.")


@cache
def _imports(module: str) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(name for name in found if name.split(".")[0] == "core")


@cache
def _source(module: str) -> bytes:
    return _file(module).read_bytes()


def _file(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@cache
def library_versions(names: tuple[str, ...]) -> dict[str, str]:
    """Installed version of each distribution, '' where it is not installed."""
    return {name: _version(name) for name in names}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _defining_file(function: Any) -> Path:
    plain = function.func if isinstance(function, partial) else function
    return Path(inspect.getfile(plain))
