"""What tuning has done to a study: configurations tried, named ones, looks at the validation cohort.

One small file per study in ``tuning`` of the store, so that a reload forgets nothing. It holds settings,
names and times, nothing of a patient.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from core.errors import CannotRun, StudyError
from core.files import write_whole
from core.tuning.configuration import Configuration

UNLOCKED, PROMOTED = "unlocked", "promoted"
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Unlock:
    """A look at the validation cohort: when (ISO, local time), at what, after how many configurations.

    ``how``: "unlocked" on the tuning page, or "promoted", after which every page shows that result.
    """

    when: str
    family: str
    configuration: str
    tried: int
    how: str


@dataclass(frozen=True, slots=True)
class Named:
    """A configuration of a family under a name."""

    name: str
    family: str
    configuration: str


@dataclass(frozen=True, slots=True)
class Record:
    """``tried``: (family, configuration) of all that differ from the study's, each once."""

    tried: frozenset[tuple[str, str]] = frozenset()
    unlocks: tuple[Unlock, ...] = ()
    named: tuple[Named, ...] = ()

    def look(self, family: str, configuration: Configuration) -> Unlock | None:
        """The first look at the validation result of a configuration, None where it is locked."""
        wanted = (family, configuration.text)
        return next((u for u in self.unlocks if (u.family, u.configuration) == wanted), None)

    def names(self, family: str) -> dict[str, str]:
        """Name of each named configuration of a family, by its text."""
        return {one.configuration: one.name for one in self.named if one.family == family}


class TuningRecord:
    """The record of one study. Raises StudyError (RECORD) where it is damaged, CannotRun (WRITE)."""

    def __init__(self, root: Path, study: Path) -> None:
        name = hashlib.sha256(str(study.resolve()).encode()).hexdigest()[:16]
        self.path = root / "tuning" / f"{name}.json"

    def read(self) -> Record:
        """What stands in it."""
        try:
            values = json.loads(self.path.read_text())
            tried = frozenset((str(family), str(text)) for family, text in values["tried"])
            return Record(
                tried,
                tuple(Unlock(**one) for one in values["unlocks"]),
                tuple(Named(**one) for one in values["named"]),
            )
        except (FileNotFoundError, NotADirectoryError):
            return Record()
        except (ValueError, KeyError, TypeError) as error:
            fix = "Restore it, or delete the folder tuning in the cache: all counts then begin anew."
            raise StudyError(
                "RECORD", "The study's record of tuning must be whole", "a damaged file", fix
            ) from error

    def add_tried(self, family: str, configuration: Configuration) -> Record:
        """Count a configuration, once."""
        known = self.read()
        if (family, configuration.text) in known.tried:
            return known
        return self._change(lambda now: _tried(now, family, configuration))

    def unlock(self, family: str, configuration: Configuration, how: str = UNLOCKED) -> Record:
        """Note a look at the validation cohort."""

        def change(now: Record) -> Record:
            now = _tried(now, family, configuration)
            when = datetime.now().astimezone().isoformat(timespec="seconds")
            look = Unlock(when, family, configuration.text, len(now.tried), how)
            return Record(now.tried, (*now.unlocks, look), now.named)

        return self._change(change)

    def name(self, name: str, family: str, configuration: Configuration) -> Record:
        """Keep a configuration under a name; the name leaves what it named before.

        Raises StudyError (NAME) for one that is blank or longer than 40 characters.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= LONGEST or not name.isprintable():
            found = f"{len(name)} characters" if name else "none"
            raise StudyError("NAME", f"A name must have 1 to {LONGEST} characters", found, "Choose another.")
        new = Named(name, family, configuration.text)

        def change(now: Record) -> Record:
            others = [
                one for one in now.named
                if one.family != family or (one.name != name and one.configuration != configuration.text)
            ]  # fmt: skip
            return Record(now.tried, now.unlocks, (*others, new))

        return self._change(change)

    def _change(self, change: Callable[[Record], Record]) -> Record:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock")):
                now = change(self.read())
                write_whole(self.path, json.dumps(_plain(now), indent=1))
        except OSError as error:
            expected = "Tuning is counted in the cache, which must be a folder that can be written to"
            raise CannotRun(
                "WRITE", expected, "one without leave to write", "Choose another cache."
            ) from error
        return now


def _tried(now: Record, family: str, configuration: Configuration) -> Record:
    return Record(now.tried | {(family, configuration.text)}, now.unlocks, now.named)


def _plain(record: Record) -> dict[str, Any]:
    return {**asdict(record), "tried": sorted(record.tried)}
