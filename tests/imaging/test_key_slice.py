"""Key slice, window and patch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MaskError
from core.imaging.key_slice import crop, key_slice, patch, square_box, window
from core.settings import PatchSettings
from tests.volumes import as_image, ball, noise

AUTO = PatchSettings()


def test_largest_diameter_wins_over_area():
    mask = np.zeros((5, 30, 30), np.uint8)
    mask[1, 10:20, 10:20] = 1  # more area
    mask[3, 15, 5:25] = 1  # longer
    assert key_slice(as_image(mask)) == 3


def test_diameter_is_in_mm():
    mask = np.zeros((2, 30, 30), np.uint8)
    mask[0, 5, 5:15] = 1  # 9 steps of 0.5 mm
    mask[1, 5:12, 5] = 1  # 6 steps of 2 mm
    assert key_slice(as_image(mask, spacing=(0.5, 2.0, 3.0))) == 1


def test_ties_go_to_area_then_to_the_first():
    mask = np.zeros((4, 30, 30), np.uint8)
    mask[0:4, 5, 5:15] = 1
    mask[2:4, 6, 6:9] = 1
    assert key_slice(as_image(mask)) == 2


def test_no_lesion():
    with pytest.raises(MaskError, match="MASK-EMPTY"):
        patch(as_image(noise()), as_image(np.zeros((20, 24, 28), np.uint8)), AUTO)


def test_auto_window_is_first_to_99th_percentile():
    shown = window(np.arange(10_001.0).reshape(73, 137), AUTO)
    assert shown.dtype == np.float32
    np.testing.assert_allclose(shown.ravel()[[0, 100, 5000, 9900, 10_000]], [0, 0, 0.5, 1, 1], atol=1e-7)


def test_published_window():
    shown = window(np.array([[0, 1200, 1600, 2000, 5000]]), PatchSettings(window="published"))
    np.testing.assert_allclose(shown, [[0, 0, 0.5, 1, 1]])


@pytest.mark.parametrize("plane", [np.zeros((8, 8)), np.pad([[5.0]], 20)])
def test_window_of_little_contrast(plane):
    assert window(plane, AUTO).max() == (1 if plane.any() else 0)


def test_real_patient(patient):
    from core.imaging.tumour_volume import tumour_volume

    mask = tumour_volume(patient.pe, patient.ser, patient.seg)
    key = patch(patient.phases[1], mask, AUTO)
    assert key.image.shape == key.mask.shape == (256, 256)
    assert (key.image.dtype, key.patch.dtype, key.patch.shape) == (np.uint8, np.float32, (224, 224))
    assert key.spacing == (0.703125, 0.703125)
    assert key.mask.any() and 0.1 < key.patch.std() < 0.4


def test_patch_shows_the_lesion_in_its_middle():
    lesion = ball((9, 60, 80), radius=5, centre=(4, 20, 60))
    key = patch(as_image(lesion * 100.0), as_image(lesion.astype(np.uint8)), AUTO)
    assert key.index == 4
    assert key.box == pytest.approx((20.5 - 8.25, 60.5 - 8.25, 20.5 + 8.25, 60.5 + 8.25))
    filled = np.argwhere(key.patch > 0.5)
    assert filled.mean(axis=0) == pytest.approx([111.5, 111.5], abs=1)
    assert np.ptp(filled, axis=0) + 1 == pytest.approx(224 / 1.5, abs=4)


@given(
    top=st.integers(0, 30), left=st.integers(0, 40), height=st.integers(1, 12), width=st.integers(1, 12),
    row=st.floats(0.3, 3), column=st.floats(0.3, 3), margin=st.floats(1, 3),
)  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_box_is_square_in_mm_and_centred(top, left, height, width, row, column, margin):
    mask = np.zeros((44, 54), bool)
    mask[top : top + height, left : left + width] = True
    box = square_box(mask, (row, column), margin)
    side = margin * max(height * row, width * column)
    assert (box[2] - box[0]) * row == pytest.approx(side)
    assert (box[3] - box[1]) * column == pytest.approx(side)
    assert ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) == pytest.approx(
        (top + height / 2, left + width / 2)
    )


@given(st.floats(-60, 60), st.floats(-60, 60), st.floats(2, 90))
@settings(max_examples=60, deadline=None)
def test_crop_of_a_ramp_is_the_ramp(top, left, side):
    """Enlarged, a ramp stays exact; reduced, the filter's few taps move it by less than 0.1 pixel."""
    plane = np.add.outer(np.arange(50), np.zeros(60)).astype(np.float32) / 100 + 0.25
    cut = crop(plane, (top, left, top + side, left + side), 64)
    assert cut.shape == (64, 64) and cut.dtype == np.float32
    rows = top + (np.arange(64) + 0.5) * side / 64 - 0.5
    columns = left + (np.arange(64) + 0.5) * side / 64 - 0.5
    reach = 1 + side / 64
    inside = np.outer((rows > reach) & (rows < 49 - reach), (columns > reach) & (columns < 59 - reach))
    wanted = np.add.outer(rows / 100 + 0.25, np.zeros(64))
    np.testing.assert_allclose(cut[inside], wanted[inside], atol=1e-6 if side <= 64 else 0.1 / 100)
    outside = np.outer((rows < -reach) | (rows > 49 + reach), np.ones(64, bool))
    assert not cut[outside].any()
