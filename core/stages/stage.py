"""What a stage of the pipeline is, and what it is given."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.digests import code_digest, digest, library_versions
from core.settings import Settings
from core.store import Entry, Payload, Store
from core.study.manifest import Study

Inputs = dict[str, str]


@dataclass(frozen=True, slots=True)
class Context:
    """What a stage may use: the study, the store, its upstream outputs, workers and a progress callback."""

    study: Study
    store: Store
    upstream: Callable[[str], Entry]
    report: Callable[[int, int], None]
    workers: int

    @property
    def settings(self) -> Settings:
        """Settings of the study."""
        return self.study.settings

    @property
    def weights(self) -> Path:
        """Folder of downloaded backbone weights."""
        return self.store.root / "weights"


def _nothing(_: Any) -> Any:
    return None


def _no_more(_: Study) -> tuple[str, ...]:
    return ()


def _always(_: Study) -> bool:
    return True


def _no_inputs(_study: Study, _store: Store) -> Inputs:
    return {}


CLINICAL = ["patient", "cohort", "role", "lnm", "age"]


def clinical_inputs(study: Study, _store: Store) -> Inputs:
    """Digest of what stages use of the clinical table."""
    table = study.clinical[[c for c in CLINICAL if c in study.clinical]]
    return {"clinical": digest(table.to_csv(index=False))}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: how it is made, and everything that its key must hash.

    ``more``: stages that some studies add to ``upstream``; ``when`` tells of which studies it is a stage, and
    upstream stages that are none of the study's are left out. ``inputs`` gives digests of file contents (and
    identities such as backbone weights); ``modules`` are the core modules it computes with; ``libraries``
    the distributions whose version matters. ``on_demand``: computed only where it is asked for by name.
    """

    name: str
    title: str
    make: Callable[[Context], Payload]
    upstream: tuple[str, ...] = ()
    settings: Callable[[Settings], Any] = _nothing
    inputs: Callable[[Study, Store], Inputs] = _no_inputs
    modules: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ("numpy", "pandas")
    more: Callable[[Study], tuple[str, ...]] = _no_more
    when: Callable[[Study], bool] = _always
    on_demand: bool = False

    def needs(self, study: Study) -> tuple[str, ...]:
        """Stages whose outputs it uses."""
        return (*self.upstream, *self.more(study))

    def provenance(self, study: Study, store: Store, upstream: dict[str, str]) -> dict[str, Any]:
        """What the key is the digest of, as the entry's manifest repeats it."""
        return {
            "settings": self.settings(study.settings),
            "upstream": upstream,
            "inputs": self.inputs(study, store),
            "code": code_digest(self.make, self.modules),
            "libraries": library_versions(self.libraries),
        }


def in_order(stages: Iterable[Stage], study: Study) -> tuple[Stage, ...]:
    """The stages in their order, but each after those that it needs."""
    named, placed = {stage.name: stage for stage in stages}, dict[str, Stage]()

    def place(stage: Stage) -> None:
        for name in stage.needs(study):
            if name in named:
                place(named[name])
        placed.setdefault(stage.name, stage)

    for stage in named.values():
        place(stage)
    return tuple(placed.values())


def key_of(name: str, provenance: dict[str, Any]) -> str:
    """The store key of a stage output."""
    return digest([name, provenance])
