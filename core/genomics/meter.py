"""Progress of one piece of work through its parts, passed on a few times a second."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], None]  # steps done, steps in all
STEPS = 100
PAUSE = 0.1  # seconds between two reports


@dataclass(slots=True)
class Meter:
    """Tells ``progress`` how far the work is, in hundredths; what ``progress`` raises ends the work."""

    progress: Progress | None = None
    start: float = 0.0  # where the part under way starts and ends, of 1
    end: float = 0.0
    _last: float = field(default=-1.0)

    def part(self, end: float) -> None:
        """The next part begins: it takes the work from where it stands to ``end``."""
        self.start, self.end = self.end, end
        self.tick(0.0)

    def tick(self, share: float) -> None:
        """``share`` of the part under way is done."""
        if self.progress is not None and time.monotonic() - self._last > PAUSE:
            self._tell(self.start + share * (self.end - self.start))

    def finish(self) -> None:
        """All is done; always reported."""
        self._tell(1.0)

    def _tell(self, share: float) -> None:
        if self.progress is not None:
            self.progress(int(STEPS * share), STEPS)
        self._last = time.monotonic()
