"""Work on a large matrix, panel of rows by panel, on all cores."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from joblib import cpu_count

from core.genomics.meter import PAUSE, Meter


def in_panels(n: int, rows: int, work: Callable[[int, int], None], meter: Meter) -> None:
    """Call ``work(first, stop)`` for every panel of so many of n rows; panels share nothing that they write.

    One thread a core: what runs within must release the interpreter and use one thread itself (BLAS too,
    see `threadpool_limits`). The meter may end the work: panels that have not begun are dropped.
    """
    with ThreadPoolExecutor(cpu_count()) as pool:
        panels = [pool.submit(work, first, min(first + rows, n)) for first in range(0, n, rows)]
        try:
            _watch(panels, meter)
        finally:
            for panel in panels:
                panel.cancel()


def _watch(panels: list[Future[None]], meter: Meter) -> None:
    waiting = set(panels)
    while waiting:
        done, waiting = wait(waiting, timeout=PAUSE)
        for panel in done:
            panel.result()  # raises what the panel raised
        meter.tick(1 - len(waiting) / len(panels))
