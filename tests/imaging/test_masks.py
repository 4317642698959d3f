"""One real tumour in every format that a mask may come in; others than us wrote the SEGs (highdicom)."""

import shutil
import struct

import highdicom as hd
import numpy as np
import pydicom
import pytest
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid
from skimage.measure import find_contours

from core.checks import check_pair
from core.errors import ImageError, MaskError
from core.imaging.case_folder import recognise
from core.imaging.contours import read_contours
from core.imaging.lesion_file import read_lesion
from core.imaging.masks import read_mask
from core.imaging.opening import case_mask
from core.imaging.segmentation import read_segmentation
from core.imaging.surface import read_surface
from core.imaging.volumes import write_volume
from core.settings import RadiomicsSettings
from core.stages.case_work import check_case
from tests.imaging.dicom_maker import edit, write_seg, write_series
from tests.volumes import as_image, ball

PHASES = np.random.default_rng(0).integers(0, 900, (1, 20, 24, 28)).astype(np.uint16)


@pytest.fixture(scope="module")
def tumour(patient):
    return sitk.GetArrayFromImage(case_mask(patient)) > 0


@pytest.fixture(scope="module")
def sources(shared):
    """The slices of the second phase."""
    folder = shared / "data/nact_pilot/UCSF-BR-06/image_dce_3dfgre_orig"
    return sorted(folder.iterdir())[60:120]


@pytest.fixture
def case(sources, tmp_path):
    folder = tmp_path / "case"
    folder.mkdir()
    for path in sources:
        shutil.copy(path, folder)
    return folder


def as_seg(path, tumour, sources, kind="BINARY"):
    """By highdicom, which leaves out the empty slices."""
    images = sorted((pydicom.dcmread(p) for p in sources), key=_depth)
    described = hd.seg.SegmentDescription(
        1, "Tumor", codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Neoplasm, "MANUAL"
    )
    pixels = tumour.astype(np.uint8) if kind == "BINARY" else np.where(tumour, 0.9, 0.3) * _grown(tumour)
    hd.seg.Segmentation(
        images, pixels, kind, [described], generate_uid(), 900, generate_uid(), 1, "none", "none", "1", "0"
    ).save_as(path)


def _depth(image):
    row, column = np.split(np.array(image.ImageOrientationPatient, float), 2)
    return float(np.dot(np.cross(row, column), np.array(image.ImagePositionPatient, float)))


def _grown(mask):
    """The mask and the voxels around it, which a fractional SEG fills by less than half."""
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    return sitk.GetArrayFromImage(sitk.BinaryDilate(image, (1, 1, 0)))


def as_contours(path, tumour, reference):
    """Outlines midway between voxel centres, as marching squares draws them, in patient mm."""
    head, structure = rtstruct(), Dataset()
    structure.ReferencedROINumber, structure.ContourSequence = 1, Sequence()
    for k in np.flatnonzero(tumour.any(axis=(1, 2))):
        for line in find_contours(np.pad(tumour[k], 1).astype(float), 0.5):
            points = [
                reference.TransformContinuousIndexToPhysicalPoint((float(c) - 1, float(r) - 1, float(k)))
                for r, c in line
            ]
            structure.ContourSequence.append(contour(points))
    head.ROIContourSequence = Sequence([structure])
    head.save_as(path, enforce_file_format=True)


def contour(points, kind="CLOSED_PLANAR"):
    item = Dataset()
    item.ContourGeometricType, item.NumberOfContourPoints = kind, len(points)
    item.ContourData = [f"{v:.4f}" for p in points for v in p]
    return item


def rtstruct():
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = RTStructureSetStorage, generate_uid()
    head = Dataset()
    head.file_meta, head.Modality, head.PatientName = meta, "RTSTRUCT", "Secret^Name"
    head.SOPClassUID, head.SOPInstanceUID = RTStructureSetStorage, meta.MediaStorageSOPInstanceUID
    head.StudyInstanceUID, head.SeriesInstanceUID = generate_uid(), generate_uid()
    return head


def as_les(path, lesions, order=(0, 2, 4, 1, 3, 5), base=0, turned=False):
    """``order``: where y0, y1, x0, x1, z0, z1 stand among the six."""
    parts = []
    for tumour in lesions:
        z, y, x = (np.flatnonzero(tumour.any(axis=a)) for a in ((1, 2), (0, 2), (0, 1)))
        ends = [int(v) for axis in (y, x, z) for v in (axis[0], axis[-1])]
        six = [ends[k] + base for k in order]
        box = tumour[z[0] : z[-1] + 1, y[0] : y[-1] + 1, x[0] : x[-1] + 1].astype(np.int8)
        parts += [struct.pack("<6H", *six), (box.transpose(0, 2, 1) if turned else box).tobytes()]
    path.write_bytes(b"".join(parts))


PAIRS, STARTS_FIRST = (0, 1, 2, 3, 4, 5), (0, 2, 4, 1, 3, 5)
FORMATS = ("seg", "fractional", "nii.gz", "nrrd", "mha", "les", "les pairs", "les columns first")


