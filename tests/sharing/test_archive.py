"""Archives of a study: what goes round whole, and that nothing damaged or hostile leaves a trace."""

import hashlib
import io
import json
import os
import random
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import NodescopeError
from core.pipeline import Pipeline
from core.sharing import export_study, import_study
from core.sharing.layout import CONTENTS
from core.store import Store
from core.study.manifest import load_study
from tests.study_folder import MANIFEST, ROWS, write_rows

STAGE = "cohort_tests"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """A study of its tables, with files in folders and links."""
    root = tmp_path / "mine"
    (root / "images/deep").mkdir(parents=True)
    (root / "study.toml").write_text(MANIFEST)
    write_rows(root, ROWS)
    (root / "images/deep/P 01.nii.gz").write_bytes(random.Random(1).randbytes(3000))
    (root / "images/empty.txt").touch()
    (root / ".hidden").write_text("x")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "m.nii").write_bytes(bytes(5000))
    (root / "masks").symlink_to(elsewhere)
    return root


@pytest.fixture
def cache(study: Path, tmp_path: Path) -> Path:
    """A store with one result of the study."""
    Pipeline(load_study(study), Store(tmp_path / "cache")).run(lambda *_: None, only=STAGE)
    return tmp_path / "cache"


@pytest.fixture
def archive(study: Path, cache: Path, tmp_path: Path) -> Path:
    export_study(study, tmp_path / "mine.zip", cache)
    return tmp_path / "mine.zip"


def taken(source: Path | io.BytesIO, tmp_path: Path, **more: str) -> Path:
    return import_study(source, tmp_path / "new/studies", tmp_path / "new/cache", **more).folder


def content(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def refused(source: Path | io.BytesIO, tmp_path: Path, code: str) -> NodescopeError:
    """One clear error, and nothing left behind."""
    with pytest.raises(NodescopeError) as caught:
        taken(source, tmp_path)
    left = [p for p in (tmp_path / "new").rglob("*") if p.name not in ("studies", "cache")]
    assert caught.value.code == code and left == [], (str(caught.value), left)
    text = str(caught.value)
    assert "must" in text and str(tmp_path) not in text and "\n" not in text and caught.value.fix
    return caught.value


def test_a_study_and_its_results_go_round(study: Path, cache: Path, archive: Path, tmp_path: Path) -> None:
    told = []
    done = import_study(archive, tmp_path / "a", tmp_path / "b", progress=lambda *step: told.append(step))
    assert done.folder == tmp_path / "a/mine" and done.results == 1 and not done.fault
    assert sorted(content(done.folder)) == [
        "clinical.csv", "images/deep/P 01.nii.gz", "images/empty.txt", "masks/m.nii", "study.toml",
    ]  # fmt: skip
    for name, data in content(done.folder).items():
        assert (study / name).read_bytes() == data
    assert told[-1][1] == told[-1][2] > 8000 and [t[1] for t in told] == sorted(t[1] for t in told)
    old, new = (Pipeline(load_study(r), Store(c)) for r, c in ((study, cache), (done.folder, tmp_path / "b")))
    assert old.keys == new.keys and new.entry(STAGE) is not None
    assert content(cache / STAGE) == content(tmp_path / "b" / STAGE)
    assert oct((tmp_path / "a/mine").stat().st_mode & 0o777) == "0o755"


def test_what_stands_already_is_kept(archive: Path, tmp_path: Path) -> None:
    first = taken(archive, tmp_path)
    (first / "clinical.csv").write_text("mine now")
    with pytest.raises(NodescopeError, match="STUDY-EXISTS.*--name"):
        taken(archive, tmp_path)
    assert (first / "clinical.csv").read_text() == "mine now"
    assert taken(io.BytesIO(archive.read_bytes()), tmp_path, name="Zweite 2").name == "Zweite 2"
    assert import_study(archive, tmp_path / "new/studies", tmp_path / "new/cache", "x").results == 0


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".hidden", "a" * 101, "x\n", "/abs", "a\\b", "end "])
def test_a_name_that_is_none(name: str, archive: Path, tmp_path: Path) -> None:
    with pytest.raises(NodescopeError, match="STUDY-NAME"):
        taken(archive, tmp_path, name=name)
    assert not list((tmp_path / "new/studies").iterdir())


