"""NIfTI, NRRD and MHA files of a case folder, told apart by name, else by their values."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import SimpleITK as sitk

from core.errors import ImageError
from core.imaging.volumes import is_volume_file, read_volume

_MASK_WORDS = {
    "mask",
    "seg",
    "segmentation",
    "label",
    "labels",
    "labelmap",
    "roi",
    "lesion",
    "tumour",
    "tumor",
}
_MOST_LABELS = 5


@dataclass(frozen=True, slots=True, eq=False)
class NamedVolumes:
    """Volumes of a folder by role; ``images`` in the natural order of their names."""

    images: tuple[sitk.Image, ...]
    pe: sitk.Image | None
    ser: sitk.Image | None
    seg: sitk.Image | None
    mask: sitk.Image | None
    count: int


def read_named_volumes(folder: Path) -> NamedVolumes:
    """Read all volumes below ``folder``; none is an empty result.

    A name with the word mask, seg or label is a mask (the volume of interest where PE and SER maps lie
    beside it), else a volume of few whole numbers is. Raises ImageError (CASE-MASKS, IMAGE-*).
    """
    paths = sorted((p for p in folder.rglob("*") if is_volume_file(p) and visible(p, folder)), key=_natural)
    volumes = [(_words(p), read_volume(p)) for p in paths]
    roles = [_role(words, image) for words, image in volumes]
    found = {role: [v for (_, v), r in zip(volumes, roles, strict=True) if r == role] for role in set(roles)}
    for role in ("mask", "pe", "ser"):
        if len(found.get(role, [])) > 1:
            fix = "Pack one case with one mask."
            raise ImageError("CASE-MASKS", f"A case must hold one {role} file", f"{len(found[role])}", fix)
    pe, ser, mask = (found.get(role, [None])[0] for role in ("pe", "ser", "mask"))
    of_interest = pe is not None and ser is not None
    images = tuple(found.get("image", []))
    return NamedVolumes(
        images, pe, ser, mask if of_interest else None, None if of_interest else mask, len(paths)
    )


def _role(words: set[str], image: sitk.Image) -> str:
    if words & {"pe", "pe1"}:
        return "pe"
    if "ser" in words:
        return "ser"
    return "mask" if words & _MASK_WORDS or _looks_like_mask(image) else "image"


def _looks_like_mask(image: sitk.Image) -> bool:
    values = sitk.GetArrayViewFromImage(image).ravel()
    if len(np.unique(values[:: max(1, values.size // 10_000)])) > _MOST_LABELS:
        return False
    labels = np.unique(values)
    return bool(len(labels) <= _MOST_LABELS and labels[0] == 0 and (labels == np.round(labels)).all())


def _words(path: Path) -> set[str]:
    return {word for word in re.split(r"[^a-z0-9]+", path.name.lower()) if word}


def _natural(path: Path) -> list[tuple[int, str]]:
    """phase2 before phase10."""
    return [
        (int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", path.name.lower())
    ]


def visible(path: Path, folder: Path) -> bool:
    """Whether neither the file nor a folder above it, up to ``folder``, is hidden."""
    return not any(part.startswith((".", "__MACOSX")) for part in path.relative_to(folder).parts)
