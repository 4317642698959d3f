from itertools import permutations, product

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as st

from core.errors import MaskError
from core.imaging.viewing import edges, greys, lesion, plane, viewed, window

IDENTITY = (1.0, 0, 0, 0, 1, 0, 0, 0, 1)
OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "S": "I", "I": "S"}


@pytest.mark.parametrize(
    ("direction", "expected", "name"),
    [
        # As radiologists see them: axial with the patient's right on the left, sagittal with the face left.
        (IDENTITY, ("R", "L", "A", "P"), "axial"),
        ((0, 0, -1, 1, 0, 0, 0, -1, 0), ("A", "P", "S", "I"), "sagittal"),
        ((1, 0, 0, 0, 0, 1, 0, -1, 0), ("R", "L", "S", "I"), "coronal"),
    ],
)
def test_letters_of_the_three_planes(
    direction: tuple[float, ...], expected: tuple[str, ...], name: str
) -> None:
    assert edges(direction) == expected
    assert plane(direction) == name


@given(
    order=st.sampled_from(list(permutations(range(3)))),
    flips=st.sampled_from(list(product((1, -1), repeat=3))),
)
def test_letters_follow_simpleitk_for_every_permutation_and_flip(
    order: tuple[int, ...], flips: tuple[int, ...]
) -> None:
    """SimpleITK names an image's axes itself: its orientation says where each index axis goes to."""
    direction = np.zeros((3, 3))
    for axis, (to, sign) in enumerate(zip(order, flips, strict=True)):
        direction[to, axis] = sign
    flat = tuple(direction.ravel())
    right, down, along = sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(flat)
    assert edges(flat) == (OPPOSITE[right], right, OPPOSITE[down], down)
    assert plane(flat) == {"L": "sagittal", "A": "coronal", "S": "axial"}.get(
        along, {"R": "sagittal", "P": "coronal", "I": "axial"}.get(along)
    )


def test_an_oblique_plane_says_so() -> None:
    c, s = np.cos(np.deg2rad(30)), np.sin(np.deg2rad(30))
    tilted = (1, 0, 0, 0, c, -s, 0, s, c)
    assert edges(tilted) == ("R", "L", "AI", "PS")
    assert plane(tilted) == "oblique, nearest axial"
    slightly = np.deg2rad(10)
    assert (
        edges((1, 0, 0, 0, np.cos(slightly), -np.sin(slightly), 0, np.sin(slightly), np.cos(slightly)))[3]
        == "P"
    )


def test_a_volume_keeps_its_axes_and_sizes() -> None:
    image = sitk.GetImageFromArray(np.arange(60, dtype=np.int16).reshape(3, 4, 5))
    image.SetSpacing((0.5, 0.7, 2.0))
    found = viewed(image)
    assert found.voxels.shape == (3, 4, 5)
    assert found.spacing == (2.0, 0.7, 0.5)
    assert found.voxels[2, 3, 4] == image[4, 3, 2]


def test_greys_span_the_window() -> None:
    shown = greys(np.array([[-5.0, 0, 50, 100, 900]]), (0, 100))
    assert shown.tolist() == [[0, 0, 127, 255, 255]]
    assert greys(np.full((2, 2), 7), window(np.full((2, 2), 7))).tolist() == [[0, 0], [0, 0]]


def test_a_mask_on_another_grid_stops() -> None:
    image, mask = (sitk.Image(4, 4, 4, sitk.sitkUInt8) for _ in range(2))
    mask[1, 2, 3] = 2
    assert np.argwhere(lesion(image, mask, 2)).tolist() == [[3, 2, 1]]
    mask.SetSpacing((1, 1, 2))
    with pytest.raises(MaskError, match="MASK-GRID"):
        lesion(image, mask, 2)
