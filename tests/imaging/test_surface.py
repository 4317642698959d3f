import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import MaskError
from core.imaging.surface import MOST_FACES, surface

SPACING = (0.8, 0.9, 2.0)


def ball(radius_mm: float, shape: tuple[int, int, int] = (24, 60, 64)) -> sitk.Image:
    grid = np.indices(shape) - (np.array(shape)[:, None, None, None] - 1) / 2
    far = np.sqrt(sum((g * s) ** 2 for g, s in zip(grid, SPACING[::-1], strict=True)))
    image = sitk.GetImageFromArray((far <= radius_mm).astype(np.uint8))
    image.SetSpacing(SPACING)
    return image


def edges(faces: np.ndarray) -> np.ndarray:
    pairs = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    return np.unique(pairs, axis=0, return_counts=True)[1]


@pytest.mark.parametrize("radius", [9.0, 18.0])
def test_a_ball_has_its_volume_and_its_width(radius: float) -> None:
    found = surface(ball(radius))
    assert found.volume_mm3 == pytest.approx(found.voxel_mm3, rel=0.03)
    assert found.volume_mm3 == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.05)
    np.testing.assert_allclose(np.ptp(found.vertices, axis=0), 2 * radius, atol=2.0)
    np.testing.assert_allclose(found.vertices.mean(0), 0, atol=0.3)
    assert (edges(found.faces) == 2).all()  # closed


def test_vertices_are_mm_of_the_patient_along_the_directions_of_the_mask() -> None:
    values = np.zeros((12, 12, 12), np.uint8)
    values[5:7, 4:8, 1:11] = 1  # 10 long along x, 4 along y, 2 along z of the grid
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(SPACING)
    image.SetDirection((0, 0, -1, 1, 0, 0, 0, -1, 0))  # sagittal: x goes to the back, y down, z to the right
    found = surface(image, index=6)
    np.testing.assert_allclose(np.ptp(found.vertices, axis=0), [2 * 2.0, 10 * 0.8, 4 * 0.9], rtol=1e-5)
    # Slice 6 is the upper of two: half a voxel, to the patient's right.
    np.testing.assert_allclose(found.plane[:, 0], -1.0, atol=1e-5)
    assert found.volume_mm3 == pytest.approx(80 * np.prod(SPACING), rel=0.25)


def test_one_voxel_and_a_lesion_at_the_border_are_closed() -> None:
    for place in ((slice(3, 4),) * 3, (slice(0, 3), slice(0, 8), slice(6, 8))):
        values = np.zeros((8, 8, 8), np.uint8)
        values[place] = 1
        assert (edges(surface(sitk.GetImageFromArray(values)).faces) == 2).all()


def test_a_large_lesion_is_drawn_with_fewer_triangles() -> None:
    found = surface(ball(60.0, (64, 140, 156)))
    assert len(found.faces) <= MOST_FACES
    assert found.volume_mm3 == pytest.approx(found.voxel_mm3, rel=0.05)
    assert (edges(found.faces) == 2).all()


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(MaskError, match="MASK-EMPTY"):
        surface(ball(5.0), label=3)
