"""Files in the way of a new one: they get another name and are never deleted, whoever made them."""

import filecmp
from itertools import count
from pathlib import Path

DAMAGED, EARLIER = "damaged", "earlier"


def set_aside(path: Path, why: str) -> str:
    """Rename ``NAME`` to the first of NAME.why, NAME.why2, ... that is free; the new name. Raises OSError."""
    names = (f"{path.name}.{why}{number if number > 1 else ''}" for number in count(1))
    free = next(place for place in map(path.with_name, names) if not (place.exists() or place.is_symlink()))
    path.rename(free)
    return free.name


def put(part: Path, target: Path) -> str:
    """Give ``part`` the name ``target``; another file that had it is set aside: its new name, else "".

    Raises OSError.
    """
    other = target.is_file() and not filecmp.cmp(part, target, shallow=False)
    name = set_aside(target, EARLIER) if other else ""
    part.replace(target)
    return name
