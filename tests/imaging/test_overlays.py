"""Maps over the slices, and volumes in other planes."""

from itertools import permutations, product

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given
from hypothesis import strategies as st

from core.errors import MaskError
from core.imaging.opening import case_mask
from core.imaging.overlays import drawn, enhancement_maps, top
from core.imaging.viewing import PLANES, edges, nearest, reformatted, viewed

WANTED = {
    "axial": ("R", "L", "A", "P"), "coronal": ("R", "L", "S", "I"), "sagittal": ("A", "P", "S", "I"),
}  # fmt: skip


@given(
    order=st.sampled_from(list(permutations(range(3)))),
    flips=st.sampled_from(list(product((1, -1), repeat=3))),
    name=st.sampled_from(PLANES),
)
def test_every_voxel_keeps_its_place_in_the_patient(order, flips, name) -> None:
    image = sitk.GetImageFromArray(np.arange(60, dtype=np.int16).reshape(3, 4, 5))
    image.SetSpacing((0.5, 0.7, 2.0))
    image.SetOrigin((-3, 4, 5))
    direction = np.zeros((3, 3))
    for axis, (to, sign) in enumerate(zip(order, flips, strict=True)):
        direction[to, axis] = sign
    image.SetDirection(direction.ravel().tolist())
    turned = reformatted(image, name)
    assert nearest(turned.GetDirection()) == name
    if nearest(image.GetDirection()) == name:
        assert turned is image  # as it was acquired
    else:
        assert edges(turned.GetDirection()) == WANTED[name]
    for index in np.ndindex(turned.GetSize()):
        point = turned.TransformIndexToPhysicalPoint(index)
        assert turned[index] == image[image.TransformPhysicalPointToIndex(point)]


def test_the_real_patient_in_other_planes(patient) -> None:
    """Sagittal, 0.703 x 0.703 x 2 mm: an axial slice is as wide as the stack of slices is deep."""
    phase = patient.phases[1]
    assert viewed(phase).plane == "sagittal"
    found = viewed(reformatted(phase, "axial"))
    assert (found.plane, found.edges) == ("axial", WANTED["axial"])
    assert found.spacing == pytest.approx((0.703125, 0.703125, 2.0))
    assert found.voxels.shape == (256, 256, 60)
    oblique = sitk.Image(phase)
    turn = np.deg2rad(30)
    tilt = np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]])
    oblique.SetDirection((tilt @ np.array(phase.GetDirection()).reshape(3, 3)).ravel().tolist())
    assert viewed(reformatted(oblique, "axial")).plane == "oblique, nearest axial"


def test_the_maps_of_the_real_patient_are_the_vendors(patient) -> None:
    """PE within 1 and SER within 0.01 in at least 99.9% of the tumour's voxels, its mask as the region."""
    tumour = case_mask(patient)
    maps = enhancement_maps(patient.phases, tumour)
    inside = sitk.GetArrayViewFromImage(tumour) > 0
    for name, theirs, within in (("PE", patient.pe, 1), ("SER", patient.ser, 0.01)):
        far = sitk.GetArrayFromImage(maps[name])[inside] - sitk.GetArrayFromImage(theirs)[inside]
        assert (np.abs(far) <= within).mean() >= 0.999


def test_what_the_phases_allow(patient) -> None:
    tumour = case_mask(patient)
    first, second, third = patient.phases
    two = enhancement_maps((first, second), tumour)
    assert list(two) == ["PE"] and enhancement_maps((first,), tumour) == {}
    three = enhancement_maps((first, second, third), tumour)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(two["PE"]), sitk.GetArrayFromImage(three["PE"]))
    with pytest.raises(MaskError, match="MASK-EMPTY"):
        enhancement_maps((first, second), tumour * 0)


def test_where_a_map_is_drawn() -> None:
    maps = {"PE": np.array([[50.0, 70, 90, 10]], np.float32), "SER": np.array([[0, 1.5, 0.9, 0]], np.float32)}
    tumour = np.array([[True, True, False, False]])
    nan = np.nan
    for kind, anywhere, wanted in (
        ("PE", False, [50, 70, nan, nan]),
        ("PE", True, [nan, 70, 90, nan]),
        ("SER", False, [nan, 1.5, nan, nan]),
        ("SER", True, [nan, 1.5, np.float32(0.9), nan]),
    ):
        np.testing.assert_array_equal(drawn(maps, kind, tumour, anywhere)[0], np.float32(wanted))


def test_the_scale_ends_above_nearly_all_of_the_tumour() -> None:
    values, tumour = np.linspace(0, 400, 1001, dtype=np.float32), np.arange(1001) <= 500
    assert top(values, "PE", tumour) == 200
    assert top(values, "PE", ~tumour) == 400
    assert top(values * 0, "PE", tumour) == top(values, "PE", tumour & False) == 100
    assert top(values, "SER", tumour) == 2
