"""DICOM series, their phases and segmentations; ITK's GDCM reader is the judge of geometry."""

import shutil

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk

from core.errors import ImageError, MaskError
from core.imaging.case_folder import recognise
from core.imaging.dicom import read_tree
from core.imaging.phases import split_phases
from core.imaging.segmentation import read_segmentation
from core.imaging.stack import to_image
from tests.imaging.dicom_maker import AXIAL, SAGITTAL, edit, with_syntax, write_seg, write_series

OBLIQUE = (0.8, 0.6, 0.0, -0.48, 0.64, 0.6)
PHASES = np.random.default_rng(0).integers(0, 900, (3, 5, 12, 16)).astype(np.uint16)


def only_series(folder):
    (series,), _ = read_tree(folder)
    return series.slices


def error_of(call, *args):
    with pytest.raises((ImageError, MaskError)) as error:
        call(*args)
    assert "Secret" not in str(error.value) and ".dcm" not in str(error.value)
    return error.value


@pytest.mark.parametrize("cosines", [AXIAL, SAGITTAL, OBLIQUE, (0, 0, -1, 0, 1, 0)])
def test_stack_equals_itk(tmp_path, cosines):
    paths = write_series(tmp_path, PHASES[:1], cosines)
    image = to_image(only_series(tmp_path))
    judge = sitk.ReadImage([str(p) for p in paths])
    for mine, theirs in zip(_grid(image), _grid(judge), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-6)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), PHASES[0])


def _grid(image):
    return image.GetOrigin(), image.GetSpacing(), image.GetDirection(), image.GetSize()


def test_rescale_per_slice(tmp_path):
    write_series(
        tmp_path, PHASES[:1], tags=lambda p, k: {"RescaleSlope": 0.001 * (k + 1), "RescaleIntercept": k}
    )
    image = to_image(only_series(tmp_path))
    wanted = PHASES[0] * 0.001 * np.arange(1, 6)[:, None, None] + np.arange(5)[:, None, None]
    np.testing.assert_allclose(sitk.GetArrayFromImage(image), wanted, rtol=1e-6)


def test_compressed_pixels(tmp_path):
    """JPEG 2000, lossless, as ITK writes it; a cut-off file is an error, not an image."""
    paths = write_series(tmp_path, PHASES[:1], tags=lambda p, k: {"RescaleSlope": 2, "RescaleIntercept": -5})
    for path in paths:
        _compress(path)
    array = sitk.GetArrayFromImage(to_image(only_series(tmp_path)))
    np.testing.assert_array_equal(array, PHASES[0] * 2.0 - 5)
    paths[2].write_bytes(paths[2].read_bytes()[:-150])
    with pytest.warns(UserWarning) as noted:
        error_of(to_image, only_series(tmp_path))
    assert not any(str(tmp_path) in str(note.message) for note in noted)
    assert error_of(to_image, only_series(tmp_path)).code in ("DICOM-PIXELS", "IMAGE-TRUNCATED")


def _compress(path):
    """Put the pixels of ITK's compressed copy into the file."""
    head = pydicom.dcmread(path)
    copy = path.with_suffix(".copy.dcm")
    sitk.WriteImage(sitk.GetImageFromArray(head.pixel_array[None]), str(copy), useCompression=True)
    packed = pydicom.dcmread(copy)
    copy.unlink()
    head.PixelData, head.file_meta.TransferSyntaxUID = packed.PixelData, packed.file_meta.TransferSyntaxUID
    head["PixelData"].VR, head["PixelData"].is_undefined_length = "OB", True
    head.save_as(path)


def test_enhanced_multiframe(tmp_path):
    path = write_series(tmp_path, PHASES[:1])[0]
    head = pydicom.dcmread(path)
    head.file_meta.MediaStorageSOPClassUID = head.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4.1"
    head.save_as(path)
    assert error_of(read_tree, tmp_path).code == "DICOM-MULTIFRAME"


TIMES = {
    "TemporalPositionIdentifier": lambda p, k: {"TemporalPositionIdentifier": 3 - p},
    "TriggerTime": lambda p, k: {"TriggerTime": 9000 * (3 - p)},
    "AcquisitionTime": lambda p, k: {"AcquisitionTime": f"0{9 - 2 * p}3000.5"},
}


@pytest.mark.parametrize("tag", TIMES)
def test_phases_by_time(tmp_path, tag):
    """Time beats InstanceNumber, which runs backwards here."""
    write_series(tmp_path, PHASES, tags=TIMES[tag])
    split = split_phases(only_series(tmp_path))
    assert split.split_by == tag
    for k, phase in enumerate(split.phases):
        np.testing.assert_array_equal(sitk.GetArrayFromImage(to_image(phase)), PHASES[2 - k])


