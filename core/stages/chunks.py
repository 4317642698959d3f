"""Long work in chunks: each finished one is kept, so that a stopped run loses only those under way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.digests import code_digest, digest, library_versions
from core.stages.stage import Context, key_of
from core.store import Payload, Store

SIZE = 5  # tasks of a chunk: some seconds of work
Arrays = dict[str, NDArray[np.float64]]
Work = Callable[[Any], Arrays]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some tasks, and under which key of the store their results stand."""

    key: str
    tasks: Sequence[Any]
    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chunks:
    """Computes the tasks of a stage in chunks through the store.

    ``of``: what the results depend on besides code, libraries and tasks, as plain values. Chunks know
    neither how many tasks there are nor how these were drawn: 300 more of them leave the first as they are.
    """

    ctx: Context
    name: str
    of: dict[str, Any]
    libraries: tuple[str, ...]

    def __call__(self, work: Work, tasks: Sequence[Any]) -> list[Arrays]:
        """Arrays by name that ``work`` gives for every task, in their order, made by worker processes."""
        chunks = self._cut(work, tasks)
        self._compute(work, chunks)
        found = []
        for chunk in chunks:  # one that was damaged since is made again here
            make = partial(_made, work, chunk)
            entry = self.ctx.store.compute(self.name, chunk.key, make, chunk.provenance)
            arrays = dict(entry)
            found += [{name: arrays[name][i] for name in arrays} for i in range(len(chunk.tasks))]
        return found

    def _cut(self, work: Work, tasks: Sequence[Any]) -> list[Chunk]:
        module = getattr(work, "func", work).__module__
        known = {**self.of, "code": code_digest(work, (module,))}
        known["libraries"] = library_versions(self.libraries)
        chunks = []
        for first in range(0, len(tasks), SIZE):
            part = tasks[first : first + SIZE]
            provenance = {**known, "tasks": digest(_plain(part))}
            chunks.append(Chunk(key_of(self.name, provenance), part, provenance))
        return chunks

    def _compute(self, work: Work, chunks: list[Chunk]) -> None:
        from joblib import Parallel, delayed

        root, total = self.ctx.store.root, sum(len(chunk.tasks) for chunk in chunks)
        missing = [chunk for chunk in chunks if not self.ctx.store.has(self.name, chunk.key)]
        done = total - sum(len(chunk.tasks) for chunk in missing)
        self.ctx.report(done, total)
        pool = Parallel(n_jobs=min(self.ctx.workers, len(missing) or 1), return_as="generator_unordered")
        for size in pool(delayed(_store)(root, self.name, work, chunk) for chunk in missing):
            done += size
            self.ctx.report(done, total)


def _store(root: Path, name: str, work: Work, chunk: Chunk) -> int:
    Store(root).compute(name, chunk.key, partial(_made, work, chunk), chunk.provenance)
    return len(chunk.tasks)


def _made(work: Work, chunk: Chunk) -> Payload:
    """What the work gives for every task: name -> (tasks, ...)."""
    from core.models.refits.cohort import one_by_one

    results = one_by_one(work, chunk.tasks)
    return {name: np.stack([one[name] for one in results]) for name in results[0]}


def _plain(value: Any) -> Any:
    """Tasks as JSON values, with all numbers of an array."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value
