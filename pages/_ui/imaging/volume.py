"""Volumes of the study as the viewer looks at them, read once and kept for a while."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import ImageError, MaskError
from pages._ui import access

if TYPE_CHECKING:
    import numpy as np
    import SimpleITK as sitk
    from numpy.typing import NDArray

    from core.imaging.viewing import Viewed

ACQUIRED = "as acquired"


@dataclass(frozen=True, eq=False)
class Opened:
    """A volume, and where its lesion is: nowhere if the mask has a ``fault``, an error code."""

    volume: "Viewed"
    lesion: "NDArray[np.bool_]"
    fault: str


def opened(image: Path, patient: str, plane: str) -> Opened:
    """One phase of a patient in slices of a plane. Raises ImageError."""
    mask = access.study().mask_path(patient)
    return _opened(
        str(image), str(mask), access.study().settings.radiomics.label, plane, _stamps(image, mask)
    )


def has_lesion(patient: str) -> bool:
    """Whether the image of the features can be read and the lesion lies on it."""
    try:
        return bool(opened(access.study().image_path(patient), patient, ACQUIRED).lesion.any())
    except ImageError:
        return False


def maps(images: list[Path], patient: str, plane: str) -> "dict[str, NDArray[np.float32]]":
    """PE and SER of a patient's phases in slices of a plane, as far as the phases give them."""
    mask = access.study().mask_path(patient)
    label, stamps = access.study().settings.radiomics.label, _stamps(*images, mask)
    return _maps(tuple(map(str, images)), str(mask), label, plane, stamps)


def _stamps(*paths: Path) -> tuple[int, ...]:
    """They change with the files."""
    return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths)


@st.cache_resource(max_entries=12, show_spinner=False)
def _opened(image: str, mask: str, label: int, plane: str, _stamps: tuple[int, ...]) -> Opened:
    import numpy as np

    from core.imaging.viewing import lesion, viewed

    whole = _image(image)
    volume = viewed(_turned(whole, plane))
    try:
        drawn = _turned(_mask(mask, whole), plane)
        return Opened(volume, lesion(_turned(whole, plane), drawn, label), "")
    except (ImageError, MaskError) as error:
        return Opened(volume, np.zeros(volume.voxels.shape, bool), error.code)


@st.cache_resource(max_entries=4, show_spinner=False)
def _maps(images: tuple[str, ...], mask: str, label: int, plane: str, _stamps: tuple[int, ...]) -> Any:
    import SimpleITK as sitk

    from core.imaging.overlays import enhancement_maps

    phases = [_image(path) for path in images]
    found = enhancement_maps(phases, _mask(mask, phases[0]) == label)
    return {name: sitk.GetArrayFromImage(_turned(each, plane)) for name, each in found.items()}


def _turned(image: "sitk.Image", plane: str) -> "sitk.Image":
    from core.imaging.viewing import reformatted

    return image if plane == ACQUIRED else reformatted(image, plane)


def _image(path: str) -> "sitk.Image":
    from core.imaging.reading import read_image

    return read_image(Path(path))[0]


def _mask(path: str, image: "sitk.Image") -> "sitk.Image":
    from core.imaging.masks import read_mask

    return read_mask(Path(path), image)[0]