def test_without_results_and_with_faults(study: Path, tmp_path: Path) -> None:
    """A study that cannot be read travels too; its results cannot."""
    (study / "clinical.csv").write_text("patient\n")
    export_study(study, tmp_path / "f.zip")
    done = import_study(tmp_path / "f.zip", tmp_path / "a", tmp_path / "b")
    assert done.results == 0 and done.fault.startswith("[TABLE-")
    with pytest.raises(NodescopeError, match="TABLE-"):
        export_study(study, tmp_path / "g.zip", tmp_path / "cache")
    assert not (tmp_path / "g.zip").exists() and not list(tmp_path.glob(".*"))


def test_a_folder_without_a_study_and_a_name_that_cannot_travel(study: Path, tmp_path: Path) -> None:
    with pytest.raises(NodescopeError, match="STUDY-MISSING"):
        export_study(tmp_path, tmp_path / "f.zip")
    (study / "a\\b").touch()
    with pytest.raises(NodescopeError, match="EXPORT-NAME"):
        export_study(study, tmp_path / "f.zip")


def test_nothing_is_left_out_in_silence(study: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links to nowhere, links in a circle and folders without leave to read are named, all at once."""
    (study / "images/gone.nii").symlink_to(tmp_path / "nowhere")
    (study / "images/a").symlink_to(study / "images/b")
    (study / "images/b").symlink_to(study / "images/a")
    (study / "images/up").symlink_to(study)
    (study / "closed").mkdir()
    scandir = os.scandir

    def guarded(folder: Path) -> object:
        if Path(folder).name == "closed":
            raise PermissionError
        return scandir(folder)

    monkeypatch.setattr("os.scandir", guarded)
    with pytest.raises(NodescopeError) as caught:
        export_study(study, tmp_path / "f.zip")
    assert caught.value.code == "EXPORT-READ" and str(tmp_path) not in str(caught.value)
    for name in ("images/gone.nii", "images/a", "images/b", "images/up", "closed"):
        assert f"'{name}' (" in caught.value.found
    assert not (tmp_path / "f.zip").exists()


def test_two_links_to_one_folder_travel_twice(study: Path, tmp_path: Path) -> None:
    (study / "second_masks").symlink_to(tmp_path / "elsewhere")
    export_study(study, tmp_path / "f.zip")
    assert {"masks/m.nii", "second_masks/m.nii"} <= set(content(taken(tmp_path / "f.zip", tmp_path)))


def test_what_killed_commands_left_is_cleared_when_it_is_old(archive: Path, tmp_path: Path) -> None:
    studies, cache = tmp_path / "new/studies", tmp_path / "new/cache"
    kept = studies / ".mine-import-mine"
    for place in (studies / ".mine-import-abcd_012", cache / ".import-abcd_012", kept):
        (place / "study").mkdir(parents=True)
    (studies / ".m.zip-abcd_012").write_bytes(b"x")
    fresh = studies / ".other-import-abcd_012"
    fresh.mkdir()
    for place in (*studies.iterdir(), *cache.iterdir()):
        if place != fresh:
            os.utime(place, (0, 0))
    root = taken(archive, tmp_path)
    export_study(root, studies / "m.zip")
    assert {p.name for p in studies.iterdir()} == {"mine", "m.zip", kept.name, fresh.name}
    assert not list(cache.glob(".import-*"))


def test_the_archive_may_stand_in_the_study(study: Path) -> None:
    for _ in range(2):
        assert export_study(study, study / "mine.zip").files == 5


def test_every_cut_and_every_changed_byte_is_found(archive: Path, tmp_path: Path) -> None:
    data, rng = archive.read_bytes(), random.Random(3)
    for at in [0, 1, 30, *rng.sample(range(len(data)), 25), len(data) - 1]:
        with pytest.raises(NodescopeError) as caught:
            taken(io.BytesIO(data[:at]), tmp_path)
        assert caught.value.code in ("ARCHIVE-READ", "ARCHIVE-DAMAGED")
    whole = content(taken(archive, tmp_path))
    for number, at in enumerate(rng.sample(range(len(data)), 150)):
        changed = data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
        try:
            found = taken(io.BytesIO(changed), tmp_path, name=f"n{number}")
        except NodescopeError as error:
            assert error.code.startswith("ARCHIVE-")
            continue
        assert content(found) == whole  # a byte that says nothing: a time, a version


def rewritten(archive: Path, change: Callable[[dict[str, bytes]], None], listed: bool = True) -> io.BytesIO:
    """The archive with other members; with ``listed`` its list tells the truth about them."""
    with zipfile.ZipFile(archive) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    said = json.loads(members.pop(CONTENTS))
    change(members)
    if listed:
        said["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in {**members, CONTENTS: json.dumps(said).encode()}.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return out


@pytest.mark.parametrize(
    "name",
    [
        "study/../../evil", "/etc/evil", "study\\evil", "../evil", "study//evil", "study/./evil", "study/",
        "C:/evil\n", "results/../../evil", "study/.evil", "study/.evil/x", "study/study.toml/evil",
        f"study/{'evil' * 80}",
    ],
)  # fmt: skip
def test_names_that_leave_the_archive(name: str, archive: Path, tmp_path: Path) -> None:
    source = rewritten(archive, lambda members: members.update({name: b"x"}))
    refused(source, tmp_path, "ARCHIVE-PATH")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["evil", "other/evil", "C:/evil"])
def test_files_of_no_study(name: str, archive: Path, tmp_path: Path) -> None:
    refused(rewritten(archive, lambda members: members.update({name: b"x"})), tmp_path, "ARCHIVE-FORMAT")


def test_links_doubles_passwords_and_bombs(archive: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("study/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    for info, code in ((link, "ARCHIVE-PATH"), (zipfile.ZipInfo("study/study.toml"), "ARCHIVE-TWICE")):
        source = io.BytesIO(archive.read_bytes())
        with zipfile.ZipFile(source, "a") as packed, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            packed.writestr(info, "/etc/passwd")
        refused(source, tmp_path, code)
    data = bytearray(archive.read_bytes())
    first = data.index(b"PK\x01\x02")
    data[first + 8] |= 1
    refused(io.BytesIO(bytes(data)), tmp_path, "ARCHIVE-ENCRYPTED")


@pytest.mark.parametrize("size", [1 << 31, (1 << 32) - 2])
def test_a_file_that_announces_more_than_it_holds(size: int, archive: Path, tmp_path: Path) -> None:
    data = bytearray(archive.read_bytes())
    first = data.index(b"PK\x01\x02")
    data[first + 24 : first + 28] = size.to_bytes(4, "little")
    refused(io.BytesIO(bytes(data)), tmp_path, "ARCHIVE-DAMAGED")


def test_a_bomb_is_refused_by_its_headers(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = rewritten(archive, lambda members: members.update({"study/zeros": bytes(30_000_000)}))
    monkeypatch.setattr("core.sharing.unpacking.MOST_BYTES", 20_000_000)
    assert "GB" in refused(bomb, tmp_path, "ARCHIVE-SIZE").expected
    monkeypatch.setattr("core.sharing.unpacking.MOST_BYTES", 1 << 40)
    monkeypatch.setattr(
        "core.sharing.take.shutil.disk_usage", lambda _: type("Disk", (), {"free": 1_000_000})
    )
    assert "disk" in refused(bomb, tmp_path, "ARCHIVE-SIZE").expected


def test_what_the_list_does_not_say(archive: Path, tmp_path: Path) -> None:
    for change in (
        lambda members: members.pop("study/clinical.csv"),
        lambda members: members.update({"study/more": b"x"}),
    ):
        refused(rewritten(archive, change, listed=False), tmp_path, "ARCHIVE-DAMAGED")
    changed = rewritten(archive, lambda m: m.update({"study/clinical.csv": b"x"}), listed=False)
    refused(changed, tmp_path, "ARCHIVE-ALTERED")
    refused(rewritten(archive, lambda m: m.pop("study/study.toml")), tmp_path, "ARCHIVE-FORMAT")


def result(members: dict[str, bytes], name: str) -> str:
    return next(n for n in members if n.startswith(f"results/{STAGE}/") and n.endswith(name))


def _number(members: dict[str, bytes]) -> None:
    name = next(n for n in members if n.startswith("results/") and not n.endswith("manifest.json"))
    members[name] += b" "


def _key(members: dict[str, bytes]) -> None:
    for name in [n for n in members if n.startswith("results/")]:
        stage, _, file = name.split("/")[1:]
        members[f"results/{stage}/{'0' * 20}/{file}"] = members.pop(name)


def _manifest(**more: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        name = result(members, "manifest.json")
        members[name] = json.dumps({**json.loads(members[name]), **more}).encode()

    return change


def _stage(members: dict[str, bytes]) -> None:
    for name in [n for n in members if n.startswith("results/")]:
        members[name.replace(STAGE, "weights")] = members.pop(name)


def _pickle(members: dict[str, bytes]) -> None:
    name = result(members, "manifest.json")
    said = json.loads(members[name])
    said["files"]["model.pkl"] = hashlib.sha256(b"x").hexdigest()
    members[name], members[name.replace("manifest.json", "model.pkl")] = json.dumps(said).encode(), b"x"


@pytest.mark.parametrize(
    "change",
    [
        _number, _key, _stage, _pickle, _manifest(settings={"trees": 5}), _manifest(stage="masks"),
        _manifest(files=None), lambda m: m.update({result(m, "manifest.json"): b"[1"}),
        lambda m: m.update({result(m, "manifest.json").replace("manifest", "more"): b"{}"}),
        lambda m: m.update({"results/masks": b""}), lambda m: m.update({"results/masks/x": b""}),
    ],
)  # fmt: skip
def test_results_that_their_manifest_does_not_confirm(
    change: Callable[[dict[str, bytes]], None], archive: Path, tmp_path: Path
) -> None:
    refused(rewritten(archive, change), tmp_path, "ARCHIVE-RESULT")


def _objects() -> bytes:
    out = io.BytesIO()
    np.save(out, np.array([print], object), allow_pickle=True)
    return out.getvalue()


@pytest.mark.parametrize(
    ("file", "data"),
    [
        ("x.parquet", b"junk"), ("x.npy", b"junk"), ("x.npy", _objects()), ("x.json", b"{"),
        ("x.json", b"[" * 100_000), ("bundle.bin", b"junk"), ("model.bin", b"junk"),
    ],
)  # fmt: skip
def test_results_that_do_not_read(file: str, data: bytes, archive: Path, tmp_path: Path) -> None:
    """With checksums that are right: what they cover was never a result."""

    def change(members: dict[str, bytes]) -> None:
        name = result(members, "manifest.json")
        said = json.loads(members[name])
        said["files"][file] = hashlib.sha256(data).hexdigest()
        members[name], members[name.replace("manifest.json", file)] = json.dumps(said).encode(), data

    refused(rewritten(archive, change), tmp_path, "ARCHIVE-RESULT")


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04", bytes(1000)])
def test_what_is_no_archive(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "f.zip").write_bytes(data)
    refused(tmp_path / "f.zip", tmp_path, "ARCHIVE-READ")
    refused(tmp_path / "absent.zip", tmp_path, "ARCHIVE-READ")


def test_another_zip_and_another_format(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "f.zip", "w") as packed:
        packed.writestr("study.toml", MANIFEST)
    assert "export" in refused(tmp_path / "f.zip", tmp_path, "ARCHIVE-FORMAT").fix
    for said in ({"format": 2}, [], {"format": 1}, {"format": 1, "study": "x", "files": []}):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as packed:
            packed.writestr(CONTENTS, json.dumps(said))
        refused(out, tmp_path, "ARCHIVE-FORMAT" if said == {"format": 2} else "ARCHIVE-DAMAGED")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(CONTENTS, "[" * 100_000)
    refused(out, tmp_path, "ARCHIVE-DAMAGED")
