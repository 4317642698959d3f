"""The place of a study that is being written: free, or a study that it replaces; whole or not at all."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from core.errors import CannotRun, StudyError
from core.files import clear_leftovers


def require_place(folder: Path, replaces: bool) -> None:
    """Raises StudyError (IMPORT-TARGET) where something else lies there."""
    there = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if there and not (replaces and (folder / "study.toml").is_file()):
        fix = "Choose another name."
        raise StudyError("IMPORT-TARGET", "A new study must have a folder of its own", "other content", fix)


def work_folder(folder: Path) -> Path:
    """A new folder beside a study's; those that killed imports left there go. Raises CannotRun (WRITE)."""
    prefix = f".{folder.name}-import-"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        clear_leftovers(folder.parent, re.escape(prefix))
        return Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    except OSError as error:
        fix = "Choose another folder."
        raise CannotRun("WRITE", "The studies need a place that can be written to", "none", fix) from error


def put_in_place(work: Path, folder: Path, replaces: bool) -> None:
    """Rename; a study that is replaced is set aside first and comes back if that fails."""
    work.chmod(0o755)
    if not replaces:
        if folder.is_dir():
            folder.rmdir()
        work.replace(folder)
        return
    _keep_the_rest(folder, work)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-before-", dir=folder.parent))
    folder.replace(aside / "study")
    try:
        work.replace(folder)
    except OSError:
        (aside / "study").replace(folder)
        aside.rmdir()
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _keep_the_rest(old: Path, new: Path) -> None:
    """What the new study does not have stays: images of patients who were left out, notes, settings files."""
    for path in sorted(old.rglob("*")):
        target = new / path.relative_to(old)
        if target.exists() or target.is_symlink():
            continue
        if path.is_symlink():
            target.symlink_to(path.readlink())
        elif path.is_dir():
            target.mkdir()
        else:
            share(path, target)


def share(source: Path, target: Path) -> None:
    """One file under two names where the disk allows it, else a copy."""
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)
