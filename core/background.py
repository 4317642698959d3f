"""Work in a thread of the server: it goes on when the tab is closed, and whoever looks sees how it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread
from typing import Literal

from core.errors import CannotRun, NodescopeError

State = Literal["running", "done", "failed"]


@dataclass
class Work:
    """How it stands: ``done`` of ``total`` of ``stage``; ``error`` where it failed. Kept in memory only."""

    state: State = "running"
    stage: str = ""
    done: int = 0
    total: int = 0
    error: NodescopeError | None = None

    def tell(self, done: int, total: int) -> None:
        """Note steps done."""
        self.done, self.total = done, total

    def begin(self, do: Callable[[], None]) -> None:
        """Do it in a thread of its own; ``state`` changes last, when all else is in place."""
        Thread(target=self._run, args=(do,), daemon=True).start()

    def _run(self, do: Callable[[], None]) -> None:
        try:
            do()
            self.state = "done"
        except NodescopeError as error:
            self.error, self.state = error, "failed"
        except Exception:  # noqa: BLE001  (a thread has nobody to tell; the message may hold a path)
            expected = "The import must run to its end"
            self.error = CannotRun(
                "IMPORT-FAILED", expected, "an unexpected fault", "Try again, or report it."
            )
            self.state = "failed"
