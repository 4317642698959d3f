"""Expression files: the names of their samples, and a copy whose samples are named by patient codes."""

import csv
import gzip
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from core.errors import TableError
from core.regular import regular

_GZIP = b"\x1f\x8b"
DAMAGED = (UnicodeError, EOFError, zlib.error, gzip.BadGzipFile)
_MOST = 1 << 24  # letters of a header line
ENDINGS = (".tsv.gz", ".csv.gz", ".gct.gz", ".txt.gz", ".tsv", ".csv", ".gct", ".txt")


def sample_names(path: Path) -> tuple[str, ...]:
    """Names of the columns of an expression file besides the genes'. Raises TableError (EXPRESSION-FILE)."""
    with _opened(path) as text:
        _, cells, first, _ = _head(text)
    return tuple(cells[first:])


def copy_named(path: Path, target: Path, names: Mapping[str, str]) -> None:
    """Copy a file with samples renamed (old -> new); as it is where none is. Raises TableError, OSError."""
    if all(old == new for old, new in names.items()):
        shutil.copyfile(path, target)
        return
    with _opened(path) as text:
        before, cells, first, separator = _head(text)
        header = [*cells[:first], *(names.get(cell, cell) for cell in cells[first:])]
        write = gzip.open if target.name.endswith(".gz") else open
        with write(target, "wt", encoding="utf-8") as out:
            out.write(before)
            csv.writer(out, delimiter=separator, lineterminator="\n").writerow(header)
            try:
                shutil.copyfileobj(text, out)
            except DAMAGED as error:
                raise _unreadable() from error


def ending(path: Path, zipped: bool | None = None) -> str:
    """The file's ending, as the study names it; .tsv where it has none that is known."""
    name = path.name.lower()
    found = next((end for end in ENDINGS if name.endswith(end)), ".tsv")
    plain = found.removesuffix(".gz")
    zipped = is_zipped(path) if zipped is None else zipped
    return f"{plain}.gz" if zipped else plain


def is_zipped(path: Path) -> bool:
    """Whether the content, not the name, is gzip."""
    try:
        with regular(path).open("rb") as file:
            return file.read(2) == _GZIP
    except OSError as error:
        raise _unreadable() from error


def _opened(path: Path) -> TextIO:
    zipped = is_zipped(path)
    if zipped:
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _head(text: TextIO) -> tuple[str, list[str], int, str]:
    """What stands before the header, its cells, the place of the first sample, the separator."""
    try:
        line, before = text.readline(_MOST), ""
        if line.startswith("#1."):
            before = line + text.readline(_MOST)
            line = text.readline(_MOST)
    except (*DAMAGED, OSError) as error:
        raise _unreadable() from error
    separator = max("\t,;", key=line.count)
    cells = [cell.strip() for cell in next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])]
    if len(cells) < 2:
        raise _unreadable()
    return before, cells, 2 if before else 1, separator


def _unreadable() -> TableError:
    return TableError(
        "EXPRESSION-FILE", "An expression table is a readable TSV, CSV or GCT file",
        "another file", "Supply genes in rows and samples in columns.",
    )  # fmt: skip
