from pathlib import Path

import pytest

from core.errors import StudyError
from core.importing.server_folder import VARIABLE, ServerFolder, server_folder


@pytest.fixture
def server(tmp_path: Path) -> ServerFolder:
    root = tmp_path / "data"
    (root / "study" / "images").mkdir(parents=True)
    (root / ".ssh").mkdir()
    (root / ".ssh" / "key").write_text("secret")
    (root / "study" / "table.csv").write_text("patient\n")
    (root / "study" / "notes.md").write_text("")
    (tmp_path / "elsewhere").mkdir()
    (root / "out").symlink_to(tmp_path / "elsewhere")
    return ServerFolder(root)


def test_what_lies_inside_is_found_and_named_without_its_place(server: ServerFolder) -> None:
    assert server.at("study/table.csv").read_text() == "patient\n"
    assert server.at(str(server.root / "study")) == server.at(" study ")
    assert server.name(server.at("study/images")) == "study/images"
    assert server.name(server.at("")) == ""
    assert server.folders("study") == ["images"]
    assert server.folders("") == ["out", "study"]
    assert server.files("study", (".csv",)) == ["table.csv"]


@pytest.mark.parametrize(
    "name", ["/etc", "/etc/passwd", "..", "../elsewhere", "study/../../elsewhere", "out", ".ssh", ".ssh/key"]
)
def test_nothing_else_is_seen(name: str, server: ServerFolder, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        server.at(name)
    assert caught.value.code == "PLACE-OUTSIDE"
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize("name", ["no/such", "a\0b", "x" * 5000])
def test_what_is_not_there_is_said_without_a_path(name: str, server: ServerFolder, tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        server.at(name)
    assert caught.value.code == "PLACE-MISSING"
    assert str(tmp_path) not in str(caught.value)


def test_a_server_that_others_reach_opens_no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("NODESCOPE_STUDIES", str(tmp_path))
    assert server_folder(alone=True).root == Path.home()
    assert server_folder(alone=False).root == tmp_path
    monkeypatch.setenv(VARIABLE, str(tmp_path / "data"))
    assert server_folder(alone=True).root == server_folder(alone=False).root == tmp_path / "data"


def test_a_link_to_itself_hides_no_other(server: ServerFolder) -> None:
    before = server.folders("")
    (server.root / "again").symlink_to("again")
    assert server.folders("") == before and server.files("", [""]) is not None
