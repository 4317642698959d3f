"""Files that are written whole, and what a killed writer leaves."""

import os
import stat
import time
from pathlib import Path

import pytest

from core.commands.places import write_output
from core.files import DAY, clear_leftovers, write_whole


def test_a_reader_finds_the_former_or_the_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "one\n")
    path.chmod(0o640)
    write_whole(path, b"two\r\n")
    assert path.read_bytes() == b"two\r\n" and stat.S_IMODE(path.stat().st_mode) == 0o640

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="space"):
        write_whole(path, "three\n")
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"] and path.read_bytes() == b"two\r\n"


def test_a_result_goes_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.csv").write_text("old")
    (tmp_path / "a.csv").symlink_to(tmp_path / "real" / "a.csv")
    write_output(tmp_path / "a.csv", "new")
    assert (tmp_path / "a.csv").is_symlink() and (tmp_path / "real" / "a.csv").read_text() == "new"


def test_a_result_goes_into_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_output(pipe, "text")
    assert os.read(reader, 10) == b"text" and stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


def test_only_what_was_left_long_ago_goes(tmp_path: Path) -> None:
    old, new, other = (
        tmp_path / ".a-import-abcdefgh",
        tmp_path / ".a-import-12345678",
        tmp_path / ".a-import-x",
    )
    for folder in (old, new, other):
        folder.mkdir()
    for folder in (old, other):
        os.utime(folder, (time.time() - DAY - 60,) * 2)
    clear_leftovers(tmp_path, r"\.a-import-")
    assert {p.name for p in tmp_path.iterdir()} == {new.name, other.name}
