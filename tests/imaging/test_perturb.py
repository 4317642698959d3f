"""Perturbed masks, the ring around a lesion, and how far two masks agree; against distances counted out."""

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.distance import cdist

from core.errors import MaskError
from core.imaging.overlap import overlap
from core.imaging.perturb import perturbed, ring
from core.settings import RobustnessSettings

SPACING = (0.8, 0.9, 2.0)


def ball(radius: float = 6.0, shift: tuple[float, float, float] = (0, 0, 0)) -> sitk.Image:
    grid = np.stack(np.meshgrid(*[np.arange(n) for n in (14, 30, 32)], indexing="ij"), axis=-1)
    away = (grid - np.array([7, 15, 16])) * np.array(SPACING[::-1]) - np.array(shift)
    image = sitk.GetImageFromArray((np.linalg.norm(away, axis=-1) <= radius).astype(np.uint8))
    image.SetSpacing(SPACING)
    return image


def array(image: sitk.Image) -> np.ndarray:
    return sitk.GetArrayFromImage(image) == 1


def places(inside: np.ndarray) -> np.ndarray:
    return np.argwhere(inside) * np.array(SPACING[::-1])


def test_the_ring_holds_the_voxels_that_distance_says():
    lesion = array(ball())
    near = cdist(places(~lesion), places(lesion)).min(axis=1) <= 3.05
    expected = np.zeros_like(lesion)
    expected[~lesion] = near
    np.testing.assert_array_equal(array(ring(ball(), 3.05)), expected)


def test_perturbations_move_the_contour_by_their_millimetres():
    mask = ball()
    made = perturbed(mask, RobustnessSettings(), seed=3)
    assert list(made) == ["eroded", "dilated", "shifted", "unsteady"]
    whole = array(mask)
    assert (array(made["eroded"]) <= whole).all()
    assert (array(made["dilated"]) >= whole).all()
    for name, image in made.items():
        assert image.GetSpacing() == mask.GetSpacing()
        apart = overlap(mask, image)
        assert 0.6 < apart.dice < 1, name
        assert apart.mean_mm < 2, name
    for name, away in (("dilated", ~whole), ("eroded", whole)):
        changed = places(array(made[name]) != whole)
        reach = cdist(changed, places(~away)).min(axis=1)
        assert 0 < reach.max() <= 1.0 + min(SPACING) / 2, name


def test_the_seed_decides_the_perturbation():
    settings = RobustnessSettings()
    first, again, other = (array(perturbed(ball(), settings, seed)["unsteady"]) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_a_lesion_of_one_voxel_keeps_the_perturbations_that_leave_something():
    image = sitk.Image(9, 9, 9, sitk.sitkUInt8)
    image[4, 4, 4] = 1
    assert "eroded" not in perturbed(image, RobustnessSettings(erode_mm=2), seed=1)


def test_overlap_of_moved_balls_equals_simpleitks():
    first, second = ball(), ball(shift=(2.0, 0.9, 1.6))
    measures = sitk.LabelOverlapMeasuresImageFilter()
    measures.Execute(first, second)
    contours = [sitk.LabelContour(m, fullyConnected=False) for m in (first, second)]
    hausdorff = sitk.HausdorffDistanceImageFilter()
    hausdorff.Execute(*contours)
    found = overlap(first, second)
    assert found.dice == pytest.approx(measures.GetDiceCoefficient())
    assert found.hausdorff_mm == pytest.approx(hausdorff.GetHausdorffDistance(), abs=1e-4)
    assert overlap(first, first).mean_mm == 0


def test_empty_masks_are_refused():
    empty = sitk.Image(32, 30, 14, sitk.sitkUInt8)
    empty.SetSpacing(SPACING)
    for call in (
        lambda: overlap(ball(), empty),
        lambda: ring(empty, 3),
        lambda: perturbed(empty, RobustnessSettings(), 1),
    ):
        with pytest.raises(MaskError, match="MASK-EMPTY"):
            call()