@pytest.mark.parametrize("interleaved", [False, True])
def test_phases_by_instance_number(tmp_path, interleaved):
    """A time for every slice, as in 2D acquisitions, tells no phases apart."""
    write_series(
        tmp_path, PHASES, tags=lambda p, k: {"AcquisitionTime": f"1030{k:02d}"}, interleaved=interleaved
    )
    split = split_phases(only_series(tmp_path))
    assert split.split_by == "InstanceNumber"
    assert split.labels[1] == f"phase 2 of 3: InstanceNumber {'2 ... 14' if interleaved else '6-10'}"
    for k, phase in enumerate(split.phases):
        np.testing.assert_array_equal(sitk.GetArrayFromImage(to_image(phase)), PHASES[k])


def test_phases_that_cannot_be_told_apart(tmp_path):
    write_series(tmp_path, PHASES, tags=lambda p, k: {"InstanceNumber": k})
    assert error_of(split_phases, only_series(tmp_path)).code == "DICOM-PHASES"


def test_slice_missing_from_one_phase(tmp_path):
    write_series(tmp_path, PHASES)[7].unlink()
    error = error_of(split_phases, only_series(tmp_path))
    assert (error.code, error.found) == ("DICOM-MISSING", "2 at 1 positions, 3 at 4 positions")


def test_slice_missing_from_all(tmp_path):
    write_series(tmp_path, PHASES[:1])[2].unlink()
    error = error_of(to_image, only_series(tmp_path))
    assert error.code == "DICOM-MISSING" and "4.00 mm after slice 2" in error.found


@pytest.mark.parametrize("change", [
    {"PixelSpacing": [0.9, 0.9]}, {"ImageOrientationPatient": [0, 1, 0, 1, 0, 0]}, {"Rows": 6, "Columns": 32},
])  # fmt: skip
def test_mixed_series(tmp_path, change):
    edit(write_series(tmp_path, PHASES[:1])[1], **change)
    assert error_of(to_image, only_series(tmp_path)).code == "DICOM-MIXED"


def test_sideways_shift(tmp_path):
    edit(write_series(tmp_path, PHASES[:1])[4], ImagePositionPatient=[11.0, -20.0, 38.0])
    assert error_of(to_image, only_series(tmp_path)).code == "DICOM-SLICES"


@pytest.mark.parametrize("share", [0.2, 0.3, 0.4, 0.5, 0.6, 0.98])
def test_truncated_file(tmp_path, share):
    path = write_series(tmp_path, PHASES[:1])[3]
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    def read():
        return to_image(only_series(tmp_path))

    assert error_of(read).code == ("IMAGE-TRUNCATED" if share > 0.9 else "DICOM-READ")


@pytest.mark.filterwarnings("error")
def test_header_of_nonsense(tmp_path):
    path = write_series(tmp_path, PHASES[:1])[3]
    path.write_bytes(path.read_bytes().replace(b"0.8\\0.7", b"a.b\\c.d"))
    assert error_of(read_tree, tmp_path).code == "DICOM-READ"


def test_garbage_named_dcm(tmp_path):
    write_series(tmp_path, PHASES[:1])[3].write_bytes(b"junk" * 100)
    assert error_of(read_tree, tmp_path).code == "DICOM-READ"


def test_other_files_are_counted(tmp_path):
    write_series(tmp_path, PHASES[:1])
    (tmp_path / "LICENSE").write_text("text")
    (tmp_path / ".DS_Store").write_text("hidden")
    assert read_tree(tmp_path)[1] == 1


@pytest.mark.parametrize("bits", [1, 8])
@pytest.mark.parametrize("cosines", [AXIAL, SAGITTAL, OBLIQUE])
def test_segmentation_of_some_slices_in_any_order(tmp_path, cosines, bits):
    write_series(tmp_path / "dyn", PHASES[:1], cosines)
    reference = to_image(only_series(tmp_path / "dyn"))
    frames = (PHASES[0, :3] > 600).astype(np.uint8) * (1 if bits == 1 else 128)
    mask = read_segmentation(write_seg(tmp_path / "seg", frames, (4, 1, 2), cosines, bits), reference)
    wanted = np.zeros(PHASES[0].shape, np.uint8)
    wanted[[4, 1, 2]] = frames > 0
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask), wanted)
    assert _grid(mask) == _grid(reference)


