"""Zips that are whole, damaged or hostile."""

import io
import stat
import zipfile

import pytest

from core.errors import ImageError
from core.imaging import archive
from core.imaging.opening import open_case


def zipped(members):
    """A zip in memory of (name, content) pairs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members:
            out.writestr(name, content)
    file.seek(0)
    return file


def refused(source, tmp_path):
    with pytest.raises(ImageError) as error:
        archive.unpack(source, tmp_path / "out")
    assert not (tmp_path / "out").exists() and not (tmp_path / "evil").exists()
    assert not [p for p in tmp_path.iterdir() if p.is_dir()]
    return error.value.code


def test_unpacks(tmp_path):
    archive.unpack(zipped([("case/a.txt", "1"), ("case/deep/b.txt", "2" * 10_000)]), tmp_path / "out")
    assert (tmp_path / "out/case/deep/b.txt").read_text() == "2" * 10_000


def test_unpacks_from_a_path_into_an_empty_folder(tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped([("a", "1")]).getvalue())
    (tmp_path / "out").mkdir()
    archive.unpack(tmp_path / "a.zip", tmp_path / "out")
    assert (tmp_path / "out/a").read_text() == "1"


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "C:\\evil", "..\\evil"])
def test_names_that_leave_the_folder(tmp_path, name):
    assert refused(zipped([("ok", "1"), (name, "2")]), tmp_path) == "ARCHIVE-PATH"


def test_links(tmp_path):
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refused(zipped([(link, "/etc/passwd")]), tmp_path) == "ARCHIVE-PATH"


def test_too_many_and_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    assert refused(zipped([(f"{i}", "") for i in range(4)]), tmp_path) == "ARCHIVE-FILES"
    monkeypatch.setattr(archive, "MAX_BYTES", 1000)
    assert refused(zipped([("bomb", "0" * 1001)]), tmp_path) == "ARCHIVE-SIZE"


def test_encrypted(tmp_path):
    data = bytearray(zipped([("a", "1")]).getvalue())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert refused(io.BytesIO(data), tmp_path) == "ARCHIVE-ENCRYPTED"


@pytest.mark.parametrize("damage", ["cut", "bits"])
def test_damaged(tmp_path, damage):
    whole = zipped([("a", bytes(range(256)) * 400), ("b", "2")]).getvalue()
    bits = whole[:60] + bytes([whole[60] ^ 0xFF]) + whole[61:]
    data = {"cut": whole[: len(whole) // 2], "bits": bits}[damage]
    assert refused(io.BytesIO(data), tmp_path) == "ARCHIVE-CORRUPT"


@pytest.mark.parametrize(("content", "found"), [
    (None, "no such file"), (b"", "an empty file"), (b"no zip", "a file that is not a zip archive"),
])  # fmt: skip
def test_what_is_no_zip(tmp_path, content, found):
    path = tmp_path / "secret.zip"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImageError) as error:
        open_case(path, tmp_path / "out")
    assert (error.value.code, error.value.found) == ("ARCHIVE-READ", found)
    assert "secret" not in str(error.value) and not (tmp_path / "out").exists()
    if content is not None:
        assert refused(io.BytesIO(content), tmp_path) == "ARCHIVE-READ"


def test_a_zip_behind_other_bytes(tmp_path):
    """As self-extracting archives are."""
    archive.unpack(io.BytesIO(b"#!/bin/sh\n" + zipped([("a", "1")]).getvalue()), tmp_path / "out")
    assert (tmp_path / "out/a").read_text() == "1"
