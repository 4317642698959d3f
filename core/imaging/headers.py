"""What a volume's header promises, read without ITK, so that a false promise never reaches it."""

import gzip
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import ImageError
from core.imaging.faults import require_file, require_numbers, truncated, unreadable
from core.imaging.nifti import read_head
from core.regular import regular

MAX_SIDE = 8192
MAX_BYTES = 4 * 1024**3
_CHUNK = 1 << 20
_HEADER_LIMIT = 1 << 16

_NRRD_BYTES = {"char": 1, "short": 2, "int": 4, "long": 8, "float": 4, "double": 8, "int8": 1, "int16": 2}
_NRRD_BYTES |= {"int32": 4, "int64": 8, "longlong": 8}
_MET_BYTES = {"CHAR": 1, "SHORT": 2, "INT": 4, "LONG": 4, "LONG_LONG": 8, "FLOAT": 4, "DOUBLE": 8}
# Fields of one number per axis (1) or per pair of axes (2).
_META_GRID = dict.fromkeys(("Offset", "Position", "Origin", "ElementSpacing", "ElementSize", "DimSize"), 1)
_META_GRID |= dict.fromkeys(("TransformMatrix", "Rotation", "Orientation"), 2)


@dataclass(frozen=True, slots=True)
class Promise:
    """Grid size and bytes of voxels that a header announces, and where those bytes are.

    ``packing``: "raw", "gzip", "zlib" or "nii.gz" (header packed too); ``start``: their first byte.
    """

    size: tuple[int, ...]
    voxel_bytes: int
    data: Path
    start: int
    packing: str

    @property
    def needed(self) -> int:
        """Bytes of all voxels, unpacked."""
        return math.prod(self.size) * self.voxel_bytes


def read_promise(path: Path) -> Promise:
    """The promise of a .nii, .nii.gz, .nrrd, .mha or .mhd file.

    Raises ImageError: IMAGE-READ where the header makes no sense, IMAGE-TRUNCATED where it ends early.
    """
    require_file(path)
    name = path.name.lower()
    try:
        if name.endswith((".nii", ".nii.gz")):
            return _nifti(path)
        return _nrrd(path) if name.endswith(".nrrd") else _meta(path)
    except EOFError as error:
        raise truncated("a header that ends early") from error
    except (ValueError, OverflowError, KeyError, IndexError, OSError, zlib.error) as error:
        raise unreadable("a header that makes no sense") from error


def require_kept(promise: Promise) -> None:
    """Raises ImageError (IMAGE-SIZE, IMAGE-TRUNCATED, IMAGE-READ) unless the file keeps its promise."""
    sides = promise.size
    if not all(1 <= n <= MAX_SIDE for n in sides) or promise.needed > MAX_BYTES:
        expected = f"The image must have at most {MAX_SIDE} voxels a side and {MAX_BYTES // 1024**3} GB"
        raise ImageError("IMAGE-SIZE", expected, f"a header that says {sides}", "Export the image again.")
    try:
        held = promise.data.stat().st_size - promise.start if promise.packing == "raw" else _unpacked(promise)
    except EOFError as error:
        raise truncated("compressed voxels that end early") from error
    except (OSError, zlib.error) as error:
        raise unreadable("damaged compression") from error
    if held < promise.needed:
        raise truncated(f"{max(held, 0):,} of {promise.needed:,} bytes of voxels")


def _unpacked(promise: Promise) -> int:
    """Bytes that the compressed voxels unpack to; stops at the size limit, so a zip bomb ends there."""
    header = promise.start if promise.packing == "nii.gz" else 0
    held = -header
    with regular(promise.data).open("rb") as file:
        file.seek(promise.start - header)
        for length in _zlib_chunks(file) if promise.packing == "zlib" else _gzip_chunks(file):
            held += length
            if held > MAX_BYTES:
                raise unreadable("more voxels than the header announces")
    return held


