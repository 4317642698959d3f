"""PE and SER from the phases, against the maps that the vendor computed of a real patient."""

import shutil

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import ImageError, MaskError
from core.imaging.case_folder import recognise
from core.imaging.enhancement import agreement, computed_maps
from core.imaging.opening import case_mask
from core.imaging.tumour_volume import tumour_volume


@pytest.fixture(scope="module")
def computed(patient):
    return computed_maps(patient.phases, patient.seg)


def test_the_maps_of_the_real_patient_inside_the_tumour(patient, computed):
    tumour = tumour_volume(patient.pe, patient.ser, patient.seg)
    found = agreement((patient.pe, patient.ser), computed, tumour)
    assert (found.pe, found.ser, found.voxels) == (1, 1, 41_105)


def test_the_maps_of_the_real_patient_everywhere(patient, computed):
    """Background, negative enhancement, cut and rounding included: all 3.9 million voxels."""
    for ours, theirs, within in zip(computed, (patient.pe, patient.ser), (0, 0.0011), strict=True):
        far = sitk.GetArrayFromImage(ours) - sitk.GetArrayFromImage(theirs)
        assert np.abs(far).max() <= within


def test_the_tumour_of_the_real_patient_without_its_maps(patient, shared, tmp_path):
    """Phases and volume of interest alone give the published 41,105 voxels."""
    source = shared / "data" / "nact_pilot" / "UCSF-BR-06"
    for part in ("image_dce_3dfgre_orig", "mask"):
        shutil.copytree(source / part, tmp_path / part)
    case = recognise(tmp_path)
    assert case.computed == ("PE1", "SER")
    assert case.notes == ("PE1 and SER computed from phases 1, 2 and 3.",)
    ours, theirs = (sitk.GetArrayFromImage(case_mask(c)) for c in (case, patient))
    np.testing.assert_array_equal(ours, theirs)


def test_a_note_says_how_far_given_and_computed_maps_agree(patient):
    assert patient.computed == ()
    (note,) = patient.notes
    assert "100.00% (PE, within 1)" in note and "100.00% (SER, within 0.01) of 41,105" in note


def test_maps_of_other_phases_are_doubted(patient):
    first, second, third = patient.phases
    tumour = case_mask(patient)
    late = agreement((patient.pe, patient.ser), computed_maps((first, third, second), patient.seg), tumour)
    assert late.pe < 0.5 and "check the tumour volume" in str(late)


def test_what_maps_need(patient):
    with pytest.raises(ImageError, match=r"MAP-PHASES.*found 2"):
        computed_maps(patient.phases[:2], patient.seg)
    with pytest.raises(MaskError, match="MASK-GRID"):
        computed_maps(patient.phases, patient.seg[1:])
    with pytest.raises(MaskError, match="MASK-EMPTY"):
        computed_maps(patient.phases, patient.seg * 0)