def test_segmentation_turned_and_mirrored(tmp_path):
    """The SEG's rows run along the image's columns, and backwards: its own orientation counts."""
    write_series(tmp_path / "dyn", PHASES[:1, :, :, :12], tags=lambda p, k: {"PixelSpacing": [0.8, 0.8]})
    reference = to_image(only_series(tmp_path / "dyn"))
    frame = (PHASES[:1, 0, :, :12] > 600).astype(np.uint8)
    path = write_seg(tmp_path / "seg", frame, (2,))
    seg = pydicom.dcmread(path)
    shared = seg.SharedFunctionalGroupsSequence[0]
    shared.PixelMeasuresSequence[0].PixelSpacing = [0.8, 0.8]
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = [0, 1, 0, -1, 0, 0]
    at = [10 + 11 * 0.8, -20, 34]
    seg.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient = at
    seg.save_as(path)
    array = sitk.GetArrayFromImage(read_segmentation(path, reference))[2]
    np.testing.assert_array_equal(array, frame[0].T[:, ::-1])


def test_segmentation_elsewhere(tmp_path):
    write_series(tmp_path / "dyn", PHASES[:1])
    reference = to_image(only_series(tmp_path / "dyn"))
    frames = np.ones((2, 12, 16), np.uint8)
    outside = error_of(read_segmentation, write_seg(tmp_path / "a", frames, (4, 5)), reference)
    between = error_of(read_segmentation, write_seg(tmp_path / "b", frames, (1, 2.5)), reference)
    assert (outside.code, outside.found) == ("MASK-GRID", "pixels outside it")
    assert (between.code, between.found) == ("MASK-GRID", "pixels between its voxels")


def test_segmentation_of_several_segments_or_cut_off(tmp_path):
    write_series(tmp_path / "dyn", PHASES[:1])
    reference = to_image(only_series(tmp_path / "dyn"))
    frames = np.ones((2, 12, 16), np.uint8)
    two = write_seg(tmp_path / "a", frames, (0, 1), segments=2)
    assert error_of(read_segmentation, two, reference).code == "SEG-SEGMENTS"
    cut = write_seg(tmp_path / "b", frames, (0, 1))
    whole = cut.read_bytes()
    cut.write_bytes(whole[:-100])
    assert error_of(read_segmentation, cut, reference).code == "IMAGE-TRUNCATED"
    cut.write_bytes(whole[: len(whole) // 2])
    assert error_of(read_segmentation, cut, reference).code in ("IMAGE-TRUNCATED", "SEG-READ")


def test_a_slice_twice(tmp_path):
    paths = write_series(tmp_path, PHASES[:1])
    edit(paths[3], ImagePositionPatient=[10.0, -20.0, 34.01])
    error = error_of(to_image, only_series(tmp_path))
    assert (error.code, error.found) == ("DICOM-DUPLICATE", "two at the same position after slice 3")


def test_a_slice_twice_in_one_phase(tmp_path):
    path = write_series(tmp_path, PHASES)[7]
    shutil.copy(path, tmp_path / "again.dcm")
    error = error_of(split_phases, only_series(tmp_path))
    assert (error.code, error.found) == ("DICOM-DUPLICATE", "3 at 4 positions, 4 at 1 positions")


SYNTAX = "1.2.840.10008.1.2."


@pytest.mark.parametrize(("tags", "syntax", "code"), [
    ({"LossyImageCompression": "01"}, SYNTAX + "1", "DICOM-LOSSY"), ({}, SYNTAX + "4.51", "DICOM-LOSSY"),
    ({}, SYNTAX + "4.102", "DICOM-SYNTAX"), ({}, "1.2.3", "DICOM-SYNTAX"),
    ({"RescaleSlope": 0, "RescaleIntercept": 0}, SYNTAX + "1", "DICOM-SCALE"),
    ({"LossyImageCompression": "00"}, SYNTAX + "1", None), ({}, SYNTAX + "1", None),
    ({"RescaleSlope": 0.5, "RescaleIntercept": 0}, SYNTAX + "1", None),
])  # fmt: skip
def test_pixels_that_are_not_what_was_measured(tmp_path, tags, syntax, code):
    path = write_series(tmp_path, PHASES[:1], tags=lambda p, k: tags)[2]
    if syntax != SYNTAX + "1":
        path.write_bytes(with_syntax(path.read_bytes(), syntax))
    if code is None:
        assert to_image(only_series(tmp_path)).GetSize() == (16, 12, 5)
    else:
        assert error_of(to_image, only_series(tmp_path)).code == code


def test_scales_of_single_slices_are_said(tmp_path):
    write_series(
        tmp_path, PHASES[:1], tags=lambda p, k: {"RescaleSlope": 0.5 * (k + 1), "RescaleIntercept": 0}
    )
    notes = recognise(tmp_path).notes
    assert notes[0].startswith("[DICOM-RESCALE] 5 different scales within the series (slope 0.5 to 2.5)")
    write_series(tmp_path, PHASES[:1], tags=lambda p, k: {"RescaleSlope": 0.5, "RescaleIntercept": 0})
    assert recognise(tmp_path).notes == ()
