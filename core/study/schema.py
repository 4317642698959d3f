"""Typed reading of study.toml: every value is checked before anything uses it."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath, PureWindowsPath
from string import Formatter
from typing import Any

from core.errors import StudyError
from core.faults import RAISE, Faults

MANIFEST = "study.toml"
LONGEST_SHOWN = 80
LONGEST_FORMAT = 3  # {phase:02d}
SEE = "Correct it; see docs/study.md."


class Section:
    """One section of study.toml; what is not as it must be is a StudyError (STUDY-KEY) for ``faults``.

    In the place of a value at fault stands its default, else an empty one. ``lost``: keys that could not be
    read and are not missed; ``needed``: the section must not be empty.
    """

    def __init__(
        self,
        values: Any,
        name: str,
        known: Sequence[str],
        faults: Faults = RAISE,
        lost: Sequence[str] = (),
        needed: bool = False,
    ) -> None:
        self.name, self.faults, self.lost = name, faults, lost
        if needed and values == {} and not set(lost) & set(known):
            faults.add(wrong(f"[{name}] must be given", "no such section", name))
            self.lost = known
        elif not isinstance(values, dict):
            faults.add(wrong(f"[{name}] must be a section", shown(values), name))
            values, self.lost = {}, known
        for key in values:
            if key not in known:
                holds = "sections must be among" if name == MANIFEST else f"{name} must hold only"
                expected = f"{holds} {', '.join(known)}"
                place = shown(key) if name == MANIFEST else f"{name}.{shown(key)}"
                faults.add(wrong(expected, shown(key), place, meant(key, known)))
        self.values: dict[str, Any] = values

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank."""
        return self._checked(key, default, is_text, "a text", "")

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return self._checked(key, default, lambda v: isinstance(v, bool), "true or false", default)

    def count(self, key: str, default: int) -> int:
        """A whole number, 0 or more."""
        expected = "a whole number, 0 or more"
        return self._checked(key, default, lambda v: type(v) is int and v >= 0, expected, default)

    def choice(self, key: str, options: Sequence[str]) -> str:
        """One of some words."""
        return self._checked(key, None, lambda v: v in options, " or ".join(options), options[0])

    def scalars(self, key: str) -> list[object]:
        """A list, not empty, of texts, numbers, true or false."""
        return self._checked(key, None, _are_scalars, "a list of texts or numbers, not empty", [])

    def file(self, key: str, default: str | None = None) -> str:
        """The name of a file inside the study folder."""
        expected = "the name of a file inside the study folder"
        return self._checked(key, default, _is_file, expected, "")

    def files(self, key: str) -> list[str]:
        """A list of such names."""
        expected = "a list of names of files inside the study folder"
        found = self._checked(key, None, lambda v: isinstance(v, list), expected, [])
        for name in (name for name in found if not _is_file(name)):
            full = f"{self.name}.{key}"
            self.faults.add(wrong(f"{full} must be {expected}", shown(name), full))
        return list(filter(_is_file, found))

    def pattern(self, key: str, fields: Sequence[str]) -> str:
        """A file name inside the study folder with {patient} and maybe more fields to fill in."""
        braces = " and ".join(f"{{{field}}}" for field in fields)
        expected = f"a file name inside the study folder with {{patient}}, and no fields but {braces}"
        return self._checked(key, None, lambda v: _is_pattern(v, fields), expected, "")

    def _checked(
        self, key: str, default: Any, fits: Callable[[Any], bool], expected: str, instead: Any
    ) -> Any:
        """The value, its default where it is not given, ``instead`` where it is at fault."""
        if key not in self.values and default is not None:
            return default
        name = f"{self.name}.{key}"
        if key not in self.values:
            if key not in self.lost:
                self.faults.add(wrong(f"{name} must be given", "no such value", name))
            return instead
        value = self.values[key]
        if not fits(value):
            self.faults.add(wrong(f"{name} must be {expected}", shown(value), name))
            return instead
        return value


def wrong(expected: str, found: str, key: str, fix: str = SEE) -> StudyError:
    """The error for a value of study.toml; ``key`` says which."""
    return StudyError("STUDY-KEY", f"study.toml: {expected}", found, fix).at(file=MANIFEST, key=key)


def meant(word: str, known: Sequence[str]) -> str:
    """What to do about an unknown word: the known one that it resembles."""
    near = get_close_matches(word, known, 1)
    return f"Did you mean {near[0]}?" if near else SEE


def leaves(name: str) -> bool:
    """Whether a file name leads out of the folder that it is relative to."""
    path = PureWindowsPath(name)
    return ".." in path.parts or PurePosixPath(name).is_absolute() or path.anchor != ""


def is_text(value: Any) -> bool:
    """Whether it is a text that can be printed on one line."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def shown(value: Any) -> str:
    """A value of study.toml, on one short line."""
    text = value if is_text(value) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _is_file(value: Any) -> bool:
    return is_text(value) and not leaves(value)


def _are_scalars(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str | int | float) for v in value)


def _is_pattern(value: Any, fields: Sequence[str]) -> bool:
    try:
        parts = [(name, spec or "") for _, name, spec, _ in Formatter().parse(value) if name is not None]
        if any(len(spec) > LONGEST_FORMAT for _, spec in parts):  # "{phase:>1000000000}" fills the memory
            return False
        used = {name for name, _ in parts}
        name = value.format(**{field: 0 if field == "phase" else "P" for field in fields})
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return False
    return is_text(value) and "patient" in used and used <= set(fields) and not leaves(name)
