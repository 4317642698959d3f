"""Typed reading of study.toml: every value is checked before anything uses it."""

import tomllib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from string import Formatter
from typing import Any

from core.errors import StudyError

LONGEST_SHOWN = 80


class Section:
    """One section of study.toml; what is not as it must be raises StudyError (STUDY-KEY)."""

    def __init__(self, values: Any, name: str, known: Sequence[str]) -> None:
        if not isinstance(values, dict):
            raise wrong(f"[{name}] must be a section", shown(values))
        unknown = [key for key in values if key not in known]
        if unknown:
            raise wrong(f"{name} must hold only {', '.join(known)}", shown(", ".join(unknown)))
        self.name, self.values = name, values

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank."""
        return self._checked(key, self._get(key, default), is_text, "a text")

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return self._checked(key, self._get(key, default), lambda v: isinstance(v, bool), "true or false")

    def count(self, key: str, default: int) -> int:
        """A whole number, 0 or more."""
        return self._checked(
            key, self._get(key, default), lambda v: type(v) is int and v >= 0, "a whole number, 0 or more"
        )

    def choice(self, key: str, options: Sequence[str]) -> str:
        """One of some words."""
        return self._checked(key, self._get(key, None), lambda v: v in options, " or ".join(options))

    def texts(self, key: str) -> list[str]:
        """A list of texts."""
        return self._checked(
            key,
            self._get(key, None),
            lambda v: isinstance(v, list) and all(map(is_text, v)),
            "a list of texts",
        )

    def scalars(self, key: str) -> list[object]:
        """A list, not empty, of texts, numbers, true or false."""
        return self._checked(key, self._get(key, None), _are_scalars, "a list of texts or numbers, not empty")

    def pattern(self, key: str, fields: Sequence[str]) -> str:
        """A file name inside the study folder with {patient} and maybe more fields to fill in."""
        braces = " and ".join(f"{{{field}}}" for field in fields)
        expected = f"a file name inside the study folder with {{patient}}, and no fields but {braces}"
        return self._checked(key, self._get(key, None), lambda v: _is_pattern(v, fields), expected)

    def _get(self, key: str, default: Any) -> Any:
        if key not in self.values and default is None:
            raise wrong(f"{self.name}.{key} must be given", "no such value")
        return self.values.get(key, default)

    def _checked(self, key: str, value: Any, fits: Any, expected: str) -> Any:
        if not fits(value):
            raise wrong(f"{self.name}.{key} must be {expected}", shown(value))
        return value


def read_toml(root: Path) -> dict[str, Any]:
    """What study.toml says. Raises StudyError (STUDY-MISSING, STUDY-TOML)."""
    path = root / "study.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StudyError(
            "STUDY-MISSING",
            "A study must be a folder with a study.toml",
            "none there",
            "Name the study folder, or write the demo study with: python -m core demo DIR",
        ) from error
    except OSError as error:
        raise StudyError("STUDY-TOML", "study.toml must be readable", "a file that is not") from error
    except (ValueError, RecursionError) as error:  # also TOMLDecodeError and UnicodeDecodeError
        raise StudyError("STUDY-TOML", "study.toml must be valid TOML in UTF-8", shown(str(error))) from error


def wrong(expected: str, found: str) -> StudyError:
    """The error for a value of study.toml."""
    return StudyError("STUDY-KEY", f"study.toml: {expected}", found, "Correct it; see README, A study.")


def is_text(value: Any) -> bool:
    """Whether it is a text that can be printed on one line."""
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


def shown(value: Any) -> str:
    """A value of study.toml, on one short line."""
    text = value if is_text(value) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _are_scalars(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, str | int | float) for v in value)


def _is_pattern(value: Any, fields: Sequence[str]) -> bool:
    try:
        used = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
        name = value.format(**{field: 0 if field == "phase" else "P" for field in fields})
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return False
    leaves = ".." in PureWindowsPath(name).parts or PurePosixPath(name).is_absolute()
    outside = leaves or PureWindowsPath(name).anchor != ""
    return is_text(value) and "patient" in used and used <= set(fields) and not outside
