"""What is done with one patient: a file of its own, since an edit here makes every finished case stale."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.settings import PatchSettings, as_dict
from core.store import Payload

if TYPE_CHECKING:
    from core.features.weights import Weights


@dataclass(frozen=True, slots=True)
class Cut:
    """How the patch is cut, and which label of the mask is the lesion."""

    patch: PatchSettings
    label: int


def read_case(image: Path, mask: Path, label: int) -> Any:
    """Image, mask and the report of its checks, notes on how it was read included."""
    from core.checks import check_pair
    from core.imaging.masks import read_mask
    from core.imaging.reading import read_image

    volume, read = read_image(image)
    drawn, notes = read_mask(mask, volume)
    report = check_pair(volume, drawn, label)
    return volume, drawn, replace(report, notes=(*report.notes, *read, *notes))


def check_case(image: Path, mask: Path, settings: Any) -> Payload:
    """Size of the tumour in a mask that passed every check."""
    report = read_case(image, mask, settings.label)[2]
    return {"report": as_dict(report)}


def slice_case(image: Path, mask: Path, settings: Cut) -> Payload:
    """Key slice, its mask and the patch of the deep features."""
    import SimpleITK as sitk

    from core.imaging.key_slice import for_reading, patch

    volume, drawn, _ = read_case(image, mask, settings.label)
    key = patch(volume, drawn, settings.patch, settings.label)
    place = {"slice": key.index, "row_mm": key.spacing[0], "col_mm": key.spacing[1]}
    shown = for_reading(sitk.GetArrayViewFromImage(volume)[key.index])
    return {"image": shown, "mask": key.mask.astype(np.uint8), "patch": key.patch, "place": place}


def radiomics_case(image: Path, mask: Path, settings: Any) -> Payload:
    """The 1781 features of one lesion."""
    from core.features import radiomics

    volume, drawn, _ = read_case(image, mask, settings.label)
    return {"features": radiomics.extract(volume, drawn, settings).to_frame("value")}


def deep_case(chosen: "Weights", patch: Any) -> Payload:
    """Average-pool features of one patch."""
    from core.features.deep import embed

    return {"features": embed(chosen, patch[None])[0]}
