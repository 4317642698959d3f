"""Backbone weights: ImageNet from the cache, fetched once if the network allows, else seeded random ones."""

import hashlib
import re
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from core.errors import CannotRun
from core.pace import open_url
from core.settings import Backbone, DeepSettings

_CHUNK = 1 << 20
_PATIENCE = 60  # a whole download may take this many timeouts


@dataclass(frozen=True, slots=True)
class Weights:
    """Which weights a number depends on; ``identity`` (SHA-256 or seed) belongs into store keys.

    ``label`` is the text for pages and exports. Random weights have ``path`` None.
    """

    backbone: Backbone
    kind: Literal["imagenet", "random"]
    identity: str
    path: Path | None
    label: str
    seed: int


def resolve(backbone: Backbone, folder: Path, settings: DeepSettings) -> Weights:
    """Weights as they stand now; the network is never touched.

    A file in ``folder`` counts if it is named as torchvision names it (``googlenet-1378be20.pth``) and
    its SHA-256 starts with those digits. Raises CannotRun (WEIGHTS) if there is none and random
    weights are not allowed.
    """
    named = sorted(p for p in folder.glob("*.pth") if _digits(p.name, backbone)) if folder.is_dir() else []
    for path in named:
        checksum = _sha256(path, path.stat().st_mtime_ns, path.stat().st_size)
        if checksum.startswith(_digits(path.name, backbone)):
            return Weights(backbone, "imagenet", checksum, path, f"ImageNet weights ({path.stem})", 0)
    if not settings.allow_random:
        raise _missing(backbone, "a damaged file" if named else "none in the weights folder")
    label = "seeded random weights (no evidence)"
    if named:
        label += "; the file of weights is damaged"
    return Weights(backbone, "random", f"seed-{settings.seed}", None, label, settings.seed)


def ensure(backbone: Backbone, folder: Path, settings: DeepSettings, timeout: float = 10) -> None:
    """Put torchvision's published file into ``folder`` unless a good one is there; whole or not at all.

    ``timeout``: seconds without an answer. Without a network, or with a wrong checksum, nothing is
    left behind; that is an error, CannotRun (WEIGHTS), only where random weights are not allowed.
    """
    allowed = DeepSettings(allow_random=True, seed=settings.seed)
    if resolve(backbone, folder, allowed).kind == "imagenet":
        return
    try:
        _download(backbone, folder, timeout)
    except (OSError, ValueError) as error:  # URLError, timeouts and HTTP errors are OSErrors
        if not settings.allow_random:
            reason = "a wrong checksum" if isinstance(error, ValueError) else "no answer from its server"
            raise _missing(backbone, reason) from error


def _download(backbone: Backbone, folder: Path, timeout: float) -> None:
    from core.features.backbones import published_url

    url = published_url(backbone)
    name = url.rsplit("/", 1)[-1]
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{time.monotonic_ns()}.part"
    try:
        checksum = _stream(url, part, timeout)
        if not (digits := _digits(name, backbone)) or not checksum.startswith(digits):
            raise ValueError("checksum")
        part.replace(folder / name)
    finally:
        part.unlink(missing_ok=True)


def _stream(url: str, part: Path, timeout: float) -> str:
    """Write what ``url`` sends to ``part``; its SHA-256."""
    digest, end = hashlib.sha256(), time.monotonic() + _PATIENCE * timeout
    with open_url(url, timeout) as answer, part.open("wb") as file:
        while chunk := answer.read1(_CHUNK):
            if time.monotonic() > end:
                raise TimeoutError
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _digits(name: str, backbone: Backbone) -> str:
    """The hexadecimal digits in a file name as torchvision writes it, "" in any other."""
    match = re.fullmatch(rf"{backbone}-([0-9a-f]{{8,64}})\.pth", name)
    return match[1] if match else ""


@lru_cache(maxsize=8)
def _sha256(path: Path, _modified: int, _size: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _missing(backbone: Backbone, found: str) -> CannotRun:
    fix = "Put torchvision's file there under its own name, or allow random weights in the settings."
    return CannotRun("WEIGHTS", f"ImageNet weights of {backbone}", found, fix)
