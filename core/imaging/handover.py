"""A case between processes: voxels as .npy files, the rest as JSON. Nothing in it is ever executed."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk

from core.imaging.case_folder import CaseImages

_HEAD = "case.json"
_IMAGES = ("pe", "ser", "seg", "mask")
_PREVIEW = "preview{}.npy"
_TEXTS = ("phase_labels", "notes", "computed", "choices")


def write_case(case: CaseImages, folder: Path) -> None:
    """Write a case into an existing folder; its head last, so that it stands for the whole."""
    single = {name: image for name in _IMAGES if (image := getattr(case, name)) is not None}
    every = {f"phase{k}": image for k, image in enumerate(case.phases)} | single
    for name, image in every.items():
        np.save(folder / f"{name}.npy", sitk.GetArrayViewFromImage(image), allow_pickle=False)
    for k, picture in enumerate(case.previews):
        np.save(folder / _PREVIEW.format(k), picture, allow_pickle=False)
    arrays = (*_IMAGES, "phases", "previews")
    plain = {f.name: getattr(case, f.name) for f in fields(case) if f.name not in arrays}
    grids = {name: [i.GetOrigin(), i.GetSpacing(), i.GetDirection()] for name, i in every.items()}
    (folder / _HEAD).write_text(json.dumps({"plain": plain, "grids": grids}), encoding="utf-8")


def read_case(folder: Path) -> CaseImages:
    """A case that ``write_case`` wrote. Raises ValueError, KeyError, TypeError or OSError for another one."""
    head = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
    images = {name: _image(folder / f"{name}.npy", grid) for name, grid in head["grids"].items()}
    phases = tuple(images[f"phase{k}"] for k in range(len(images)) if f"phase{k}" in images)
    plain: dict[str, Any] = {k: tuple(v) if k in _TEXTS else v for k, v in head["plain"].items()}
    single: dict[str, Any] = {name: images[name] for name in _IMAGES if name in images}
    count = len(list(folder.glob(_PREVIEW.format("*"))))
    previews = (np.load(folder / _PREVIEW.format(k), allow_pickle=False) for k in range(count))
    return CaseImages(phases, previews=tuple(previews), **plain, **single)


def _image(path: Path, grid: list[Any]) -> sitk.Image:
    image = sitk.GetImageFromArray(np.load(path, allow_pickle=False))
    origin, spacing, direction = grid
    image.SetOrigin(origin)
    image.SetSpacing(spacing)
    image.SetDirection(direction)
    return image
