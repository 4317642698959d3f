"""A case folder recognised: the real patient, DICOM of other makes, NIfTI and NRRD pairs."""

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import ImageError, MaskError
from core.imaging.case_folder import default_phase, recognise
from core.imaging.opening import measured_volume
from core.imaging.tumour_volume import cubic_cm, tumour_volume
from core.imaging.volumes import write_volume
from tests.imaging.dicom_maker import write_seg, write_series
from tests.volumes import as_image, ball, noise

PHASES = np.random.default_rng(0).integers(0, 900, (3, 5, 12, 16)).astype(np.uint16)
PE = np.full((1, 5, 12, 16), 90, np.uint16)
SER = np.full((1, 5, 12, 16), 1100, np.uint16)


def thousandth(_phase, _slice):
    return {"RescaleSlope": 0.001, "RescaleIntercept": 0}


def count(image):
    return int(np.count_nonzero(sitk.GetArrayViewFromImage(image)))


def test_real_patient_phases(patient, shared):
    assert patient.phase_labels == (
        "phase 1 of 3: InstanceNumber 1-60",
        "phase 2 of 3: InstanceNumber 61-120",
        "phase 3 of 3: InstanceNumber 121-180",
    )
    assert (patient.split_by, patient.mask) == ("InstanceNumber", None)
    folder = shared / "data/nact_pilot/UCSF-BR-06/image_dce_3dfgre_orig"
    files = sorted(str(p) for p in folder.iterdir())
    for k, phase in enumerate(patient.phases):
        judge = sitk.ReadImage(files[60 * k : 60 * (k + 1)])
        np.testing.assert_array_equal(sitk.GetArrayFromImage(phase), sitk.GetArrayFromImage(judge))
        np.testing.assert_allclose(phase.GetDirection(), judge.GetDirection())
        np.testing.assert_allclose(
            phase.GetOrigin() + phase.GetSpacing(), judge.GetOrigin() + judge.GetSpacing()
        )


def test_real_patient_tumour_volume(patient):
    """The published functional tumour volume of UCSF-BR-06: 41,105 of 82,527 voxels."""
    mask = tumour_volume(patient.pe, patient.ser, patient.seg)
    assert (count(mask), count(patient.seg)) == (41_105, 82_527)
    assert mask.GetSize() == patient.phases[0].GetSize() and mask.GetOrigin() == patient.phases[0].GetOrigin()
    assert cubic_cm(mask) == pytest.approx(41_105 * 0.703125**2 * 2 / 1000)


@pytest.fixture
def case(tmp_path):
    write_series(tmp_path / "dyn", PHASES, number=2)
    write_series(tmp_path / "a", PE, description="DYN: PE1", number=21)
    write_series(tmp_path / "b", SER, description="DYN: SER", number=20, tags=thousandth)
    write_seg(tmp_path / "m", np.ones((2, 12, 16), np.uint8), (1, 2))
    return tmp_path


def test_roles_by_description(case):
    found = recognise(case)
    assert len(found.phases) == 3 and count(found.seg) == 2 * 12 * 16
    assert sitk.GetArrayFromImage(found.ser).max() == pytest.approx(1.1)
    assert count(tumour_volume(found.pe, found.ser, found.seg)) == 2 * 12 * 16


def test_roles_by_folder_name_as_a_last_hint(tmp_path):
    write_series(tmp_path / "x", PHASES, number=2)
    write_series(tmp_path / "image_pe1", PE, description="MAP", number=21)
    write_series(tmp_path / "image_ser", SER, description="MAP", number=20, tags=thousandth)
    found = recognise(tmp_path)
    assert found.pe is not None and found.ser is not None and len(found.phases) == 3


def test_one_series_per_phase(tmp_path):
    for k in range(3):
        write_series(tmp_path / f"{k}", PHASES[k : k + 1], description=f"Ph{k}/DYN", number=10 + k)
    write_series(tmp_path / "t2", PHASES[:1], description="T2 STIR", number=5)
    found = recognise(tmp_path)
    assert (found.split_by, found.notes) == ("SeriesNumber", ("1 other series left out.",))
    for k, phase in enumerate(found.phases):
        np.testing.assert_array_equal(sitk.GetArrayFromImage(phase), PHASES[k])


@pytest.mark.parametrize(("name", "array", "tags"), [("SER", SER, None), ("PE1", PE, thousandth)])
def test_map_that_lost_its_scale(tmp_path, name, array, tags):
    write_series(tmp_path / "dyn", PHASES, number=2)
    write_series(tmp_path / "a", array, description=name, number=21, tags=tags)
    with pytest.raises(ImageError, match=rf"\[MAP-RANGE\] {name}"):
        recognise(tmp_path)


def test_measured_volume(case):
    mask = measured_volume(case / "dyn", case / "a", case / "b", case / "m" / "seg.dcm")
    assert count(mask) == 2 * 12 * 16


