"""Errors of volume files, shared by their readers."""

import math
from collections.abc import Sequence
from pathlib import Path

from core.errors import ImageError
from core.regular import is_utf8, regular


def truncated(found: str) -> ImageError:
    """The error of a file that was cut off."""
    fix = "Copy or download the file again."
    return ImageError("IMAGE-TRUNCATED", "The image file must be complete", found, fix)


def unreadable(found: str, fix: str = "Export it again as NIfTI, NRRD or MHA.") -> ImageError:
    """The error of a file that is no image, or a damaged one."""
    return ImageError("IMAGE-READ", "The file must be a readable NIfTI, NRRD or MHA image", found, fix)


def require_file(path: Path) -> None:
    """Raises ImageError (IMAGE-READ) unless it is a file, with a path that ITK can take."""
    if not is_utf8(path):
        raise unreadable("a path with letters that are not UTF-8", "Rename the folder or the file.")
    try:
        regular(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError) as error:
        found = "a pipe, a device, a name too long, or a place that may not be read"
        raise unreadable(found, "Put the image file there, and check who may read it.") from error
    if not path.is_file():
        raise unreadable("no such file")


def require_numbers(name: str, values: Sequence[float], positive: bool = False) -> None:
    """Raises ImageError (IMAGE-READ) unless all are finite, and above 0 where ``positive``.

    ITK would put 0 or 1 in the place of such a number and say nothing.
    """
    if not all(math.isfinite(v) and (v > 0 or not positive) for v in values):
        raise unreadable(f"a header with {name} {', '.join(f'{v:.6g}' for v in values)}")
