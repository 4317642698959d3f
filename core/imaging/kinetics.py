"""How the tumour takes up and loses contrast: its signal in the phases of a DCE series."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk

from core.checks import require_same_grid
from core.errors import MaskError
from core.imaging.masks import read_mask
from core.imaging.reading import read_image

COLUMNS = ["phase", "signal", "enhancement", "median", "q1", "q3", "n"]


def read_kinetics(phases: Mapping[int, Path], mask: Path, label: int = 1) -> pd.DataFrame:
    """``kinetics`` of files. Raises ImageError (IMAGE-*) or MaskError (MASK-GRID, MASK-EMPTY)."""
    images = {phase: read_image(path)[0] for phase, path in phases.items()}
    return kinetics(images, read_mask(mask, images[min(images)])[0], label)


def kinetics(images: Mapping[int, sitk.Image], mask: sitk.Image, label: int = 1) -> pd.DataFrame:
    """Signal and enhancement of the tumour in each phase, in order of the phase number.

    Args:
        images: phase number -> volume on the grid of ``mask``; the lowest number is the reference.
        mask, label: the tumour.

    Returns:
        [phase, signal, enhancement, median, q1, q3, n]: mean signal of the tumour (the scanner's unit)
        and its change against the reference in %; median and quartiles of the voxels' own changes in %,
        over the n voxels whose reference signal is above 0.

    Raises:
        MaskError: MASK-GRID, or MASK-EMPTY where no voxel has the label.
    """
    inside = sitk.GetArrayViewFromImage(mask) == label
    if not inside.any():
        raise MaskError("MASK-EMPTY", f"The mask must hold voxels of label {label}", "none")
    signals = {phase: _inside(images[phase], mask, inside) for phase in sorted(images)}
    first = signals[min(signals)]
    rows = [(phase, *_row(values, first)) for phase, values in signals.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def _inside(image: sitk.Image, mask: sitk.Image, inside: np.ndarray) -> np.ndarray:
    require_same_grid(image, mask)
    return sitk.GetArrayViewFromImage(image)[inside].astype(np.float64)


def _row(values: np.ndarray, first: np.ndarray) -> tuple[float, float, float, float, float, int]:
    mean, before = float(values.mean()), float(first.mean())
    change = 100 * (mean - before) / before if before > 0 else np.nan
    usable = first > 0
    own = 100 * (values[usable] - first[usable]) / first[usable]
    q1, median, q3 = np.percentile(own, (25, 50, 75)) if own.size else (np.nan,) * 3
    return mean, change, float(median), float(q1), float(q3), int(usable.sum())
