"""The memory that is left, with control groups as files."""

from pathlib import Path

import psutil
import pytest

from core import memory


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with 1,000 bytes left; the process is in the group app/worker."""
    monkeypatch.setattr(psutil, "virtual_memory", lambda: _Free)
    own = tmp_path / "cgroup"
    own.write_text("4:memory:/elsewhere\n0::/app/worker\n")
    monkeypatch.setattr(memory, "OWN", own)
    monkeypatch.setattr(memory, "GROUPS", tmp_path / "groups")
    (tmp_path / "groups/app/worker").mkdir(parents=True)
    return tmp_path / "groups"


class _Free:
    available = 1000


def limit(folder: Path, most: str, used: int, droppable: int = 0) -> None:
    (folder / "memory.max").write_text(f"{most}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {droppable}\n")


def test_without_a_limit_it_is_what_the_machine_has_left(groups: Path) -> None:
    assert memory.available() == 1000
    limit(groups / "app", "max", 900)
    assert memory.available() == 1000


def test_the_tightest_limit_on_the_way_to_the_root_counts(groups: Path) -> None:
    limit(groups / "app/worker", "900", 100)
    assert memory.available() == 800
    limit(groups / "app", "700", 200)
    assert memory.available() == 500
    limit(groups, "400", 390)  # what a container sees as its root
    assert memory.available() == 10
    limit(groups, "5000", 0)
    assert memory.available() == 500


def test_files_that_can_be_dropped_count_as_free_and_no_less_than_nothing_is_left(groups: Path) -> None:
    limit(groups / "app/worker", "900", 850, droppable=300)
    assert memory.available() == 350
    limit(groups / "app/worker", "900", 950)
    assert memory.available() == 0


def test_a_machine_without_control_groups(groups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(groups, "10", 0)
    monkeypatch.setattr(memory, "OWN", groups / "absent")
    monkeypatch.setattr(memory, "GROUPS", groups / "absent")
    assert memory.available() == 1000
