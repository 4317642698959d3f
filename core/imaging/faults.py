"""Errors of volume files, shared by their readers."""

import math
from collections.abc import Sequence

from core.errors import ImageError


def truncated(found: str) -> ImageError:
    """The error of a file that was cut off."""
    fix = "Copy or download the file again."
    return ImageError("IMAGE-TRUNCATED", "The image file must be complete", found, fix)


def unreadable(found: str) -> ImageError:
    """The error of a file that is no image, or a damaged one."""
    fix = "Export it again as NIfTI, NRRD or MHA."
    return ImageError("IMAGE-READ", "The file must be a readable NIfTI, NRRD or MHA image", found, fix)


def require_numbers(name: str, values: Sequence[float], positive: bool = False) -> None:
    """Raises ImageError (IMAGE-READ) unless all are finite, and above 0 where ``positive``.

    ITK would put 0 or 1 in the place of such a number and say nothing.
    """
    if not all(math.isfinite(v) and (v > 0 or not positive) for v in values):
        raise unreadable(f"a header with {name} {', '.join(f'{v:.6g}' for v in values)}")
