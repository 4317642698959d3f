"""Changing study.toml: comments, order and all that is not meant stay; replaced whole or not at all."""

import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.errors import CannotRun, StudyError
from core.study.manifest import load_study

Values = Mapping[tuple[str, ...], Any]  # by section and name, as ("cohorts", "mine", "phase"); None removes


def edit_study(root: Path, values: Values) -> None:
    """Change values of the study.toml of a study folder, if the study can be read with them.

    Raises StudyError or TableError as ``load_study`` where it cannot be, StudyError (STUDY-TOML) where the
    file cannot be edited safely, CannotRun (WRITE) where it cannot be written. The file stays as it was then.
    """
    path = (root / "study.toml").resolve()
    try:
        after = edited(path.read_bytes().decode(), values)
        if after is None:
            fix = "Edit the file by hand."
            raise StudyError(
                "STUDY-TOML", "study.toml must be TOML that can be edited safely", "another", fix
            )
        _try(root, after)
        replace(path, after)
    except OSError as error:
        expected = "The study's folder must be one that can be written to"
        raise CannotRun("WRITE", expected, "one without leave to write", "Ask who owns it.") from error


def edited(text: str, values: Values) -> str | None:
    """The text of a TOML file with changed values; None where it does not read as its values so changed."""
    try:
        document, expected = tomlkit.parse(text), tomllib.loads(text)
        _put(document, values, tomlkit.table)
        _put(expected, values, lambda _above: {})
        after = tomlkit.dumps(document)
        return after if tomllib.loads(after) == expected else None
    except (TOMLKitError, tomllib.TOMLDecodeError, TypeError, AttributeError, KeyError):
        return None


def replace(path: Path, text: str) -> None:
    """Put a text in a file's place, whole or not at all. Raises OSError."""
    temporary = path.with_name(f".study.{os.getpid()}.toml")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _put(document: Any, values: Values, table: Callable[[bool], Any]) -> None:
    """``table``: makes a new one; True: it holds tables alone, and needs no line of its own."""
    for (*sections, name), value in values.items():
        place = document
        for depth, section in enumerate(sections, start=1):
            if section not in place and value is not None:
                place[section] = table(depth < len(sections))
            place = place.get(section, {})
        if value is not None:
            place[name] = value
        elif name in place:
            del place[name]


def _try(root: Path, text: str) -> None:
    """Read the study as it would be: the new manifest beside links to all else."""
    with tempfile.TemporaryDirectory(prefix="nodescope-") as work:
        for part in root.iterdir():
            if part.name != "study.toml":
                (Path(work) / part.name).symlink_to(part.resolve())
        (Path(work) / "study.toml").write_text(text, encoding="utf-8")
        load_study(Path(work))