def written(name, path, tumour, patient, sources):
    if name in ("nii.gz", "nrrd", "mha"):
        mask = sitk.GetImageFromArray(tumour.astype(np.uint8))
        mask.CopyInformation(patient.phases[0])
        write_volume(mask, path / f"mask.{name}")
    elif name == "seg":
        as_seg(path / "seg.dcm", tumour, sources)
    elif name == "fractional":
        as_seg(path / "seg.dcm", tumour, sources, "FRACTIONAL")
    elif name == "rtstruct":
        as_contours(path / "rt.dcm", tumour, patient.phases[0])
    else:
        order = PAIRS if "pairs" in name else STARTS_FIRST
        as_les(path / "TCGA-XX-0000-S1-1.les", [tumour], order, turned="columns" in name)
    return next(p for p in path.iterdir() if p.name[:2] in ("ma", "se", "rt", "TC"))


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_tumour_gives_the_same_voxels(name, case, tumour, patient, sources):
    written(name, case, tumour, patient, sources)
    found = recognise(case)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(case_mask(found)) > 0, tumour)
    assert check_pair(found.phases[0], found.mask).voxels == 41_105
    assert ("confirm that the overlay" in " ".join(found.notes)) is name.startswith("les")


def test_the_same_tumour_as_contours(case, tumour, patient, sources):
    written("rtstruct", case, tumour, patient, sources)
    mask = sitk.GetArrayFromImage(recognise(case).mask) > 0
    assert 2 * (mask & tumour).sum() / (mask.sum() + tumour.sum()) >= 0.98


@pytest.mark.parametrize("name", [*FORMATS, "rtstruct"])
def test_read_mask_of_any_format(name, tmp_path, tumour, patient, sources):
    mask, _ = read_mask(written(name, tmp_path, tumour, patient, sources), patient.phases[0])
    assert np.count_nonzero(sitk.GetArrayFromImage(mask)) == pytest.approx(41_105, rel=0.02)


def test_a_mask_of_another_kind(tmp_path, patient):
    (tmp_path / "secret.txt").write_text("text")
    for name, found in (("secret.txt", "a file of another kind"), ("secret.seg", "no such file")):
        with pytest.raises(ImageError, match=rf"\[MASK-READ\].*found {found}") as error:
            read_mask(tmp_path / name, patient.phases[0])
        assert "secret" not in str(error.value)


GRID = as_image(np.zeros((20, 24, 28), np.uint8), (0.7, 0.8, 2.0), (-3, 4, 5))
BALL = ball()


def test_les_with_two_lesions(tmp_path):
    two = [ball(radius=3, centre=(6, 7, 8)), ball(radius=2, centre=(14, 15, 20))]
    as_les(tmp_path / "a.les", two)
    mask, (note,) = read_lesion(tmp_path / "a.les", GRID)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask) > 0, two[0] | two[1])
    assert "2 lesions taken as one" in note


def test_les_that_counts_from_1(tmp_path):
    """At the image's last voxel only counting from 1 fits; elsewhere the note says what was assumed."""
    far = np.zeros_like(BALL)
    far[15:, 18:, 20:] = True
    as_les(tmp_path / "a.les", [far], base=1)
    mask, (note,) = read_lesion(tmp_path / "a.les", GRID)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask) > 0, far)
    assert "may count" not in note
    as_les(tmp_path / "b.les", [BALL])
    assert "may count from 0 (taken) or 1" in read_lesion(tmp_path / "b.les", GRID)[1][0]


def test_les_whose_two_orders_both_fit(tmp_path):
    """y 2-4, x 3-5, z 4-6 read as pairs is y 2-3, x 4-4, z 5-6: only a crafted box fits both."""
    (tmp_path / "a.les").write_bytes(struct.pack("<6H", 2, 2, 2, 2, 2, 2) + b"\x01")
    assert "two orders of its box fit" in read_lesion(tmp_path / "a.les", GRID)[1][0]


@pytest.mark.parametrize(("data", "code"), [
    (b"", "LES-READ"), (b"\x01\x00", "LES-READ"),
    (struct.pack("<6H", 5, 5, 5, 1, 1, 1) + b"\x01", "LES-READ"),
    (struct.pack("<6H", 1, 1, 1, 2, 2, 2) + b"\x01" * 7, "LES-READ"),
    (struct.pack("<6H", 1, 1, 90, 2, 2, 91) + b"\x01" * 8, "MASK-GRID"),
    (struct.pack("<6H", 1, 1, 1, 2, 2, 2) + b"\x00" * 8, "MASK-EMPTY"),
])  # fmt: skip
def test_les_of_another_kind(tmp_path, data, code):
    (tmp_path / "secret.les").write_bytes(data)
    with pytest.raises((ImageError, MaskError)) as error:
        read_lesion(tmp_path / "secret.les", GRID)
    assert error.value.code == code and "secret" not in str(error.value)


