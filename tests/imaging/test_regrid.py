"""A mask on another grid: refused, or resampled with the user's agreement."""

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import MaskError
from core.imaging.opening import open_case, open_pair
from core.imaging.regrid import on_grid
from core.imaging.volumes import write_volume
from tests.volumes import as_image, ball, noise

IMAGE = as_image(noise(), (0.7, 0.8, 2.0), (-3, 4, 5))
MASK = as_image(ball().astype(np.uint8), (0.7, 0.8, 2.0), (-3, 4, 5))
FINE = sitk.Resample(MASK, (56, 48, 40), sitk.Transform(), sitk.sitkNearestNeighbor,
                     (-3.175, 3.8, 4.5), (0.35, 0.4, 1.0))  # fmt: skip


def test_the_same_grid_stays_as_it_is():
    assert on_grid(MASK, IMAGE) == (MASK, ())


def test_another_grid_is_refused():
    with pytest.raises(MaskError, match="MASK-GRID"):
        on_grid(FINE, IMAGE)


@pytest.mark.parametrize("other", [FINE, sitk.Flip(MASK, (True, False, True))])
def test_resampled_with_agreement(other):
    """Half the voxel size, or axes that run the other way: the same voxels come back."""
    moved, (note,) = on_grid(other, IMAGE, agreed=True)
    np.testing.assert_array_equal(sitk.GetArrayViewFromImage(moved), sitk.GetArrayViewFromImage(MASK))
    assert moved.GetOrigin() == IMAGE.GetOrigin() and moved.GetPixelID() == sitk.sitkUInt8
    assert note.startswith("[MASK-RESAMPLED]") and note.count(f"{ball().sum() * 1.12 / 1000:.3g} cc") == 2


def test_labels_stay_whole_and_none_is_lost():
    array = ball().astype(np.uint8) * 3
    array[0, 0, 0] = 2
    two = as_image(array, (0.7, 0.8, 2.0), (-3, 4, 5))
    moved, _ = on_grid(sitk.Flip(two, (True, True, True)), IMAGE, agreed=True)
    assert set(np.unique(sitk.GetArrayViewFromImage(moved))) == {0, 2, 3}
    away = as_image(array, (0.7, 0.8, 2.0), (300, 4, 5))
    with pytest.raises(MaskError, match=r"MASK-OUTSIDE.*label 2, 3 outside it"):
        on_grid(away, IMAGE, agreed=True)


def test_a_case_and_a_pair_ask_first(tmp_path):
    write_volume(IMAGE, tmp_path / "a.nrrd")
    write_volume(FINE, tmp_path / "mask.nrrd")
    with pytest.raises(MaskError, match="MASK-GRID"):
        open_case(tmp_path, tmp_path / "work")
    for found in (
        open_case(tmp_path, tmp_path / "work", resample=True),
        open_pair(tmp_path / "a.nrrd", tmp_path / "mask.nrrd", resample=True),
    ):
        np.testing.assert_array_equal(
            sitk.GetArrayViewFromImage(found.mask), sitk.GetArrayViewFromImage(MASK)
        )
        assert "[MASK-RESAMPLED]" in " ".join(found.notes)
