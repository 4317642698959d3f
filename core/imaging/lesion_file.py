"""TCGA-BRCA ``.les`` files: a box of six little-endian uint16, then its voxels as int8; any number in a row.

TCIA, TCGA-Breast-Radiogenomics. The six are described in public in two orders, and so are the voxels within
a slice; what cannot be told from the file is said in a note, and the overlay has to be confirmed.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from numpy.typing import NDArray

from core.errors import ImageError, MaskError

SUFFIX = ".les"
_HEAD = struct.Struct("<6H")
# Of the six numbers: first and last column, row and slice.
_ORDERS = {"y x z, y x z": ((1, 4), (0, 3), (2, 5)), "y y, x x, z z": ((2, 3), (0, 1), (4, 5))}
_CLEARLY = 0.75  # a transposed lesion falls apart: its surface grows by far more
_MOST_BYTES = 1 << 28

Ends = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """``ends``: first and last column, row and slice, both inside; ``voxels``: flat."""

    ends: Ends
    voxels: NDArray[np.int8]

    @property
    def sides(self) -> tuple[int, ...]:
        return tuple(last - first + 1 for first, last in self.ends)


def read_lesion(path: Path, reference: sitk.Image) -> tuple[sitk.Image, tuple[str, ...]]:
    """Mask (uint8, 0 or 1) on the grid of ``reference``, the stacked DCE volume, and what to confirm.

    The payload's length decides between the two orders of the box, the smoother surface between rows first
    and columns first, an index of 0 or at the image's end between counting from 0 and from 1. Raises
    ImageError (LES-READ for a file that fits neither order) or MaskError (MASK-GRID for a box outside the
    image, MASK-EMPTY).
    """
    data = _bytes(path)
    read = {name: blocks for name, at in _ORDERS.items() if (blocks := _blocks(data, at))}
    if not read:
        raise _unreadable("a length that fits no box")
    size = reference.GetSize()
    fitting = {name: base for name, blocks in read.items() if (base := _bases(blocks, size))}
    if not fitting:
        fix = "Choose the series on which the lesion was drawn."
        raise MaskError("MASK-GRID", "The .les box must lie inside the image", "one outside it", fix)
    order, bases = next(iter(fitting.items()))
    array = np.zeros(size[::-1], dtype=np.uint8)
    turned = _turned(read[order])
    for block in read[order]:
        array[_slices(block.ends, bases[0])] |= _shaped(block, turned)
    if not array.any():
        raise MaskError("MASK-EMPTY", "The .les file must hold lesion voxels", "none", "Choose another file.")
    mask = sitk.GetImageFromArray(array)
    mask.CopyInformation(reference)
    return mask, (_note(len(fitting) > 1, len(bases) > 1, turned, len(read[order])),)


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > _MOST_BYTES:
        raise _unreadable("a far larger file")
    return path.read_bytes()


def _blocks(data: bytes, at: Ends) -> list[_Block]:
    """All boxes and voxels, or none where the lengths do not come out even."""
    blocks: list[_Block] = []
    place = 0
    while place < len(data):
        if place + _HEAD.size > len(data):
            return []
        six = _HEAD.unpack_from(data, place)
        ends = tuple((six[first], six[last]) for first, last in at)
        needed = int(np.prod([max(last - first + 1, 0) for first, last in ends], dtype=np.int64))
        place += _HEAD.size + needed
        if not needed or place > len(data):
            return []
        blocks.append(_Block(ends, np.frombuffer(data, np.int8, needed, place - needed)))
    return blocks


def _bases(blocks: list[_Block], size: tuple[int, ...]) -> list[int]:
    """From what the indices may count, 0 before 1."""
    ends = [(*pair, n) for block in blocks for pair, n in zip(block.ends, size, strict=True)]
    return [base for base in (0, 1) if all(first >= base and last < n + base for first, last, n in ends)]


def _slices(ends: Ends, base: int) -> tuple[slice, ...]:
    return tuple(slice(first - base, last - base + 1) for first, last in reversed(ends))


def _shaped(block: _Block, turned: bool) -> NDArray[np.uint8]:
    """(slices, rows, columns); ``turned``: the rows run fastest in the file."""
    columns, rows, slices = block.sides
    if turned:
        filled = block.voxels.reshape(slices, columns, rows).transpose(0, 2, 1)
    else:
        filled = block.voxels.reshape(slices, rows, columns)
    return (filled != 0).astype(np.uint8)


def _turned(blocks: list[_Block]) -> bool:
    plain, other = (sum(_surface(_shaped(b, turned)) for b in blocks) for turned in (False, True))
    return other < _CLEARLY * plain


def _surface(filled: NDArray[np.uint8]) -> int:
    """Faces between a lesion voxel and another one."""
    padded = np.pad(filled.astype(np.int8), 1)
    return sum(int(np.abs(np.diff(padded, axis=axis)).sum()) for axis in range(3))


def _note(orders: bool, bases: bool, turned: bool, lesions: int) -> str:
    doubts = ["two orders of its box fit"] * orders + ["its indices may count from 0 (taken) or 1"] * bases
    facts = ["columns first"] * turned + [f"{lesions} lesions taken as one"] * (lesions > 1)
    said = f" ({'; '.join([*facts, *doubts])})" if facts or doubts else ""
    return f"[LES-CONFIRM] Mask from a .les file{said}: confirm that the overlay lies on the tumour."


def _unreadable(found: str) -> ImageError:
    fix = "Download the file again, or upload the mask as NIfTI."
    return ImageError("LES-READ", "A .les file must hold a box and as many voxels", found, fix)