def test_measured_volume_of_the_real_patient(shared):
    """With the vendor's maps, without one of them, without both: the published 41,105 voxels."""
    folder, said = shared / "data/nact_pilot/UCSF-BR-06", []
    dce, pe, ser = (folder / f"image_dce_{name}" for name in ("3dfgre_orig", "pe1", "ser"))
    seg = next((folder / "mask").iterdir())
    for maps in ((pe, ser), (None, ser), (pe, None), (None, None)):
        assert count(measured_volume(dce, *maps, seg, said.append)) == 41_105
    assert said[0].startswith("Given and computed maps agree in 100.00%")
    assert said[1:] == [f"{n} computed from the phases." for n in ("PE1", "SER", "PE1 and SER")]


def test_measured_volume_of_swapped_or_unscaled_maps(case):
    write_series(case / "unscaled", SER, description="DYN: SER", number=20)
    for pe, ser in (("b", "a"), ("a", "unscaled")):
        with pytest.raises(ImageError, match=r"\[MAP-RANGE\].* must .*swapped"):
            measured_volume(case / "dyn", case / pe, case / ser, case / "m" / "seg.dcm")


def test_measured_volume_of_the_wrong_folder(case):
    write_series(case / "again", PHASES, number=4)
    for folder, found in (("dyn", "the folder of the DCE series"), ("again", "a dynamic series of 3 phases")):
        with pytest.raises(ImageError, match=rf"\[MAP-SERIES\].*found {found}.*wrong folder"):
            measured_volume(case / "dyn", case / folder, case / "b", case / "m" / "seg.dcm")


def test_map_on_another_grid(tmp_path):
    write_series(tmp_path / "dyn", PHASES, number=2)
    write_series(tmp_path / "a", PE[:, :4], description="PE1", number=21)
    with pytest.raises(MaskError, match=r"MASK-GRID.*PE1 map"):
        recognise(tmp_path)


def test_two_visits(tmp_path):
    write_series(tmp_path / "v1", PHASES)
    write_series(tmp_path / "v2", PHASES, study="1.2.3")
    with pytest.raises(ImageError, match="CASE-VISITS"):
        recognise(tmp_path)


@pytest.mark.parametrize("names", [("image", "mask"), ("a_0000", "a_seg"), ("x", "y-label"), ("p1", "zzz")])
@pytest.mark.parametrize("suffix", [".nii.gz", ".nrrd"])
def test_pair_of_volumes(tmp_path, names, suffix):
    write_volume(as_image(noise()), tmp_path / f"{names[0]}{suffix}")
    write_volume(as_image(ball().astype(np.uint8)), tmp_path / f"{names[1]}{suffix}")
    (tmp_path / "readme.txt").write_text("text")
    found = recognise(tmp_path)
    assert len(found.phases) == 1 and count(found.mask) == ball().sum()
    assert found.notes == ("1 file left out.",)


def test_phases_maps_and_interest_as_volumes(tmp_path):
    for k in (2, 10, 1):
        write_volume(as_image(noise() + 1000 * k), tmp_path / f"phase{k}.nii")
    for name, value in (("pe1", 90.0), ("ser", 1.1), ("seg", 1.0)):
        write_volume(as_image(ball() * np.float32(value)), tmp_path / f"{name}.nii")
    found = recognise(tmp_path)
    means = [sitk.GetArrayViewFromImage(p).mean() for p in found.phases]
    assert means == sorted(means) and found.mask is None
    assert count(tumour_volume(found.pe, found.ser, found.seg)) == ball().sum()


def test_dicom_with_a_mask_as_nifti(tmp_path):
    write_series(tmp_path / "dyn", PHASES)
    mask = sitk.Cast(recognise(tmp_path).phases[0] > 500, sitk.sitkUInt8)
    write_volume(mask, tmp_path / "expert_mask.nii.gz")
    found = recognise(tmp_path)
    assert count(found.mask) == count(mask) and len(found.phases) == 3 and found.notes == ()


def test_mask_on_another_grid(tmp_path):
    write_volume(as_image(noise()), tmp_path / "image.nrrd")
    write_volume(as_image(ball().astype(np.uint8), origin=(3, 0, 0)), tmp_path / "mask.nrrd")
    with pytest.raises(MaskError, match="MASK-GRID"):
        recognise(tmp_path)


def test_two_masks(tmp_path):
    write_volume(as_image(noise()), tmp_path / "image.nrrd")
    for k in (1, 2):
        write_volume(as_image(ball().astype(np.uint8)), tmp_path / f"mask{k}.nrrd")
        write_volume(as_image(ball().astype(np.uint8)), tmp_path / f"mask_{k}.nrrd")
    with pytest.raises(ImageError, match="CASE-MASKS"):
        recognise(tmp_path)


@pytest.mark.parametrize("what", ["nothing", "maps only", "mask only"])
def test_no_dynamic_series(tmp_path, what):
    if what == "maps only":
        write_series(tmp_path / "a", PE, description="DYN: PE1")
    if what == "mask only":
        write_volume(as_image(ball().astype(np.uint8)), tmp_path / "mask.nrrd")
    with pytest.raises(ImageError, match="CASE-EMPTY"):
        recognise(tmp_path)


def test_no_voxel_of_tumour():
    pe, ser, seg = as_image(noise()), as_image(noise() * 0), as_image(ball().astype(np.uint8))
    with pytest.raises(MaskError, match="MASK-EMPTY"):
        tumour_volume(pe, ser, seg)


def test_default_phase():
    assert [default_phase(n) for n in (1, 2, 3)] == [0, 1, 1]
