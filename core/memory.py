"""Memory that this process may still take: what the machine has left, or its container if that is less."""

from pathlib import Path

import psutil

GROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def available() -> int:
    """Bytes that can be taken without swapping, and without a limit of the container ending the process."""
    return min([int(psutil.virtual_memory().available), *_left_in_groups()])


def _left_in_groups() -> list[int]:
    """What each control group above this process with a limit has left (cgroup v2: `memory.max`)."""
    return [left for folder in _groups() if (left := _left(folder)) is not None]


def _groups() -> list[Path]:
    """The folder of the process's own group and those above it, up to the root."""
    lines = OWN.read_text(encoding="utf-8").splitlines() if OWN.is_file() else []
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), "")
    return [GROUPS / own, *(GROUPS / above for above in Path(own).parents)]


def _left(folder: Path) -> int | None:
    """The limit less what is used, cached files not counted; None without a limit."""
    try:
        most = int((folder / "memory.max").read_text())  # "max": no limit
        used = int((folder / "memory.current").read_text())
        parts = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):
        return None
    return max(most - used + int(parts.get("inactive_file", 0)), 0)
