"""Work in chunks: what is finished stays, whatever stops the rest; the results are those of a plain loop."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from core.stages.chunks import SIZE, Chunks
from core.stages.stage import Context
from core.store import Store

TASKS = [(np.arange(3) + i, "name") for i in range(2 * SIZE + 2)]


def work(log: Path, stop: int, task: tuple[np.ndarray, str]) -> dict[str, np.ndarray]:
    """Squares of a task, noted in a file; stops the process at one of them."""
    if task[0][0] == stop:
        raise KeyboardInterrupt
    with log.open("a") as file:
        file.write(f"{task[0][0]} ")
    return {"square": task[0] ** 2.0, "half": task[0] / 2}


def chunks(root: Path, ticks: list, workers: int = 1, **of: object) -> Chunks:
    context = Context(None, Store(root), None, lambda *at: ticks.append(at), workers)
    return Chunks(context, "squares_part", of, ("numpy",))


def done(log: Path) -> list[int]:
    return [int(text) for text in log.read_text().split()]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_results_are_those_of_a_loop(tmp_path: Path, workers: int) -> None:
    ticks: list[tuple[int, int]] = []
    make = partial(work, tmp_path / "log", -1)
    found = chunks(tmp_path, ticks, workers)(make, TASKS)
    for one, task in zip(found, TASKS, strict=True):
        np.testing.assert_array_equal(one["square"], task[0] ** 2)
        np.testing.assert_array_equal(one["half"], task[0] / 2)
    total = len(TASKS)
    assert ticks[0] == (0, total) and ticks[-1] == (total, total)
    assert {b[0] - a[0] for a, b in zip(ticks, ticks[1:], strict=False)} == {SIZE, 2}


def test_a_stopped_run_loses_only_the_chunk_under_way(tmp_path: Path) -> None:
    log, ticks = tmp_path / "log", []
    stopped = partial(work, log, 2 * SIZE - 1)
    with pytest.raises(KeyboardInterrupt):
        chunks(tmp_path, ticks)(stopped, TASKS)
    assert done(log) == list(range(2 * SIZE - 1))
    log.unlink()
    chunks(tmp_path, ticks)(partial(work, log, -1), TASKS)
    assert done(log) == list(range(SIZE, 2 * SIZE + 2))
    assert (SIZE, len(TASKS)) in ticks  # it says at once what is finished


def test_more_tasks_of_the_same_work_compute_only_the_new_ones(tmp_path: Path) -> None:
    log, make = tmp_path / "log", partial(work, tmp_path / "log", -1)
    chunks(tmp_path, [])(make, TASKS[: 2 * SIZE])
    chunks(tmp_path, [])(make, TASKS)
    assert done(log) == list(range(len(TASKS)))
    chunks(tmp_path, [], of="other patients")(make, TASKS[:SIZE])
    assert done(log)[len(TASKS) :] == list(range(SIZE))


def test_a_damaged_chunk_is_made_again(tmp_path: Path) -> None:
    make = partial(work, tmp_path / "log", -1)
    first = chunks(tmp_path, [])(make, TASKS)
    next((tmp_path / "squares_part").glob("*/square.npy")).write_bytes(b"damaged")
    with pytest.warns(UserWarning, match="damaged"):
        again = chunks(tmp_path, [])(make, TASKS)
    np.testing.assert_array_equal([one["square"] for one in first], [one["square"] for one in again])