def write_contours(path, *contours, structures=1):
    head = rtstruct()
    items = []
    for number in range(1, structures + 1):
        item = Dataset()
        item.ReferencedROINumber, item.ContourSequence = number, Sequence(contours)
        items.append(item)
    head.ROIContourSequence = Sequence(items)
    head.save_as(path, enforce_file_format=True)
    return path


def square(low, high, k=3, **options):
    corners = ((low, low), (high, low), (high, high), (low, high))
    return contour([GRID.TransformContinuousIndexToPhysicalPoint((*c, k)) for c in corners], **options)


def test_contours_with_a_hole_and_a_repetition(tmp_path):
    path = write_contours(tmp_path / "a", square(2.5, 12.5), square(2.5, 12.5), square(5.5, 8.5))
    wanted = np.zeros_like(BALL)
    wanted[3, 3:13, 3:13] = True
    wanted[3, 6:9, 6:9] = False
    mask, notes = read_contours(path, GRID)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(mask) > 0, wanted)
    assert notes == ()


def test_contours_that_skip_slices(tmp_path):
    _, notes = read_contours(write_contours(tmp_path / "a", square(2, 9, 3), square(2, 9, 6)), GRID)
    assert notes == ("[RTSTRUCT-GAPS] 2 slices between the contours hold none; nothing is filled in there.",)


@pytest.mark.parametrize(("contours", "code"), [
    ([square(2, 9, 3.4)], "MASK-GRID"), ([square(2, 40)], "MASK-GRID"), ([square(2, 9, 30)], "MASK-GRID"),
    ([square(2.2, 2.4)], "MASK-EMPTY"), ([square(2, 9, kind="OPEN_PLANAR")], "RTSTRUCT-READ"),
])  # fmt: skip
def test_contours_elsewhere(tmp_path, contours, code):
    with pytest.raises((ImageError, MaskError)) as error:
        read_contours(write_contours(tmp_path / "secret", *contours), GRID)
    assert error.value.code == code and "ecret" not in str(error.value)


def test_contours_of_several_structures(tmp_path):
    path = write_contours(tmp_path / "a", square(2, 9), structures=2)
    with pytest.raises(ImageError, match=r"RTSTRUCT-ROIS.*found 2"):
        read_contours(path, GRID)
    assert read_contours(path, GRID, roi=2)[0].GetSize() == GRID.GetSize()


def test_one_segment_of_several(tmp_path):
    write_series(tmp_path / "dyn", PHASES)
    reference = recognise(tmp_path / "dyn").phases[0]
    frames = np.stack([PHASES[0, 0] > 300, PHASES[0, 1] > 600]).astype(np.uint8)
    path = write_seg(tmp_path / "seg", frames, (0, 1), segments=2)
    second = sitk.GetArrayFromImage(read_segmentation(path, reference, segment=2))
    np.testing.assert_array_equal(second[1], frames[1])
    assert not second[0].any()
    with pytest.raises(ImageError, match=r"SEG-SEGMENTS.*found 0"):
        read_segmentation(path, reference, segment=3)


def test_a_segmentation_of_a_case_without_maps_is_the_tumour(tmp_path):
    """Nothing else can be made of it; a note says so. With three phases it is a volume of interest."""
    write_series(tmp_path / "dyn", PHASES)
    write_seg(tmp_path / "seg", (PHASES[0, :2] > 300).astype(np.uint8) * 255, (3, 4))
    found = recognise(tmp_path)
    assert (
        found.seg is None
        and np.count_nonzero(sitk.GetArrayFromImage(found.mask)) == (PHASES[0, :2] > 300).sum()
    )
    assert "taken as the tumour itself" in found.notes[0]
    shutil.rmtree(tmp_path / "dyn")
    write_series(tmp_path / "dyn", np.concatenate([PHASES, PHASES * 2, PHASES * 3]))
    assert recognise(tmp_path).mask is None


def test_two_masks_of_different_kinds(tmp_path):
    for path in write_series(tmp_path / "dyn", PHASES):
        edit(path, PixelSpacing=[0.8, 0.7])
    as_les(tmp_path / "a.les", [BALL])
    mask = sitk.GetImageFromArray(BALL.astype(np.uint8))
    mask.CopyInformation(recognise(tmp_path).phases[0])
    write_volume(mask, tmp_path / "mask.nrrd")
    with pytest.raises(ImageError, match=r"CASE-MASKS.*found 2"):
        recognise(tmp_path)


def test_the_mask_of_a_study_may_be_of_any_format(tmp_path, tumour, patient, sources):
    """The work done for each patient of a study reads them all alike."""
    image = tmp_path / "image.nii.gz"
    write_volume(patient.phases[1], image)
    for name in ("seg", "rtstruct", "les"):
        (tmp_path / name).mkdir()
        path = written(name, tmp_path / name, tumour, patient, sources)
        report = check_case(image, path, RadiomicsSettings())["report"]
        assert report["voxels"] == pytest.approx(41_105, rel=0.02)
        assert ("confirm that the overlay" in " ".join(report["notes"])) is (name == "les")
        assert read_surface(path, image=image).volume_mm3 == pytest.approx(40_643, rel=0.1)
