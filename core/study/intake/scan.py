"""What lies in a folder, by name: bounded, so that a whole disk chosen by mistake does not hang the page."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.errors import StudyError

MOST, DEEPEST = 200_000, 12
# What core.imaging.volumes reads; a test keeps the two equal.
VOLUMES = (".nii", ".nii.gz", ".nrrd", ".mha", ".mhd")


@dataclass(frozen=True)
class Listing:
    """Files and folders below ``root``, as relative names with /, in order; hidden ones are left out.

    ``cut``: there was more than could be listed.
    """

    root: Path
    files: tuple[str, ...]
    folders: tuple[str, ...]
    cut: bool = False

    @cached_property
    def below(self) -> dict[str, int]:
        """Files below each folder, at any depth."""
        counts: dict[str, int] = dict.fromkeys(self.folders, 0)
        for name in self.files:
            parts = name.split("/")
            for end in range(1, len(parts)):
                counts["/".join(parts[:end])] += 1
        return counts


def scan(root: Path, most: int = MOST) -> Listing:
    """List a folder; links are followed, those in loops or to nowhere are left out.

    Raises StudyError (IMPORT-FOLDER) where it is no readable folder."""
    files: list[str] = []
    folders: list[str] = []
    try:
        cut = _walk(str(root), "", files, folders, most, set())
    except OSError as error:
        fix = "Choose the folder again."
        raise StudyError(
            "IMPORT-FOLDER", "The images must be in a readable folder", "none there", fix
        ) from error
    return Listing(root, tuple(files), tuple(folders), cut)


def _walk(
    root: str, within: str, files: list[str], folders: list[str], most: int, seen: set[tuple[int, int]]
) -> bool:
    """Whether it had to stop early; a folder that links lead to twice is walked once."""
    here = os.stat(os.path.join(root, within) if within else root)  # noqa: PTH116, PTH118
    if (here.st_dev, here.st_ino) in seen or within.count("/") >= DEEPEST:
        return False
    seen.add((here.st_dev, here.st_ino))
    with os.scandir(os.path.join(root, within) if within else root) as entries:  # noqa: PTH118
        found = sorted((e for e in entries if not e.name.startswith((".", "__MACOSX"))), key=lambda e: e.name)
    cut = False
    for entry in found:
        if len(files) + len(folders) >= most:
            return True
        name = f"{within}/{entry.name}" if within else entry.name
        kind = _kind(entry)
        if kind == "folder":
            folders.append(name)
            cut = _walk(root, name, files, folders, most, seen) or cut
        elif kind == "file":
            files.append(name)
    return cut


def _kind(entry: "os.DirEntry[str]") -> str:
    """ "file", "folder", or "" for what is left out."""
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else ""
    except (OSError, RuntimeError):  # a loop of links
        return ""
