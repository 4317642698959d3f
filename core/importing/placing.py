"""The place of a study that is being written: free, or a study that it replaces; whole or not at all."""

import shutil
import tempfile
from pathlib import Path

from core.errors import CannotRun, StudyError

# What the import itself writes; anything else in a study that is replaced stays in it.
_OURS = {"study.toml", "clinical.csv", "images", "masks", "masks_reader2", "import", "genesets"}


def require_place(folder: Path, replaces: bool) -> None:
    """Raises StudyError (IMPORT-TARGET) where something else lies there."""
    there = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    if there and not (replaces and (folder / "study.toml").is_file()):
        fix = "Choose another name."
        raise StudyError("IMPORT-TARGET", "A new study must have a folder of its own", "other content", fix)


def work_folder(folder: Path) -> Path:
    """A new folder beside a study's. Raises CannotRun (WRITE)."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}-import-", dir=folder.parent))
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
    folder = folder.resolve()  # a link to a study stays a link
    for part in folder.iterdir():
        if (
            part.name not in _OURS
            and not part.name.startswith("expression.")
            and not (work / part.name).exists()
        ):
            (shutil.copytree if part.is_dir() else shutil.copy2)(part, work / part.name)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-before-", dir=folder.parent))
    folder.replace(aside / "study")
    try:
        work.replace(folder)
    except OSError:
        (aside / "study").replace(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
