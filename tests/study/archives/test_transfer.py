"""One file: whole and checked under its name, or not there."""

import socket
import time
from dataclasses import replace

import pytest

from core.errors import CannotRun
from core.study.archives.bucket import list_objects
from core.study.archives.transfer import CHUNK, Client, Remote, describe, fetch, size_of

DATA = bytes(range(256)) * 4000  # 1 MB


@pytest.fixture
def remote(archive, client):
    archive.files["a/file.bin"] = DATA
    return describe(f"{archive.url}/a/file.bin", client)


def files(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_size_and_hash_come_from_the_server(remote):
    assert remote.size == len(DATA)
    assert len(remote.md5) == 32
    assert Remote("x", 1, '"0123456789abcdef0123456789abcdef-12"').md5 == ""


def test_a_file_arrives_whole_and_is_not_asked_for_again(archive, client, remote, tmp_path):
    counts = []
    fetch(remote, tmp_path / "f.bin", replace(client, arrived=counts.append))
    assert (tmp_path / "f.bin").read_bytes() == DATA
    assert sum(counts) == len(DATA)
    fetch(remote, tmp_path / "f.bin", client)
    assert archive.served["a/file.bin"] == len(DATA)
    assert files(tmp_path) == ["f.bin"]


def test_a_cut_connection_is_taken_up_where_it_broke(archive, client, remote, tmp_path):
    archive.faults["a/file.bin"] = ["cut", "cut"]
    counts = []
    fetch(remote, tmp_path / "f.bin", replace(client, arrived=counts.append))
    assert (tmp_path / "f.bin").read_bytes() == DATA
    assert sum(counts) == len(DATA)
    assert archive.served["a/file.bin"] <= len(DATA) + 2 * CHUNK


def test_a_file_cut_once_too_often_goes_on_in_the_next_run(archive, client, remote, tmp_path):
    archive.faults["a/file.bin"] = ["cut"] * 3
    with pytest.raises(CannotRun, match=r"FETCH-CUT.*cut connection.*what is complete is kept"):
        fetch(remote, tmp_path / "f.bin", client)
    assert all(name.endswith(".part") for name in files(tmp_path))
    counts = []
    fetch(remote, tmp_path / "f.bin", replace(client, arrived=counts.append))
    assert (tmp_path / "f.bin").read_bytes() == DATA
    assert sum(counts) == len(DATA)
    assert archive.bytes_served() <= len(DATA) + 3 * CHUNK


def test_a_file_that_changed_meanwhile_is_never_mixed(archive, client, remote, tmp_path):
    archive.faults["a/file.bin"] = ["cut"] * 3
    with pytest.raises(CannotRun):
        fetch(remote, tmp_path / "f.bin", client)
    archive.files["a/file.bin"] = newer = DATA[::-1]
    with pytest.raises(CannotRun, match="FETCH-DAMAGED"):  # what was announced is not there any more
        fetch(remote, tmp_path / "f.bin", client)
    fetch(describe(remote.url, client), tmp_path / "f.bin", client)
    assert (tmp_path / "f.bin").read_bytes() == newer


def test_a_wrong_hash_is_refused(archive, client, remote, tmp_path):
    archive.faults["a/file.bin"] = ["wrong"] * 5
    with pytest.raises(CannotRun, match=r"FETCH-DAMAGED.*another hash"):
        fetch(remote, tmp_path / "f.bin", client)
    assert files(tmp_path) == []
    archive.faults["a/file.bin"] = ["wrong"]  # once only: asked for again
    fetch(remote, tmp_path / "f.bin", client)
    assert (tmp_path / "f.bin").read_bytes() == DATA


def test_without_a_hash_the_size_decides(archive, client, tmp_path):
    archive.files["b"], archive.parts_etag = DATA, True
    fetch(replace(describe(f"{archive.url}/b", client), size=len(DATA)), tmp_path / "b", client)
    with pytest.raises(CannotRun, match=r"FETCH-DAMAGED.*1,024,000 bytes instead of 7"):
        fetch(Remote(f"{archive.url}/b", 7), tmp_path / "c", client)
    assert files(tmp_path) == ["b"]


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ([500] * 3, "FETCH-SERVER"),
        ([404], "FETCH-MISSING"),
        ([403], "FETCH-MISSING"),
        (["hang"] * 3, "FETCH-TIMEOUT"),
    ],
)
def test_a_server_that_fails(archive, client, remote, tmp_path, faults, code):
    archive.faults["a/file.bin"] = faults
    with pytest.raises(CannotRun, match=code) as error:
        fetch(remote, tmp_path / "f.bin", client)
    assert error.value.exit_code == 2
    assert str(tmp_path) not in str(error.value)
    assert not (tmp_path / "f.bin").exists()
    fetch(remote, tmp_path / "f.bin", client)
    assert (tmp_path / "f.bin").read_bytes() == DATA


