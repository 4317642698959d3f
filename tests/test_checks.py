"""Image and mask: what stops a case, and the lesion in numbers."""

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.spatial.distance import pdist
from scipy.spatial.transform import Rotation

from core.checks import check_pair, max_diameter, require_same_grid
from core.errors import ImageError, MaskError
from tests.volumes import as_image, ball, noise

IMAGE = as_image(noise(), spacing=(0.7, 0.7, 2.0))


def lesion(array, **grid):
    return as_image(array.astype(np.uint8), **{"spacing": (0.7, 0.7, 2.0), **grid})


def test_ball_in_numbers():
    mask = ball(radius=6)
    report = check_pair(as_image(noise()), as_image(mask.astype(np.uint8)))
    assert (report.voxels, report.volume_mm3) == (mask.sum(), mask.sum())
    assert report.diameter_mm == 12
    assert (report.components, report.notes) == (1, ())


@pytest.mark.parametrize(
    ("case", "voxels", "parts"), [("breast1", 143, 1), ("brain1", 4137, 2), ("lung1", 837, 1)]
)
def test_real_lesions_as_published(shared, case, voxels, parts):
    """diagnostics_Mask-original_VoxelNum and VolumeNum of PyRadiomics' baseline files."""
    image, mask = (
        sitk.ReadImage(str(shared / f"data/pyradiomics/{case}_{part}.nrrd")) for part in ("image", "label")
    )
    report = check_pair(image, mask)
    assert (report.voxels, report.components) == (voxels, parts)
    assert report.volume_mm3 == pytest.approx(voxels * np.prod(image.GetSpacing()))


def test_wrong_label_as_in_the_design():
    array = np.zeros((20, 24, 28), dtype=np.uint8)
    array.ravel()[:1204] = 255
    with pytest.raises(MaskError) as error:
        check_pair(IMAGE, lesion(array), 1)
    text = "[MASK-LABEL] Label 1 is not in the mask; found 255 (1,204 voxels). Choose label 255."
    assert str(error.value) == text


BAD_MASKS = {
    "MASK-EMPTY": lesion(np.zeros((20, 24, 28))),
    "MASK-VOXEL": lesion(ball(radius=0.1)),
    "MASK-SMALL": lesion(ball(radius=1)),
    "MASK-INTENSITY": as_image(noise().astype(np.int16), spacing=(0.7, 0.7, 2.0)),
    "MASK-FLIP": lesion(ball(), direction=np.diag([-1, 1, 1])),
    "MASK-OUTSIDE": lesion(ball(), origin=(40, 0, 0)),
    "MASK-FLOAT": as_image(ball() * np.float32(0.5), spacing=(0.7, 0.7, 2.0)),
    "MASK-DIMENSION": sitk.Compose(lesion(ball()), lesion(ball())),
}
OTHER_GRIDS = {
    "size": lesion(ball((20, 24, 27))),
    "spacing": lesion(ball(), spacing=(0.7, 0.7, 2.1)),
    "origin": lesion(ball(), origin=(0.5, 0, 0)),
    "direction": lesion(ball(), direction=Rotation.from_euler("z", 10, degrees=True).as_matrix()),
}


@pytest.mark.parametrize("code", BAD_MASKS)
def test_bad_mask(code):
    with pytest.raises(MaskError) as error:
        check_pair(IMAGE, BAD_MASKS[code])
    assert error.value.code == code


@pytest.mark.parametrize("differs", OTHER_GRIDS)
def test_other_grid_names_what_differs(differs):
    with pytest.raises(MaskError) as error:
        check_pair(IMAGE, OTHER_GRIDS[differs])
    assert error.value.code == "MASK-GRID"
    assert error.value.found.startswith(differs)


@pytest.mark.parametrize(("value", "where", "found"), [
    (np.nan, (10, 12, 14), "1 NaN or infinite, 1 of them in the tumour"),
    (np.inf, (10, 12, 14), "1 NaN or infinite, 1 of them in the tumour"),
    (np.nan, (0, 0, 0), "1 NaN or infinite, 0 of them in the tumour"),
])  # fmt: skip
def test_nan_stops_the_case(value, where, found):
    array = noise()
    array[where] = value
    with pytest.raises(ImageError) as error:
        check_pair(as_image(array), as_image(ball().astype(np.uint8)))
    assert (error.value.code, error.value.found) == ("IMAGE-NAN", found)


