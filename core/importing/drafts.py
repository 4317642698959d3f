"""Imports under way: choices of the user and what was uploaded, kept on disk until a study is made of them.

``<cache>/drafts/<number>/draft.json`` holds choices only, no row of any table; ``files/`` beside it holds
uploads, as far as they may be stored. Only the server's own account can read them.
"""

import json
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.errors import CannotRun
from core.files import write_whole

NAME = "draft.json"


@dataclass
class Draft:
    """One import under way: ``choices`` are plain values (JSON) by name, ``saved`` epoch seconds."""

    folder: Path
    choices: dict[str, Any] = field(default_factory=dict)
    saved: float = 0.0

    @property
    def number(self) -> str:
        """Its name among the drafts."""
        return self.folder.name

    @property
    def files(self) -> Path:
        """Where its uploads are kept."""
        return self.folder / "files"

    def get(self, name: str, default: Any = None) -> Any:
        """A choice, or ``default`` where none was made."""
        return self.choices.get(name, default)

    def renew(self) -> None:
        """Take over what was chosen meanwhile through another object of the same draft."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            self.choices.update(json.loads((self.folder / NAME).read_text())["choices"])

    def put(self, **choices: Any) -> None:
        """Make choices, and keep them beside the others. Raises CannotRun (WRITE)."""
        self.renew()
        self.choices.update(choices)
        self.saved = time.time()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self.folder / NAME, json.dumps({"choices": self.choices, "saved": self.saved}))
        except OSError as error:
            expected = "The cache must be a folder that can be written to"
            raise CannotRun("WRITE", expected, "one that cannot", "Make room or give leave.") from error


class Drafts:
    """The imports under way of a cache."""

    def __init__(self, cache: Path) -> None:
        self.root = cache / "drafts"

    def all(self) -> list[Draft]:
        """Every draft that can be read, the newest first."""
        found = [self.load(p.parent.name) for p in self.root.glob(f"*/{NAME}")]
        return sorted((d for d in found if d is not None), key=lambda d: -d.saved)

    def load(self, number: str) -> Draft | None:
        """A draft by its number; None where there is none, or a damaged one."""
        folder = self._folder(number)
        try:
            read = json.loads((folder / NAME).read_text())
            return Draft(folder, dict(read["choices"]), float(read["saved"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def new(self, **choices: Any) -> Draft:
        """A draft of its own. Raises CannotRun (WRITE)."""
        draft = Draft(self.root / secrets.token_hex(4))
        draft.put(**choices)
        return draft

    def discard(self, number: str) -> None:
        """Remove a draft and all that was uploaded for it."""
        shutil.rmtree(self._folder(number), ignore_errors=True)

    def _folder(self, number: str) -> Path:
        """A number from elsewhere never leads out of the drafts."""
        return self.root / (number if re.fullmatch(r"[0-9a-f]{8}", number) else "none")
