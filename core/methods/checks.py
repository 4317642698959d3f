"""Words about the checks: what they found, and what images and masks had to pass, with every threshold."""

import pandas as pd

from core.checks.cohort import LEFT_OUT
from core.checks.grid import GRID_TOLERANCE
from core.checks.lesion import MOST_LABELS, SMALLEST
from core.checks.sampling import MOST_VOXELS, SPACING_MM
from core.checks.values import LARGEST
from core.checks.warnings import LEVELS_PER_SD, MOST_ANISOTROPIC, MOST_LEVELS, RELIABLE
from core.settings import Settings


def headline(table: pd.DataFrame, checks: int) -> str:
    """How many patients are left out, kept with a warning, sound."""
    by = table["outcome"].value_counts()
    out, kept, sound = (int(by.get(name, 0)) for name in (LEFT_OUT, "kept", "sound"))
    if not out + kept:
        return f"All {sound} patients passed all {checks} checks."
    return (
        f"Of {len(table)} patients, **{out}** {'is' if out == 1 else 'are'} left out and **{kept}** kept "
        f"with a warning; {sound} passed all {checks} checks."
    )


def checks_table(counted: pd.DataFrame) -> pd.DataFrame:
    """Checks as printed, and how many patients each found: [code, asks, left_out, kept]."""
    names = {"code": "Code", "asks": "Check", "left_out": "Left out", "kept": "Kept with a warning"}
    return counted.rename(columns=names)


def checks_methods(settings: Settings, n: int) -> str:
    """What images and masks had to pass.

    Args:
        settings: of the study.
        n: patients whose images and masks were checked.
    """
    return (
        f"Image quality control: the images and masks of {n} patients were checked before any computation. "
        "Left out: masks on another voxel grid than the image (tolerance "
        f"{GRID_TOLERANCE:g} voxels at its corners) or with reversed axes; lesions outside the image; empty "
        f"masks, masks without label {settings.radiomics.label}, with fractional labels or with more than "
        f"{MOST_LABELS} labels; lesions of fewer than {SMALLEST} voxels; images with undefined voxels, "
        f"with constant intensities or magnitudes above {LARGEST:.0e} in the lesion, with several values per "
        "voxel or more than three dimensions; incomplete files; DICOM series with missing or repeated "
        "slices, lossy compression or an unsupported transfer syntax; lesions that resampling to "
        f"{SPACING_MM:g} mm would turn into more than {MOST_VOXELS / 1e6:.0f} million voxels. Kept with a "
        f"warning: lesions of fewer than {RELIABLE} voxels, of one slice, in several parts (26 neighbours) "
        f"or at the border of the image; more than {MOST_LEVELS:,} grey levels (each 1/{LEVELS_PER_SD} "
        f"standard deviation of the image) in the lesion; voxels over {MOST_ANISOTROPIC:g} times as long "
        "as wide; slices with rescale slopes of their own, each of which was applied."
    )
