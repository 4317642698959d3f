"""NIfTI-1 headers, and the float voxels that ITK would silently set to 0."""

import gzip
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from core.imaging.faults import require_numbers, unreadable

_CHUNK = 1 << 20
_BYTES = {2: 1, 4: 2, 8: 4, 16: 4, 32: 8, 64: 8, 128: 3, 256: 1, 512: 2, 768: 4, 1024: 8, 1280: 8}
_BYTES |= {1792: 16, 2304: 4}
_FLOATS = {16: "f4", 64: "f8"}


_LENGTH = 348


@dataclass(frozen=True, slots=True)
class NiftiHead:
    """Grid size, bytes per voxel, first byte of the voxels; ``floats``: their NumPy type, "" for others."""

    size: tuple[int, ...]
    voxel_bytes: int
    start: int
    floats: str


def read_head(path: Path) -> NiftiHead:
    """The header, checked. Raises ImageError (IMAGE-READ) for numbers that ITK would repair in silence.

    Raises EOFError where it ends early, ValueError or OverflowError where it makes no sense.
    """
    with _opened(path) as file:
        head = file.read(_LENGTH)
    if len(head) < _LENGTH:
        raise EOFError
    order = _byte_order(head)
    axes, *size = (int(n) for n in _read(head, order, 40, "8h"))
    kind = int(_read(head, order, 70, "h")[0])
    if not 1 <= axes <= 7:
        raise ValueError(axes)
    if kind not in _BYTES:
        raise unreadable(f"a header with unknown datatype {kind}")
    _require_sane(head, order, axes)
    start = max(int(_read(head, order, 108, "f")[0]), _LENGTH)
    floats = order + _FLOATS[kind] if kind in _FLOATS else ""
    return NiftiHead(tuple(size[:axes]), _BYTES[kind], start, floats)


def count_not_finite(path: Path) -> int:
    """How many stored float voxels are NaN or infinite, before any scaling; 0 for other types."""
    head = read_head(path)
    if not head.floats:
        return 0
    count, left = 0, math.prod(head.size) * head.voxel_bytes
    with _opened(path) as file:
        file.seek(head.start)
        while left and (chunk := file.read(min(_CHUNK, left))):
            values = np.frombuffer(chunk[: len(chunk) // head.voxel_bytes * head.voxel_bytes], head.floats)
            count += int(np.count_nonzero(~np.isfinite(values)))
            left -= len(chunk)
    return count


def _opened(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.name.lower().endswith(".gz") else path.open("rb")


def _byte_order(head: bytes) -> str:
    if head[4:7] == b"n+2":
        raise unreadable("NIfTI-2")
    orders = [order for order in "<>" if _read(head, order, 0, "i")[0] == _LENGTH]
    if not orders or head[344:348] != b"n+1\0":
        raise ValueError(head[:4])
    return orders[0]


def _require_sane(head: bytes, order: str, axes: int) -> None:
    """Voxel size, offset, scale, and the transforms that are in use (NIfTI-1 standard, nifti1.h)."""
    require_numbers("pixdim", _read(head, order, 80, f"{min(axes, 3)}f"), positive=True)
    require_numbers("vox_offset", _read(head, order, 108, "f"))
    require_numbers("scl_slope, scl_inter", _read(head, order, 112, "2f"))
    qform, sform = _read(head, order, 252, "2h")
    if qform > 0:
        require_numbers("qform", _read(head, order, 256, "6f"))
    if sform > 0:
        require_numbers("sform", _read(head, order, 280, "12f"))


def _read(head: bytes, order: str, at: int, form: str) -> Sequence[float]:
    return struct.unpack_from(order + form, head, at)