@pytest.mark.parametrize("fault", ["trickle", "slow head"])
def test_a_server_that_sends_a_byte_now_and_then(archive, client, remote, tmp_path, monkeypatch, fault):
    """No read ever takes as long as the timeout; what came before is kept, and goes on."""
    monkeypatch.setattr("core.pace.WINDOW", 0.2)
    archive.faults["a/file.bin"] = ["trickle", fault, fault]
    with pytest.raises(CannotRun, match=r"FETCH-TIMEOUT.*less than 1 kB a second.*what is complete is kept"):
        fetch(remote, tmp_path / "f.bin", client)
    monkeypatch.undo()
    (part,) = tmp_path.iterdir()
    kept = part.stat().st_size
    assert kept >= len(DATA) // 2 - CHUNK and part.name.endswith(".part")
    before = archive.served["a/file.bin"]
    fetch(remote, tmp_path / "f.bin", client)
    assert (tmp_path / "f.bin").read_bytes() == DATA
    assert archive.served["a/file.bin"] - before == len(DATA) - kept


def test_a_listing_that_trickles(archive, client, monkeypatch):
    monkeypatch.setattr("core.pace.WINDOW", 0.2)
    archive.faults["?"] = ["slow head"] * 3
    with pytest.raises(CannotRun, match="FETCH-TIMEOUT"):
        list_objects(archive.url, "bucket", "", client)


def test_time_that_the_reader_takes_is_not_the_servers(client, remote, tmp_path, monkeypatch):
    monkeypatch.setattr("core.pace.WINDOW", 0.1)
    monkeypatch.setattr("core.pace.FLOOR", 1e6)
    slow = replace(client, arrived=lambda _: time.sleep(0.1), pauses=())
    fetch(remote, tmp_path / "f.bin", slow)
    assert (tmp_path / "f.bin").read_bytes() == DATA


def test_a_server_that_recovers_is_asked_again(archive, client, remote, tmp_path):
    archive.faults["a/file.bin"] = [500, 503]
    fetch(remote, tmp_path / "f.bin", client)
    assert archive.served["a/file.bin"] == len(DATA)


