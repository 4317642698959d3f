"""Decoding in a child process: the same case as here, and one error for whatever goes wrong there."""

import os
import resource
import signal
import subprocess
import zipfile
from dataclasses import fields

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import CannotRun, ImageError, MaskError
from core.imaging import child
from core.imaging.case_folder import recognise
from core.imaging.handover import read_case, write_case
from core.imaging.opening import open_case, open_pair
from core.imaging.volumes import write_volume
from core.paths import ROOT
from tests.imaging.dicom_maker import write_series
from tests.volumes import as_image, ball, noise

PHASES = np.random.default_rng(0).integers(0, 900, (2, 5, 12, 16)).astype(np.uint16)


def assert_same(one, other):
    for field in fields(one):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if field.name in ("phases", "previews"):
            pairs = list(zip(first, second, strict=True))
        elif isinstance(first, sitk.Image):
            pairs = [(first, second)]
        else:
            assert first == second
            continue
        for a, b in pairs:
            np.testing.assert_array_equal(sitk.GetArrayViewFromImage(a), sitk.GetArrayViewFromImage(b))
            assert a.GetPixelID() == b.GetPixelID() and a.GetDirection() == b.GetDirection()
            assert (a.GetOrigin(), a.GetSpacing()) == (b.GetOrigin(), b.GetSpacing())


@pytest.fixture
def pair(tmp_path):
    write_volume(as_image(noise(), (0.7, 0.8, 2), (1, 2, 3)), tmp_path / "secret_image.nii.gz")
    write_volume(as_image(ball().astype(np.uint8), (0.7, 0.8, 2), (1, 2, 3)), tmp_path / "secret_mask.nrrd")
    return tmp_path / "secret_image.nii.gz", tmp_path / "secret_mask.nrrd"


def test_the_real_patient_through_the_child(patient, shared, tmp_path):
    assert_same(open_case(shared / "data/nact_pilot/UCSF-BR-06", tmp_path / "work"), patient)


def test_a_case_handed_over(patient, tmp_path):
    write_case(patient, tmp_path)
    assert {p.suffix for p in tmp_path.iterdir()} == {".npy", ".json"}
    assert_same(read_case(tmp_path), patient)


def test_pictures_of_the_series_are_handed_over(tmp_path):
    for number, step in ((1, 1), (2, -1)):
        write_series(tmp_path / f"{number}", PHASES[:, :, ::step], number=number)
    here = recognise(tmp_path)
    assert len(here.previews) == 2 and not np.array_equal(*here.previews)
    (tmp_path / "out").mkdir()
    write_case(here, tmp_path / "out")
    for one, other in zip(read_case(tmp_path / "out").previews, here.previews, strict=True):
        np.testing.assert_array_equal(one, other)


def test_reader_and_child_do_not_import_each_other():
    """What a child does knows nothing of who asks for it."""
    for name in ("tasks", "case_folder", "handover"):
        text = (ROOT / "core" / "imaging" / f"{name}.py").read_text()
        assert "from core.imaging.child" not in text and "from core.imaging.opening" not in text
    assert "from core.imaging.opening" not in (ROOT / "core" / "imaging" / "child.py").read_text()


def test_voxels_that_would_run_code_are_not_read(tmp_path, patient):
    write_case(patient, tmp_path)
    np.save(tmp_path / "pe.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        read_case(tmp_path)


def test_a_pair_and_a_zip(pair, tmp_path):
    found = open_pair(*pair)
    assert int(sitk.GetArrayViewFromImage(found.mask).sum()) == ball().sum()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        for path in pair:
            out.write(path, path.name)
    zipped = open_case(tmp_path / "a.zip", tmp_path / "work")
    for one, other in ((zipped.mask, found.mask), (zipped.phases[0], found.phases[0])):
        np.testing.assert_array_equal(sitk.GetArrayViewFromImage(one), sitk.GetArrayViewFromImage(other))


def test_errors_come_through_as_they_are(pair, tmp_path):
    write_volume(as_image(noise()), tmp_path / "other.nrrd")
    pair[0].write_bytes(pair[0].read_bytes()[:500])
    with pytest.raises(ImageError, match=r"\[IMAGE-TRUNCATED\]") as error:
        open_pair(*pair)
    assert "secret" not in str(error.value)
    write_volume(as_image(ball().astype(np.uint8), origin=(9, 9, 9)), tmp_path / "z_mask.nrrd")
    for path in pair:
        path.unlink()
    with pytest.raises(MaskError, match=r"\[MASK-GRID\]"):
        open_case(tmp_path, tmp_path / "work")


def test_a_hang_ends(pair, monkeypatch):
    monkeypatch.setattr(child, "SECONDS", 0.05)
    with pytest.raises(ImageError, match="DECODE-TIME"):
        open_pair(*pair)


def test_memory_is_limited(tmp_path, monkeypatch):
    """One GB of zeros packs into one MB; 8 GB of address space would hold it, 1 GB does not."""
    big = sitk.Image([1024, 1024, 512], sitk.sitkInt16)
    sitk.WriteImage(big, str(tmp_path / "big.nrrd"), useCompression=True)
    del big
    monkeypatch.setattr(child, "MEMORY", 1024**3)
    with pytest.raises(ImageError, match="DECODE-MEMORY"):
        open_pair(tmp_path / "big.nrrd", tmp_path / "big.nrrd")


@pytest.mark.parametrize("room", [10, 2000])
def test_a_full_disk_is_not_the_upload_s_fault(pair, room):
    """Without room for the request, or for what was read."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(CannotRun, match=r"\[DISK\].*TMPDIR"):
            open_pair(*pair)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_no_place_for_temporary_files(pair, monkeypatch):
    def full(**_):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(child.tempfile, "TemporaryDirectory", full)
    with pytest.raises(CannotRun, match=r"\[DISK\]"):
        open_pair(*pair)


@pytest.mark.parametrize("sign", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_crash_is_one_error(pair, monkeypatch, sign):
    class Crashing(subprocess.Popen):
        def wait(self, timeout=None):
            if self.poll() is None:
                os.kill(self.pid, sign)
            return super().wait(timeout)

    monkeypatch.setattr(subprocess, "Popen", Crashing)
    with pytest.raises(ImageError, match="DECODE-CRASH") as error:
        open_pair(*pair)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("faulty", ["image", "mask"])
def test_of_two_files_the_error_says_which(tmp_path, faulty):
    paths = {"image": tmp_path / "a.nii.gz", "mask": tmp_path / "b.nii.gz"}
    for name, path in paths.items():
        sitk.WriteImage(sitk.Image(8, 8, 8, sitk.sitkUInt8), str(path))
        if name == faulty:
            path.write_bytes(b"no image at all")
    with pytest.raises(ImageError, match=f"The {faulty} file must be"):
        open_pair(paths["image"], paths["mask"])
