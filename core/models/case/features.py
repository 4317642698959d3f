"""Features of one case, measured as in the study that its model was frozen from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import SimpleITK as sitk

from core.errors import CannotRun
from core.families import FAMILIES
from core.features import radiomics, weights
from core.features.naming import PERITUMORAL
from core.features.weights import Weights
from core.imaging.key_slice import KeySlice, patch
from core.imaging.perturb import ring
from core.models.bundle import Bundle
from core.settings import Backbone, DeepSettings, PatchSettings, Settings

Say = Callable[[str], None]


def deep_features(
    image: sitk.Image,
    mask: sitk.Image,
    backbone: Backbone,
    cut: PatchSettings,
    deep: DeepSettings,
    folder: Path,
) -> tuple[pd.Series, Weights]:
    """Average-pool features of the key slice's patch, named as in a study, and the weights used."""
    chosen = weights.resolve(backbone, folder, deep)
    return _deep_row(patch(image, mask, cut), backbone, chosen), chosen


def case_features(
    bundle: Bundle, image: sitk.Image, mask: sitk.Image, settings: Settings, folder: Path, say: Say
) -> dict[str, pd.Series]:
    """Features of every family of a model; ``say`` hears each step. Raises CannotRun (WEIGHTS-DIFFER)."""
    key = patch(image, mask, settings.patch)
    deep = {b: same_weights(bundle.weights[b], b, settings.deep, folder) for b in bundle.weights}
    say(radiomics.note_on_first_use() or "Extracting 1,781 radiomics features")
    rows = {"radiomics": radiomics.extract(image, mask, settings.radiomics)}
    if (width := settings.peritumoral.width_mm) is not None:
        say(f"Extracting the same of the ring of {width:g} mm around the tumour")
        around = radiomics.extract(image, ring(mask, width), settings.radiomics)
        rows["peritumoral"] = around.add_prefix(PERITUMORAL)
    for backbone, chosen in deep.items():
        say(f"Computing {FAMILIES[backbone]} features of the key slice")
        rows[backbone] = _deep_row(key, backbone, chosen)
    return rows


def same_weights(used: dict[str, Any], backbone: Any, deep: DeepSettings, folder: Path) -> Weights:
    """Backbone weights as they stand now, if they are those that a model ``used`` [identity, label].

    Raises CannotRun (WEIGHTS-DIFFER).
    """
    chosen = weights.resolve(backbone, folder, deep)
    if chosen.identity != used["identity"]:
        raise CannotRun(
            "WEIGHTS-DIFFER",
            f"{backbone} uses the weights of the model: {used['label']}",
            chosen.label,
            "Put the same weights file into the cache, or compute the study again.",
        )
    return chosen


def _deep_row(key: KeySlice, backbone: Any, chosen: Weights) -> pd.Series:
    from core.features.deep import embed, feature_names

    return pd.Series(embed(chosen, key.patch[None])[0], index=list(feature_names(backbone)))
