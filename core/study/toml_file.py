"""study.toml as text: read whole, or as far as its lines are sound."""

import codecs
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import StudyError
from core.faults import RAISE, Faults
from core.regular import is_utf8, regular
from core.study.schema import MANIFEST, shown

MOST = 20  # faulty lines that are looked past
AT = re.compile(r" \(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What study.toml says; ``lost``: keys of lines at fault, which are not missed.

    ``known`` False: too little of it can be read.
    """

    values: dict[str, Any]
    lost: tuple[str, ...] = ()
    known: bool = True


def read_toml(root: Path, faults: Faults = RAISE) -> Manifest:
    """What study.toml says. Lines at fault are left out where ``faults`` collects.

    Raises StudyError (STUDY-MISSING, STUDY-PATH), adds StudyError (STUDY-TOML) with row and column.
    """
    if not is_utf8(root):
        expected = "The path of a study must be in UTF-8"
        raise StudyError("STUDY-PATH", expected, "other letters", "Rename the folder of the study.")
    text = _text(root / MANIFEST, faults)
    lost = list[str]()
    while text is not None:
        try:
            return Manifest(tomllib.loads(text), tuple(lost))
        except (ValueError, RecursionError) as error:
            spared = len(lost) < MOST
            text, key = _without_fault(text, str(error), faults, spared)
        lost.append(key)
    return Manifest({}, known=False)


def _text(path: Path, faults: Faults) -> str | None:
    """The file's text, letters in another encoding guessed where ``faults`` collects; None for no text."""
    try:
        data = regular(path).read_bytes().removeprefix(codecs.BOM_UTF8)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StudyError(
            "STUDY-MISSING",
            "A study must be a folder with a study.toml",
            "none there",
            "Name the study folder, or write the demo study with: python -m core demo DIR",
        ) from error
    except OSError as error:
        found, fix = "one that is not, or no file", "Check who may read it, and that it is a file."
        raise StudyError("STUDY-TOML", "study.toml must be readable", found, fix).at(file=MANIFEST) from error
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        faults.add(_invalid("a letter in another encoding", row, "Save it as UTF-8."))
        return None if b"\0" in data else data.decode("cp1252", "replace")


def _without_fault(text: str, said: str, faults: Faults, spared: bool) -> tuple[str | None, str]:
    """The text without its line at fault, and the key that stood there; None where the line is needed."""
    at, lines = AT.search(said), text.split("\n")
    row = int(at[1]) if at else None
    line = lines[row - 1].strip() if row else ""
    spared = spared and line != "" and not line.startswith("[")  # a section goes with its header
    rest = "" if spared else "; the rest of the file is looked at then"
    faults.add(_invalid(AT.sub("", shown(said)), row, f"Correct {'this line' if row else 'the file'}{rest}."))
    if row is None or not spared:
        return None, ""
    lines[row - 1] = ""
    return "\n".join(lines), line.partition("=")[0].strip()


def _invalid(found: str, row: int | None, fix: str) -> StudyError:
    return StudyError("STUDY-TOML", "study.toml must be valid TOML in UTF-8", found, fix).at(
        file=MANIFEST, row=row
    )