def test_no_network(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/x"
    with pytest.raises(CannotRun, match=r"FETCH-OFFLINE.*no connection"):
        describe(url, Client(pauses=(0,)))
    with pytest.raises(CannotRun, match="FETCH-OFFLINE"):
        describe("http://nowhere.invalid/x", Client(pauses=(0,)))


def test_stopped_halfway_it_goes_on(archive, client, remote, tmp_path):
    seen = []
    stopping = replace(client, arrived=seen.append, cancelled=lambda: sum(seen) > 0)
    with pytest.raises(CannotRun, match="FETCH-STOPPED"):
        fetch(remote, tmp_path / "f.bin", stopping)
    assert not (tmp_path / "f.bin").exists()
    fetch(remote, tmp_path / "f.bin", client)
    assert (tmp_path / "f.bin").read_bytes() == DATA


def test_a_full_disk_is_said(archive, client, remote, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotRun, match="FETCH-DISK"):
        fetch(remote, tmp_path / "taken" / "f.bin", client)


def test_a_listing_comes_in_pages(archive, client, tmp_path):
    for k in range(7):
        archive.files[f"bucket/series/{k} +.dcm"] = bytes(k)
    found = list_objects(archive.url, "bucket", "series/", client)
    assert [remote.size for remote in found] == list(range(7))
    assert archive.asked["?"] == 3
    fetch(found[6], tmp_path / "f.dcm", client)  # a key with a blank and a plus
    assert (tmp_path / "f.dcm").stat().st_size == 6


def test_a_login_page_is_no_listing(archive, client):
    archive.faults["?"] = ["login"]
    with pytest.raises(CannotRun, match="FETCH-LISTING"):
        list_objects(archive.url, "bucket", "", client)


@pytest.mark.parametrize("where", ["http://[::1", "file:///etc/passwd", "http://\x07", "nonsense", "http://"])
def test_an_address_that_is_none(archive, client, remote, tmp_path, where):
    """As a mirror's name, and as the place that a redirect leads to."""
    with pytest.raises(CannotRun, match=r"FETCH-ADDRESS.*must have an address"):
        describe(f"{where}/x" if where == "nonsense" else where, client)
    if where in ("http://[::1", "file:///etc/passwd"):
        archive.faults["a/file.bin"] = [(b"", {"Location": where}, 302)]
        with pytest.raises(CannotRun, match="FETCH-ADDRESS"):
            fetch(remote, tmp_path / "f.bin", client)


def test_redirects_in_a_circle(archive, client, remote):
    archive.faults["a/file.bin"] = [(b"", {"Location": remote.url}, 302)] * 200
    with pytest.raises(CannotRun, match="FETCH-ADDRESS"):
        describe(remote.url, client)


def test_a_name_and_password_in_an_address_are_never_said(archive, client):
    for url in ("http://me:secret@127.0.0.1:1/x", archive.url.replace("://", "://me:secret@") + "/absent"):
        with pytest.raises(CannotRun, match=r"127\.0\.0\.1:\d+ must") as error:
            describe(url, client)
        assert "secret" not in str(error.value) and "me:" not in str(error.value)


@pytest.mark.parametrize("length", ["9" * 5000, "\u00b2", "-1", "abc"])
def test_a_size_that_is_none(length):
    assert size_of(length) is None and size_of("12") == 12


def test_no_more_is_taken_than_was_announced(archive, client, tmp_path, monkeypatch):
    archive.files["b"] = DATA
    with pytest.raises(CannotRun, match=r"FETCH-DAMAGED.*1,024,000 bytes instead of 100"):
        fetch(Remote(f"{archive.url}/b", 100), tmp_path / "b", client)
    monkeypatch.setattr("core.study.archives.transfer.MOST", 1000)
    with pytest.raises(CannotRun, match=r"FETCH-DAMAGED.*instead of 1,000"):
        fetch(Remote(f"{archive.url}/b"), tmp_path / "b", client)
    monkeypatch.setattr("core.study.archives.transfer._announced", lambda _: None)
    with pytest.raises(CannotRun, match=r"FETCH-DAMAGED.*more than 1,000"):
        fetch(Remote(f"{archive.url}/b"), tmp_path / "b", client)
    assert files(tmp_path) == []


SPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
ITEM = "<Contents><Key>k</Key><Size>{}</Size></Contents>"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f"<ListBucketResult {SPACE}>{ITEM.format('abc')}</ListBucketResult>", "without a size"),
        ("<html><body>Log in</body></html>", "something else"),
        ("<?xml version='1.0' encoding='nonsense'?><a/>", "something else"),
        (f"<!DOCTYPE x><ListBucketResult {SPACE}/>", "something else"),
        (f"<ListBucketResult {SPACE}><NextContinuationToken>1</NextContinuationToken></ListBucketResult>",
         "without an end"),
        ("<a/>" + " " * 3000, "more than"),
    ],
)  # fmt: skip
def test_a_listing_that_is_none(archive, client, monkeypatch, body, found):
    monkeypatch.setattr("core.study.archives.bucket.LONGEST", 2000)
    archive.faults["?"] = [(body.encode(), {}, 200)] * 3
    with pytest.raises(CannotRun, match=rf"FETCH-LISTING.*{found}"):
        list_objects(archive.url, "bucket", "", client)