def test_mask_that_is_partly_nan():
    mask = ball().astype(np.float32)
    mask[0] = np.nan
    with pytest.raises(MaskError, match=rf"\[MASK-FLOAT\].*found {24 * 28} NaN"):
        check_pair(IMAGE, as_image(mask, spacing=(0.7, 0.7, 2.0)))


@pytest.mark.parametrize("value", [2e15, -3e30])
def test_intensities_beyond_reason(value):
    array = noise()
    array[10, 12, 14] = value
    with pytest.raises(ImageError, match=r"\[IMAGE-RANGE\] .* must .*found a magnitude of"):
        check_pair(as_image(array), as_image(ball().astype(np.uint8)))
    array[0, 0, 0], array[10, 12, 14] = value, 9e14
    check_pair(as_image(array), as_image(ball().astype(np.uint8)))


@pytest.mark.parametrize("grey", [noise(), noise().astype(np.int16), 10 * noise().astype(np.int16)])
def test_image_and_mask_swapped(grey):
    """Whatever stops the case, the fix names the likely cause."""
    with pytest.raises((MaskError, ImageError), match="Image and mask seem to be swapped"):
        check_pair(as_image(ball().astype(np.uint8)), as_image(grey))


def test_first_sentence_states_a_demand():
    for mask in [*BAD_MASKS.values(), *OTHER_GRIDS.values()]:
        with pytest.raises(MaskError) as error:
            check_pair(IMAGE, mask)
        assert " must " in error.value.expected and "swapped" not in str(error.value)


def test_constant_tumour():
    array = noise()
    array[ball()] = 7
    with pytest.raises(ImageError, match=r"\[IMAGE-CONSTANT\].*found 7 in every voxel"):
        check_pair(as_image(array), as_image(ball().astype(np.uint8)))


@pytest.mark.parametrize("image", [as_image(noise())[:, :, 3], sitk.Compose(IMAGE, IMAGE)])
def test_image_of_another_kind(image):
    with pytest.raises(ImageError) as error:
        check_pair(image, lesion(ball()))
    assert error.value.code == "IMAGE-DIMENSION"


def test_notes():
    array = np.zeros((20, 24, 28))
    array[0, 2:6, 2:6] = 1
    array[0, 10:14, 10:14] = 1
    notes = " ".join(check_pair(IMAGE, lesion(array)).notes)
    parts = "2 separate parts, measured as one lesion; the largest has 0.0157 cc of 0.0314 cc."
    assert parts in notes and "The diameter is the extent over all parts." in notes
    assert all(word in notes for word in ("32 voxels", "2 separate parts", "edge", "one voxel thick"))


@given(
    angles=st.tuples(*[st.floats(-180, 180)] * 3),
    spacing=st.tuples(*[st.floats(0.3, 6)] * 3),
    origin=st.tuples(*[st.floats(-400, 400)] * 3),
)
@settings(max_examples=25, deadline=None)
def test_nifti_rounding_passes(tmp_path_factory, angles, spacing, origin):
    """A NIfTI header holds float32: the same grid within rounding must be the same grid."""
    turn = Rotation.from_euler("xyz", angles, degrees=True).as_matrix()
    image = as_image(np.zeros((40, 60, 60), np.uint8), spacing, origin, turn)
    path = str(tmp_path_factory.mktemp("nifti") / "a.nii")
    sitk.WriteImage(image, path)
    require_same_grid(image, sitk.ReadImage(path))


@given(arrays(bool, array_shapes(min_dims=2, max_dims=3, max_side=7)).filter(np.any), st.data())
@settings(max_examples=150, deadline=None)
def test_diameter_is_the_largest_of_all_distances(mask, data):
    spacing = tuple(data.draw(st.floats(0.3, 5)) for _ in mask.shape)
    every = pdist(np.argwhere(mask) * spacing)
    assert max_diameter(mask, spacing) == pytest.approx(every.max() if every.size else 0)
