"""Volumes on disk: whole, cut off, absurd, of another kind."""

import gzip
import struct

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import CannotRun, ImageError
from core.imaging.volumes import read_volume, write_volume
from tests.volumes import as_image, noise

FORMATS = (".nii", ".nii.gz", ".nrrd", ".mha")
IMAGE = as_image(noise(), (0.7, 0.8, 2.0), (-3, 4, 5))


def code_of(path):
    with pytest.raises(ImageError) as error:
        read_volume(path)
    assert "secret" not in str(error.value)
    return error.value.code


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "kind", [sitk.sitkFloat32, sitk.sitkInt16, sitk.sitkUInt8, sitk.sitkFloat64, sitk.sitkUInt32]
)
def test_round_trip(tmp_path, suffix, kind):
    image = sitk.Cast(IMAGE, kind)
    write_volume(image, tmp_path / f"a{suffix}")
    again = read_volume(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(sitk.GetArrayFromImage(again), sitk.GetArrayFromImage(image))
    assert again.GetSpacing() == pytest.approx(image.GetSpacing())
    assert [p.name for p in tmp_path.iterdir()] == [f"a{suffix}"]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("suffix", [*FORMATS, ".mhd"])
@pytest.mark.parametrize("share", [0.003, 0.2, 0.7, 0.999])
def test_cut_off(tmp_path, capfd, suffix, share, packed):
    path = tmp_path / f"secret{suffix}"
    sitk.WriteImage(IMAGE, str(path), useCompression=packed)
    voxels = next((p for p in tmp_path.iterdir() if p.suffix in (".raw", ".zraw")), path)
    whole = voxels.read_bytes()
    voxels.write_bytes(whole[: int(len(whole) * share)])
    assert code_of(path) in ("IMAGE-TRUNCATED", "IMAGE-READ")
    assert share < 0.01 or code_of(path) == "IMAGE-TRUNCATED"
    assert capfd.readouterr() == ("", "")


def test_absurd_nifti_header(tmp_path):
    sitk.WriteImage(IMAGE, str(tmp_path / "secret.nii"))
    data = bytearray((tmp_path / "secret.nii").read_bytes())
    data[40:48] = struct.pack("<4h", 3, 32000, 32000, 32000)
    (tmp_path / "secret.nii").write_bytes(data)
    (tmp_path / "secret.nii.gz").write_bytes(gzip.compress(bytes(data)))
    assert code_of(tmp_path / "secret.nii") == code_of(tmp_path / "secret.nii.gz") == "IMAGE-SIZE"


@pytest.mark.parametrize(("suffix", "old", "new"), [
    (".nrrd", b"sizes: 28 24 20", b"sizes: 32000 32000 32000"),
    (".mha", b"DimSize = 28", b"DimSize = 32000000"),
])  # fmt: skip
def test_absurd_text_header(tmp_path, suffix, old, new):
    path = tmp_path / f"secret{suffix}"
    sitk.WriteImage(IMAGE, str(path))
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    assert code_of(path) == "IMAGE-SIZE"


@pytest.mark.parametrize("suffix", [*FORMATS, ".mhd"])
@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\0" * 4000, b"NRRD0004\ntype: float\nsizes: x\n\n", b"\x1f\x8b junk"]
)
def test_garbage(tmp_path, capfd, suffix, content):
    (tmp_path / f"secret{suffix}").write_bytes(content)
    assert code_of(tmp_path / f"secret{suffix}") in ("IMAGE-READ", "IMAGE-TRUNCATED", "IMAGE-SIZE")
    assert capfd.readouterr() == ("", "")


def test_flipped_bits_in_compressed_voxels(tmp_path):
    path = tmp_path / "secret.nii.gz"
    write_volume(IMAGE, path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert code_of(path) in ("IMAGE-READ", "IMAGE-TRUNCATED")


def test_no_file_and_other_kind(tmp_path):
    (tmp_path / "secret.png").write_bytes(b"x")
    assert code_of(tmp_path / "secret.png") == code_of(tmp_path / "secret.nii") == "IMAGE-READ"


def test_detached_voxels_of_another_folder_stay_unread(tmp_path):
    """A header must not make the server read another of its files."""
    (tmp_path / "deep").mkdir()
    sitk.WriteImage(IMAGE, str(tmp_path / "a.mhd"))
    header = (tmp_path / "a.mhd").read_text()
    (tmp_path / "deep" / "secret.mhd").write_text(header.replace("a.raw", "../a.raw"))
    assert code_of(tmp_path / "deep" / "secret.mhd") == "IMAGE-READ"
    nrrd = "NRRD0004\ntype: float\ndimension: 3\nsizes: 28 24 20\nencoding: raw\ndata file: a.raw\n\n"
    (tmp_path / "secret.nrrd").write_text(nrrd)
    assert code_of(tmp_path / "secret.nrrd") == "IMAGE-READ"


def test_dimension(tmp_path):
    sitk.WriteImage(sitk.JoinSeries([IMAGE]), str(tmp_path / "a.nii.gz"))
    assert read_volume(tmp_path / "a.nii.gz").GetSize() == IMAGE.GetSize()
    sitk.WriteImage(sitk.JoinSeries([IMAGE, IMAGE]), str(tmp_path / "secret.nii.gz"))
    assert code_of(tmp_path / "secret.nii.gz") == "IMAGE-DIMENSION"
    sitk.WriteImage(sitk.Compose(IMAGE, IMAGE, IMAGE), str(tmp_path / "secret.mha"))
    assert code_of(tmp_path / "secret.mha") == "IMAGE-DIMENSION"


def test_write_where_nothing_can_be_written(tmp_path):
    with pytest.raises(CannotRun, match="WRITE"):
        write_volume(IMAGE, tmp_path / "none" / "a.nii.gz")
    with pytest.raises(CannotRun, match="WRITE"):
        write_volume(IMAGE, tmp_path / "a.unknown")


@pytest.mark.parametrize("case", ["breast1", "brain1", "lung1"])
def test_real_files(shared, case):
    path = shared / "data" / "pyradiomics" / f"{case}_image.nrrd"
    assert read_volume(path).GetSize() == sitk.ReadImage(str(path)).GetSize()
