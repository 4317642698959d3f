"""A study of small volumes: a bright ball in noise per patient, and a reader or two who outline it."""

from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import gaussian_filter

from tests.study_folder import HEADER
from tests.volumes import as_image, ball

SPACING = (1.0, 1.0, 1.5)
SHAPE = (18, 28, 30)
MANIFEST = """
[study]
name = "Small volumes"
[cohorts.one]
role = "training"
images = "images/{{patient}}.nii.gz"
masks = "masks/{{patient}}.nii.gz"
{cohort}
[outcome]
column = "lnm"
positive = [1]
[settings.radiomics]
log_sigmas = [2.0]
{settings}
"""


def write_study(folder: Path, n: int = 10, label: int = 1, cohort: str = "", settings: str = "") -> Path:
    """A training cohort of ``n`` patients P00 and on, LNM 0, 1, 0, ...; lesions carry ``label``."""
    for part in ("images", "masks"):
        (folder / part).mkdir(parents=True)
    own = f"label = {label}\n{settings}"
    (folder / "study.toml").write_text(MANIFEST.format(cohort=cohort, settings=own))
    rows = [f"{code(i)},one,{40 + i},{i % 2}" for i in range(n)]
    (folder / "clinical.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    for i in range(n):
        inside = lesion(i)
        _write(folder / "images", i, as_image(_voxels(i, inside), SPACING))
        _write(folder / "masks", i, as_image((inside * label).astype(np.uint8), SPACING))
    return folder


def code(i: int) -> str:
    return f"P{i:02d}"


def lesion(i: int) -> np.ndarray:
    """The ball of patient ``i``; no two have one size."""
    return ball(SHAPE, radius=4.5 + 0.17 * i)


def second_reader(folder: Path, noise: float, patients: range, label: int = 1) -> None:
    """Masks of a second reader under masks_2: the first one's with an unsteady contour, in voxels."""
    (folder / "masks_2").mkdir(exist_ok=True)
    for i in patients:
        inside = unsteady(i, noise)
        _write(folder / "masks_2", i, as_image((inside * label).astype(np.uint8), SPACING))


def unsteady(i: int, noise: float) -> np.ndarray:
    """Where the second reader sees the lesion of patient ``i``."""
    random = np.random.default_rng(100 + i)
    field = gaussian_filter(random.normal(size=SHAPE), 2)
    grid = np.ogrid[tuple(slice(n) for n in SHAPE)]
    away = np.sqrt(sum((g - n / 2) ** 2 for g, n in zip(grid, SHAPE, strict=True)))
    return away + noise * field / field.std() <= 4.5 + 0.17 * i


def _voxels(i: int, inside: np.ndarray) -> np.ndarray:
    random = np.random.default_rng(i)
    texture = gaussian_filter(random.normal(size=SHAPE), 1) * (20 + 3 * i)
    return (100 + 40 * inside + texture + random.normal(0, 4, SHAPE)).astype(np.float32)


def _write(folder: Path, i: int, image: sitk.Image) -> None:
    sitk.WriteImage(image, str(folder / f"{code(i)}.nii.gz"))
