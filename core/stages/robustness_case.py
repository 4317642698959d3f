"""One patient's features under perturbed masks: a file of its own, since an edit makes every case stale."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import SimpleITK as sitk

from core.settings import RadiomicsSettings, RobustnessSettings, as_dict
from core.stages.case_work import read_case
from core.store import Payload


@dataclass(frozen=True, slots=True)
class Reading:
    """How features are measured, and how masks are perturbed."""

    radiomics: RadiomicsSettings
    robustness: RobustnessSettings


def robustness_case(image: Path, mask: Path, settings: Reading) -> Payload:
    """Features [feature, a column per perturbation of the mask], and the overlap of each with the mask."""
    from core.features.radiomics import extract
    from core.imaging.overlap import overlap
    from core.imaging.perturb import perturbed

    radiomics, robustness = settings.radiomics, settings.robustness
    volume, drawn, _ = read_case(image, mask, radiomics.label)
    plain = drawn == radiomics.label
    # Its size is a seed of its own: one direction for all patients would be a systematic shift.
    seed = robustness.seed + int(sitk.GetArrayViewFromImage(plain).sum())
    masks = perturbed(plain, robustness, seed)
    read = {name: extract(volume, m * radiomics.label, radiomics) for name, m in masks.items()}
    rows = [{"reading": name, **as_dict(overlap(plain, m))} for name, m in masks.items()]
    features: Any = pd.DataFrame(read).rename_axis("feature")
    return {"features": features.astype(np.float64), "overlap": pd.DataFrame(rows)}
