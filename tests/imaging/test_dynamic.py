"""Several series in one exam: which are the dynamic one, and what is asked instead of guessed."""

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import ImageError
from core.imaging.case_folder import recognise
from tests.imaging.dicom_maker import SAGITTAL, edit, write_series

PHASES = np.random.default_rng(1).integers(0, 900, (3, 5, 12, 16)).astype(np.uint16)


@pytest.fixture
def exam(tmp_path):
    """Two dynamic series, one of one phase, and one phase after the other as series."""
    write_series(tmp_path / "a", PHASES, SAGITTAL, description="Secret^Name left", number=1)
    write_series(tmp_path / "b", PHASES[:2, :, :, ::-1], description="right", number=2)
    write_series(tmp_path / "c", PHASES[:1], description="T2", number=3)
    for k in range(2):
        write_series(tmp_path / f"d{k}", PHASES[k : k + 1, :4], description=f"ph{k}", number=7 + k)
    return tmp_path


def test_every_series_that_could_be_dynamic_is_a_choice(exam):
    found = recognise(exam)
    assert found.choices == (
        "series 1: 3 x 5 slices, 16 x 12, sagittal",
        "series 2: 2 x 5 slices, 16 x 12, axial",
        "series 7, 8: 2 x 4 slices, 16 x 12, axial",
        "series 3: 1 x 5 slices, 16 x 12, axial",
    )
    assert found.choice == 0 and len(found.phases) == 3
    assert found.notes == (f"[CASE-SERIES] 3 series could be the dynamic one; read was {found.choices[0]}.",)
    assert "Secret" not in str(found.choices)


@pytest.mark.parametrize(("choice", "phases", "slices"), [(0, 3, 5), (1, 2, 5), (2, 2, 4), (3, 1, 5)])
def test_a_choice_is_read(exam, choice, phases, slices):
    found = recognise(exam, choice)
    assert found.choice == choice
    assert (len(found.phases), found.phases[0].GetSize()[2]) == (phases, slices)
    assert "could be the dynamic one" not in " ".join(found.notes)


def test_a_choice_has_the_voxels_of_its_series(exam):
    for k, phase in enumerate(recognise(exam, 1).phases):
        np.testing.assert_array_equal(sitk.GetArrayFromImage(phase), PHASES[k, :, :, ::-1])


def test_every_choice_has_a_picture_on_square_pixels(exam):
    pictures = recognise(exam).previews
    assert len(pictures) == 4
    for picture in pictures:
        assert picture.dtype == np.uint8 and picture.shape == (192, round(192 * 16 * 0.7 / (12 * 0.8)))
        assert picture.min() < 10 and picture.max() > 245


def test_a_series_that_cannot_be_decoded_has_a_black_picture(exam):
    for path in (exam / "c").iterdir():
        edit(path, PixelData=b"\0" * 10)
    pictures = recognise(exam).previews
    assert [picture.max() > 0 for picture in pictures] == [True, True, True, False]


def test_a_choice_that_is_not_there(exam):
    for choice in (-1, 4):
        with pytest.raises(ImageError, match=r"CASE-SERIES.*must be 0 to 3; found"):
            recognise(exam, choice)


def test_a_series_of_no_use_is_no_rival(tmp_path):
    write_series(tmp_path / "a", PHASES, number=1)
    write_series(tmp_path / "b", PHASES[:1], description="T2", number=2)
    assert recognise(tmp_path).notes == ("1 other series left out.",)


def test_series_of_one_phase_are_rivals(tmp_path):
    write_series(tmp_path / "a", PHASES[:1], description="T1", number=1)
    write_series(tmp_path / "b", PHASES[:1, :3], description="T2", number=2)
    assert recognise(tmp_path).notes[0].startswith("[CASE-SERIES] 2 series could be the dynamic one")


def test_the_real_patient_leaves_no_choice(patient):
    assert patient.choices == ("series 2: 3 x 60 slices, 256 x 256, sagittal",)


def test_series_of_one_phase_each_in_order_of_time(tmp_path):
    """Numbered backwards, as after a repeated reconstruction: the clock counts."""
    for k in range(3):
        write_series(
            tmp_path / f"{k}", PHASES[k : k + 1], description=f"ph{k}", number=9 - k,
            tags=lambda p, s, k=k: {"AcquisitionTime": f"10{k}0{s:02d}.5"},
        )  # fmt: skip
    found = recognise(tmp_path)
    assert (found.split_by, found.phase_labels[0]) == ("AcquisitionTime", "phase 1 of 3: series 9")
    for k, phase in enumerate(found.phases):
        np.testing.assert_array_equal(sitk.GetArrayFromImage(phase), PHASES[k])
