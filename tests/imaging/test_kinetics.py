from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import MaskError
from core.imaging.kinetics import kinetics, read_kinetics


def volume(values: np.ndarray, spacing: tuple[float, float, float] = (0.5, 0.5, 2.0)) -> sitk.Image:
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(spacing)
    return image


@pytest.fixture
def mask() -> sitk.Image:
    inside = np.zeros((2, 3, 4), np.uint8)
    inside[0, 1, :] = 1
    return volume(inside)


def phase(values: list[float]) -> sitk.Image:
    array = np.full((2, 3, 4), 900.0)  # background that must not count
    array[0, 1, :] = values
    return volume(array)


def test_enhancement_of_a_hand_made_tumour(mask) -> None:
    images = {2: phase([300, 300, 100, 150]), 0: phase([100, 200, 50, 100]), 1: phase([200, 300, 100, 100])}
    table = kinetics(images, mask).set_index("phase")
    assert table.index.tolist() == [0, 1, 2]
    assert table["signal"].tolist() == [112.5, 175.0, 212.5]
    assert table["enhancement"].tolist() == pytest.approx([0, 100 * 62.5 / 112.5, 100 * 100 / 112.5])
    # Phase 1: 100, 50, 100, 0 % voxel by voxel; phase 2: 200, 50, 100, 50 %.
    assert table["median"].tolist() == [0, 75, 75]
    assert table.loc[1, ["q1", "q3"]].tolist() == [37.5, 100]
    assert table["n"].tolist() == [4, 4, 4]


def test_voxels_without_a_reference_signal_do_not_count(mask) -> None:
    table = kinetics({0: phase([0, 100, 100, 100]), 1: phase([500, 150, 150, 150])}, mask)
    assert table["n"].tolist() == [3, 3]
    assert table["median"].tolist() == [0, 50]
    dark = kinetics({0: phase([0, 0, 0, 0]), 1: phase([1, 2, 3, 4])}, mask)
    assert dark[["enhancement", "median"]].isna().all(axis=None)


def test_another_grid_or_an_empty_mask_is_refused(mask) -> None:
    shifted = volume(np.ones((2, 3, 4)), (0.5, 0.6, 2.0))
    with pytest.raises(MaskError, match="MASK-GRID"):
        kinetics({0: shifted}, mask)
    with pytest.raises(MaskError, match="MASK-EMPTY"):
        kinetics({0: phase([1, 1, 1, 1])}, mask, label=7)


def test_files_are_read(tmp_path: Path, mask) -> None:
    files = {k: tmp_path / f"p_{k}.nii.gz" for k in (1, 2)}
    for k, path in files.items():
        sitk.WriteImage(phase([100 * k] * 4), str(path))
    sitk.WriteImage(mask, str(tmp_path / "m.nii.gz"))
    assert read_kinetics(files, tmp_path / "m.nii.gz")["enhancement"].tolist() == [0, 100]
