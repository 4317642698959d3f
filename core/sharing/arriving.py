"""An archive that is taken in while the page goes on."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.background import Work
from core.sharing.take import Imported, import_study


@dataclass
class Arrival(Work):
    """How one archive stands, in bytes; ``imported`` once its study is there."""

    imported: Imported | None = None


def receive(source: BinaryIO, studies: Path, cache: Path, name: str | None) -> Arrival:
    """Begin ``import_study``; what it raises is the ``error`` of the arrival."""
    arrival = Arrival(stage="Reading the archive")

    def tell(title: str, done: int, total: int) -> None:
        arrival.stage = title
        arrival.tell(done, total)

    def take() -> None:
        arrival.imported = import_study(source, studies, cache, name, tell)

    arrival.begin(take)
    return arrival
