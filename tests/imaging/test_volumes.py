"""Volumes on disk: whole, cut off, absurd, of another kind."""

import gzip
import os
import struct

import numpy as np
import pytest
import SimpleITK as sitk

from core.errors import CannotRun, ImageError
from core.imaging.volumes import read_volume, write_volume
from tests.volumes import as_image, ball, noise

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


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("kind", [sitk.sitkFloat32, sitk.sitkFloat64])
@pytest.mark.parametrize("values", [(np.nan,), (np.inf, -np.inf, np.nan)])
def test_nan_that_itk_would_set_to_0(tmp_path, suffix, kind, values):
    array = noise()
    array.ravel()[[5 * k for k in range(len(values))]] = values
    sitk.WriteImage(sitk.Cast(as_image(array), kind), str(tmp_path / f"secret{suffix}"))
    with pytest.raises(ImageError, match=rf"\[IMAGE-NAN\].*found {len(values)} NaN or infinite") as error:
        read_volume(tmp_path / f"secret{suffix}")
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_mask_that_is_partly_nan(tmp_path, suffix):
    mask = ball().astype(np.float32)
    mask[:3] = np.nan
    sitk.WriteImage(as_image(mask), str(tmp_path / f"secret{suffix}"))
    assert code_of(tmp_path / f"secret{suffix}") == "IMAGE-NAN"


def spoilt(tmp_path, suffix, at, data):
    """A NIfTI-1 file with other bytes at one place of its header."""
    sitk.WriteImage(IMAGE, str(tmp_path / "whole.nii"))
    whole = bytearray((tmp_path / "whole.nii").read_bytes())
    whole[at : at + len(data)] = data
    path = tmp_path / f"secret{suffix}"
    path.write_bytes(gzip.compress(bytes(whole)) if suffix.endswith(".gz") else bytes(whole))
    return path


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("at", [80, 84, 88, 108, 112, 116, 268, 280, 292])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_nifti_header_with_numbers_that_are_none(tmp_path, capfd, suffix, at, value):
    assert code_of(spoilt(tmp_path, suffix, at, struct.pack("<f", value))) == "IMAGE-READ"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("at", "data"),
    [
        *((at, struct.pack("<f", value)) for at in (80, 84, 88) for value in (0, -0.7)),
        *((70, struct.pack("<h", kind)) for kind in (0, 1, 3, 77, 1536, 2048, -4)),
        (344, b"ni1\0"),
    ],
)
def test_nifti_header_of_nonsense(tmp_path, capfd, at, data):
    assert code_of(spoilt(tmp_path, ".nii", at, data)) == "IMAGE-READ"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("suffix", "old"), [
    (".mha", "Offset = -3 "), (".mha", "ElementSpacing = 0.7"), (".mha", "TransformMatrix = 1 "),
    (".nrrd", "space directions: (0.7"), (".nrrd", "space origin: (-3"),
])  # fmt: skip
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400"])
def test_text_header_with_numbers_that_are_none(tmp_path, capfd, suffix, old, value):
    path = tmp_path / f"secret{suffix}"
    sitk.WriteImage(IMAGE, str(path))
    image = path.read_bytes().replace(b"0.69999999999999996", b"0.7")
    assert old.encode() in image
    new = old.rstrip(" -.0123456789") + (" " if suffix == ".mha" else "") + value + " " * old.endswith(" ")
    path.write_bytes(image.replace(old.encode(), new.encode()))
    assert code_of(path) == "IMAGE-READ"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("spoil", [False, True])
def test_nifti_in_either_byte_order(tmp_path, order, spoil):
    array = noise((3, 4, 5)).astype(f"{order}f4")
    head = bytearray(352)
    struct.pack_into(f"{order}i", head, 0, 348)
    struct.pack_into(f"{order}8h", head, 40, 3, 5, 4, 3, 1, 1, 1, 1)
    struct.pack_into(f"{order}2h", head, 70, 16, 32)
    struct.pack_into(f"{order}11f", head, 76, 1, 0.7, 0.8, 2, 1, 1, 1, 1, 352, 1, 0)
    struct.pack_into(f"{order}h", head, 252, 1)
    head[344:348] = b"n+1\0"
    array[1, 2, 3] = np.nan if spoil else 5
    (tmp_path / "secret.nii").write_bytes(bytes(head) + array.tobytes())
    if spoil:
        assert code_of(tmp_path / "secret.nii") == "IMAGE-NAN"
    else:
        np.testing.assert_array_equal(sitk.GetArrayFromImage(read_volume(tmp_path / "secret.nii")), array)


def test_nifti_2_which_itk_cannot_read(tmp_path):
    (tmp_path / "secret.nii").write_bytes(struct.pack("<i8s", 540, b"n+2\0\r\n\x1a\n") + b"\0" * 900)
    with pytest.raises(ImageError, match=r"\[IMAGE-READ\].*found NIfTI-2"):
        read_volume(tmp_path / "secret.nii")


def test_write_prints_no_path(tmp_path, capfd):
    for path in (tmp_path / "none" / "a.nii.gz", tmp_path / "a.unknown", tmp_path / "a.nii" / "a.nii"):
        (tmp_path / "a.nii").touch()
        with pytest.raises(CannotRun, match="WRITE") as error:
            write_volume(IMAGE, path)
        assert str(tmp_path) not in str(error.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("old", "new"), [
    (b"NDims = 3", b"NDims = 9"), (b"NDims = 3", b"NDims = 2"), (b"Offset = -3 4 5", b"Offset = -3 4"),
    (b"NDims = 3\n", b""), (b"TransformMatrix = 1 0 0 ", b"TransformMatrix = 1 0 "),
])  # fmt: skip
def test_mha_whose_fields_disagree(tmp_path, capfd, old, new):
    """Such a header crashes ITK or makes it print."""
    path = tmp_path / "secret.mha"
    sitk.WriteImage(IMAGE, str(path))
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    assert code_of(path) == "IMAGE-READ"
    assert capfd.readouterr() == ("", "")


def test_what_is_no_file_or_has_a_name_that_itk_dies_of(tmp_path):
    os.mkfifo(tmp_path / "pipe.nii.gz")
    assert code_of(tmp_path / "pipe.nii.gz") == code_of(tmp_path / f"{'a' * 300}.nii") == "IMAGE-READ"
    odd = tmp_path / os.fsdecode(b"caf\xe9.nii")
    with pytest.raises(CannotRun, match="UTF-8"):
        write_volume(IMAGE, odd)
    write_volume(IMAGE, tmp_path / "a.nii")
    (tmp_path / "a.nii").rename(odd)
    with pytest.raises(ImageError, match="UTF-8"):
        read_volume(odd)
