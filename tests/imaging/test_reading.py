"""An image as a folder of DICOM slices: what a study and the commands make of it."""

import numpy as np
import pytest
import SimpleITK as sitk

from core.checks import check_pair
from core.digests import file_digest
from core.errors import ImageError
from core.imaging.kinetics import read_kinetics
from core.imaging.opening import read_pair
from core.imaging.reading import read_image
from core.imaging.volumes import write_volume
from core.study.phase_files import phase_files, phase_titles
from tests.imaging.dicom_maker import SAGITTAL, edit, write_series
from tests.study_folder import MANIFEST, write_rows
from tests.volumes import ball, noise

GREY = np.clip(noise(), 1, None).astype(np.uint16)
PHASES = np.stack([GREY, GREY * 2, GREY * 3])


@pytest.fixture
def phases(tmp_path):
    """A folder per phase, and a mask on their grid."""
    for k, phase in enumerate(PHASES):
        write_series(tmp_path / f"P1_{k}", phase[None], SAGITTAL, number=k)
    mask = sitk.GetImageFromArray(ball().astype(np.uint8))
    mask.CopyInformation(read_image(tmp_path / "P1_0")[0])
    write_volume(mask, tmp_path / "mask.nrrd")
    return tmp_path


def test_a_folder_is_the_volume_that_itk_reads(phases):
    image, notes = read_image(phases / "P1_1")
    judge = sitk.ReadImage([str(p) for p in sorted((phases / "P1_1").iterdir())])
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), sitk.GetArrayFromImage(judge))
    assert image.GetDirection() == judge.GetDirection() and notes == ()


@pytest.mark.parametrize(("series", "found"), [(0, "0 series"), (2, "2 series"), (1, "3 phases")])
def test_a_folder_of_something_else(tmp_path, series, found):
    (tmp_path / "secret").mkdir()
    for k in range(series):
        write_series(tmp_path / "secret" / f"{k}", PHASES if series == 1 else PHASES[:1])
    with pytest.raises(ImageError, match=rf"\[DICOM-FOLDER\].*found {found}\.") as error:
        read_image(tmp_path / "secret")
    assert "secret" not in str(error.value)


def test_scales_of_single_slices_are_said_through_the_child(phases):
    for k, path in enumerate(sorted((phases / "P1_1").iterdir())):
        edit(path, RescaleSlope=1 + k, RescaleIntercept=0)
    image, mask, notes = read_pair(phases / "P1_1", phases / "mask.nrrd")
    assert check_pair(image, mask).voxels == ball().sum()
    assert notes[-1].startswith("[DICOM-RESCALE] 20 different scales")


def test_a_study_may_hold_folders_of_slices(phases):
    """Phases, kinetics and the digest that a stored result hangs on follow the files of the folders."""
    from core.study.manifest import load_study

    text = MANIFEST.replace("images/{patient}_{phase}.nii.gz", "{patient}_{phase}")
    (phases / "study.toml").write_text(text)
    write_rows(phases, [f"P{i},{'one' if i < 12 else 'two'},{40 + i},{i % 2}" for i in range(16)])
    study = load_study(phases)
    files = phase_files(study, "P1")
    assert list(phase_titles(list(files), 1).values()) == [
        "pre-contrast",
        "1st post-contrast",
        "2nd post-contrast",
    ]
    table = read_kinetics(files, phases / "mask.nrrd")
    assert list(table["median"]) == [0, 100, 200]
    before = file_digest(files[1])
    edit(sorted(files[1].iterdir())[3], SeriesNumber=9)
    assert file_digest(files[1]) != before != file_digest(files[2])