def _gzip_chunks(file: BinaryIO) -> Iterator[int]:
    with gzip.GzipFile(fileobj=file, mode="rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield len(chunk)


def _zlib_chunks(file: BinaryIO) -> Iterator[int]:
    unpack = zlib.decompressobj()
    while chunk := file.read(_CHUNK):
        while chunk:
            yield len(unpack.decompress(chunk, _CHUNK))
            chunk = unpack.unconsumed_tail


def _nifti(path: Path) -> Promise:
    head = read_head(path)
    packing = "nii.gz" if path.name.lower().endswith(".gz") else "raw"
    return Promise(head.size, head.voxel_bytes, path, head.start, packing)


def _nrrd(path: Path) -> Promise:
    with path.open("rb") as file:
        head = file.read(_HEADER_LIMIT)
    if not head.startswith(b"NRRD"):
        raise ValueError(head[:4])
    text, start = _until_blank(head)
    fields = dict(line.split(":", 1) for line in text.splitlines()[1:] if ":" in line and line[0] != "#")
    fields = {key.strip().lower(): value.strip().lower() for key, value in fields.items() if value[:1] != "="}
    if "data file" in fields or "datafile" in fields:
        raise unreadable("a header whose voxels are in another file")
    for name in ("space directions", "space origin", "spacings"):
        require_numbers(name, _numbers(fields.get(name, "")))
    size = tuple(int(n) for n in fields["sizes"].split())
    encoding = {"raw": "raw", "gzip": "gzip", "gz": "gzip"}[fields["encoding"]]
    words = fields["type"].removeprefix("unsigned ").removeprefix("signed ").split()
    kind = "longlong" if words[:2] == ["long", "long"] else words[0].removesuffix("_t")
    return Promise(size, _NRRD_BYTES[kind.removeprefix("u")], path, start, encoding)


def _numbers(text: str) -> list[float]:
    """Numbers between blanks, commas and brackets; an NRRD axis that is not of space says none."""
    return [float(word) for word in re.split(r"[(),\s]+", text) if word not in ("", "none")]


def _until_blank(head: bytes) -> tuple[str, int]:
    ends = [(head.find(mark), len(mark)) for mark in (b"\n\n", b"\r\n\r\n")]
    found = [(at, length) for at, length in ends if at >= 0]
    if not found:
        raise EOFError
    at, length = min(found)
    return head[:at].decode("latin-1"), at + length


def _meta(path: Path) -> Promise:
    with path.open("rb") as file:
        head = file.read(_HEADER_LIMIT)
    mark = head.find(b"ElementDataFile")
    end = head.find(b"\n", mark)
    if mark < 0 or end < 0:
        raise EOFError if head.startswith(b"ObjectType") else ValueError(head[:10])
    lines = (line.split("=", 1) for line in head[:end].decode("latin-1").splitlines() if "=" in line)
    fields = {key.strip(): value.strip() for key, value in lines}
    packing = "zlib" if fields.get("CompressedData", "False").lower() == "true" else "raw"
    voxel = _MET_BYTES[fields["ElementType"].removeprefix("MET_").removeprefix("U")]
    voxel *= int(fields.get("ElementNumberOfChannels", "1"))
    size = tuple(int(n) for n in fields["DimSize"].split())
    _require_meta_grid(fields, len(size))
    data, start = _meta_data(path, fields["ElementDataFile"], end + 1)
    return Promise(size, voxel, data, start, packing)


def _require_meta_grid(fields: dict[str, str], axes: int) -> None:
    """NDims comes first and agrees with the rest: ITK crashes on, or prints, what does not."""
    if int(fields["NDims"]) != axes or not _META_GRID.keys().isdisjoint(
        list(fields)[: list(fields).index("NDims")]
    ):
        raise ValueError(axes)
    for name in _META_GRID.keys() & fields.keys():
        numbers = _numbers(fields[name])
        if len(numbers) != axes ** _META_GRID[name]:
            raise ValueError(name)
        require_numbers(name, numbers, positive=name in ("ElementSpacing", "ElementSize"))


def _meta_data(path: Path, name: str, start: int) -> tuple[Path, int]:
    if name.upper() == "LOCAL":
        return path, start
    beside = path.with_name(Path(name).name)
    if Path(name).name != name or not beside.is_file():  # a header must not reach other folders
        raise unreadable("a header whose voxels are missing beside it")
    return beside, 0
