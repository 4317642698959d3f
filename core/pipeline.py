"""A study from images and expression to results: the stages in order, through the store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from core.digests import digest
from core.errors import StudyError
from core.jobs import Progress
from core.progress import Report, silent
from core.settings import Settings
from core.stages import STAGES
from core.stages.stage import Context, Stage, in_order, key_of
from core.store import Entry, Store
from core.study.manifest import Study

CASE_STAGES = ("masks", "key_slices", "radiomics", "peritumoral")
READING_STAGES = ("readers",)
LEAVING_OUT = (*CASE_STAGES, "fusion")  # who lacks a covariate has no place on the nomogram


@dataclass(frozen=True, slots=True)
class StageState:
    """How one stage stands; stale: computed once, but settings, inputs or code have changed since.

    ``seconds`` is what its computation took.
    """

    name: str
    title: str
    state: Literal["done", "running", "stale", "waiting", "failed"]
    key: str
    seconds: float | None


class Pipeline:
    """The stages of one study: their keys, what is stored of them, and their computation."""

    def __init__(self, study: Study, store: Store) -> None:
        self.study, self.store = study, store
        self.stages = in_order((s for s in STAGES if s.when(study)), study)
        self._provenance: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        for stage in self.stages:
            needed = stage.needs(study)
            upstream = {name: self.keys[name] for name in needed if name in self.keys}
            self._provenance[stage.name] = stage.provenance(study, store, upstream)
            self.keys[stage.name] = key_of(stage.name, self._provenance[stage.name])

    def entry(self, stage: str) -> Entry | None:
        """The stored output of a stage, or None while it is not computed."""
        return self.store.entry(stage, self.keys[stage]) if stage in self.keys else None

    def states(self, progress: Progress | None = None, only: str | None = None) -> list[StageState]:
        """How every stage of a run stands, in order; ``progress`` tells which one runs or failed.

        ``only``: those of a run of this stage alone, with what it needs.
        """
        return [self._state(stage, progress) for stage in self._wanted(only)]

    def failures(self, stages: tuple[str, ...] = LEAVING_OUT) -> list[dict[str, str]]:
        """Patients left out so far: patient, code, message."""
        tables = [self.entry(name) for name in stages]
        rows = [row for t in tables if t is not None for row in t["failures"].to_dict("records")]
        return list({row["patient"]: row for row in reversed(rows)}.values())

    def notes(self) -> list[str]:
        """What the stages computed so far would have a reader know."""
        found = [(stage.title, self.entry(stage.name)) for stage in self.stages]
        told = [(title, (e["info"] or {}).get("note", "")) for title, e in found if e and "info" in e]
        return [f"{title}: {note}" for title, note in told if note]

    def would_change(self, settings: Settings) -> list[str]:
        """Titles of the stages that a run would compute again under other settings."""
        other = Pipeline(replace(self.study, settings=settings), self.store)
        usual = (stage for stage in other.stages if not stage.on_demand)
        return [s.title for s in usual if other.keys[s.name] != self.keys.get(s.name)]

    def run(self, report: Report, workers: int = 2, only: str | None = None) -> None:
        """Compute every stage that is missing, but those on demand (or one, with what it needs).

        Args:
            report: called with stage title, steps done and steps in all.
            workers: processes for work done case by case.
            only: name of the last stage wanted.

        Raises:
            StudyError: STAGE-UNKNOWN, or what a stage found at fault in the study.
        """
        for stage in self._wanted(only):
            report(stage.title, 0, 1)
            context = Context(self.study, self.store, self._upstream, partial(report, stage.title), workers)
            make = partial(stage.make, context)
            self.store.compute(stage.name, self.keys[stage.name], make, self._provenance[stage.name])
            mark = self._mark(stage)
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()

    def _mark(self, stage: Stage) -> Path:
        """An empty file that tells that this stage of this study was computed once, under whatever key."""
        owner = digest([str(self.study.root.resolve()), self.study.settings.preset])
        return self.store.root / "computed" / owner / stage.name

    def _wanted(self, only: str | None) -> Iterator[Stage]:
        if only is None:
            return (stage for stage in self.stages if not stage.on_demand)
        names = self._ancestors(only)
        return (stage for stage in self.stages if stage.name in names)

    def _ancestors(self, name: str) -> set[str]:
        if name not in self.keys:
            raise StudyError("STAGE-UNKNOWN", f"Stages are {', '.join(self.keys)}", repr(name))
        stage = next(s for s in self.stages if s.name == name)
        needed = stage.needs(self.study)
        return {name}.union(*(self._ancestors(u) for u in needed if u in self.keys))

    def _upstream(self, name: str) -> Entry:
        # An entry damaged since the run began is computed again here.
        stage = next(s for s in self.stages if s.name == name)
        context = Context(self.study, self.store, self._upstream, silent, 1)
        make: Callable[[], Any] = partial(stage.make, context)
        return self.store.compute(name, self.keys[name], make, self._provenance[name])

    def _state(self, stage: Stage, progress: Progress | None) -> StageState:
        entry = self.entry(stage.name)
        if entry is not None:
            return StageState(stage.name, stage.title, "done", entry.key, entry.manifest["seconds"])
        before: Literal["stale", "waiting"] = "stale" if self._mark(stage).exists() else "waiting"
        waiting = StageState(stage.name, stage.title, before, self.keys[stage.name], None)
        if progress is None or progress.stage != stage.title:
            return waiting
        if progress.state == "running":
            return replace(waiting, state="running")
        return replace(waiting, state="failed") if progress.state == "failed" else waiting
