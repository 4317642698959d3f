"""Cached access to studies and to what the store holds of them; keys go in, never volumes."""

from pathlib import Path
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, TypeVar

import joblib
import pandas as pd
import streamlit as st

from core.digests import digest
from core.jobs import Jobs
from core.paths import cache_folder, studies_folder
from core.settings import BACKBONES, resting_on_deep
from core.store import Entry, Store
from core.study.manifest import Study, load_study
from core.tuning.record import TuningRecord
from pages._ui import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.pipeline import Pipeline, StageState

DEMO = "demo"
T = TypeVar("T")


def studies() -> dict[str, Path]:
    """Folders that hold a study, the demo study first."""
    folder = studies_folder()
    # A hidden folder is a study that is still being written.
    found = [p.parent for p in folder.glob("[!.]*/study.toml")] if folder.is_dir() else []
    return {p.name: p for p in sorted(found, key=lambda p: (p.name != DEMO, p.name))}


def study_folder() -> Path:
    """Folder of the chosen study, else of the first; where the demo study will stand if there is none."""
    found = studies()
    default = next(iter(found.values()), studies_folder() / DEMO)
    return found.get(st.session_state.get(state.STUDY, ""), default)


def preset() -> str:
    """The chosen preset."""
    chosen = st.session_state.get(state.PRESET)
    return state.PRESETS.get(chosen, next(iter(state.PRESETS.values())))


def jobs() -> Jobs:
    """Background runs."""
    return Jobs(cache_folder())


def tuning_record() -> TuningRecord:
    """What tuning has done to the chosen study."""
    return TuningRecord(cache_folder(), study_folder())


def study() -> Study | None:
    """The chosen study under the chosen preset, None where no study exists. Raises NodescopeError."""
    folder = study_folder()
    return study_at(folder) if (folder / "study.toml").is_file() else None


def study_at(folder: Path) -> Study:
    """The study in a folder, under the chosen preset. Raises NodescopeError."""
    return _study(str(folder), preset(), _stamp(folder))


def pipeline() -> "Pipeline | None":
    """Stages of the chosen study."""
    folder = study_folder()
    if not (folder / "study.toml").is_file():
        return None
    return _pipeline(str(folder), preset(), _stamp(folder))


def states(only: str | None = None) -> "list[StageState]":
    """How each stage of the chosen study stands; ``only``: of a run of this stage, with what it needs."""
    stages = pipeline()
    return stages.states(jobs().progress(study_folder()), only) if stages else []


def entry(stage: str) -> Entry | None:
    """Stored output of a stage, or None."""
    stages = pipeline()
    return stages.entry(stage) if stages else None


def value(found: Entry, name: str) -> Any:
    """One frame, array or JSON value of an output, read once per key."""
    return _value(str(found.folder), name)


def frame(stage: str, name: str) -> Any:
    """One value of a stage's output; None while it is not computed, or where it holds none such."""
    found = entry(stage)
    return None if found is None or name not in found else value(found, name)


def failures(of_images: bool = False) -> pd.DataFrame:
    """Patients left out so far: patient, code, message; ``of_images``: whose image or mask is the reason."""
    from core.pipeline import CASE_STAGES, LEAVING_OUT

    stages, names = pipeline(), CASE_STAGES if of_images else LEAVING_OUT
    return pd.DataFrame(stages.failures(names) if stages else [], columns=["patient", "code", "message"])


def weights_note() -> str:
    """A sentence when deep features come from random weights, else nothing."""
    drawn = [name for name in BACKBONES if (frame(name, "info") or {}).get("kind") == "random"]
    chosen = study()
    if not drawn or chosen is None:
        return ""
    return (
        "Deep features come from seeded random weights (ImageNet weights could not be had): "
        f"{resting_on_deep(chosen.settings)} numbers are no evidence."
    )


def derive(make: "Callable[[], T]", *key: object) -> "T":
    """What ``make`` gives, computed once per ``key``: store keys, filter text, settings; never data.

    The clinical table counts as part of every key: stage keys know little of it, filters all of it.
    """
    function = getattr(make, "func", make)
    folder = study_folder()
    table = _clinical_digest(str(folder), preset(), _stamp(folder))
    return _derived((function.__module__, function.__qualname__, table, *map(str, key)), make)


def drawn(make: "Callable[[], T]") -> "T":
    """A figure, drawn once for all that goes into it: drawing costs more than telling whether it changed."""
    try:
        return _derived(("drawn", joblib.hash(make)), make)
    except (PicklingError, TypeError, AttributeError):  # made by a function inside another: has no name
        return make()


@st.cache_resource
def store(root: str) -> Store:
    """The one store of this server; it remembers which entries were found whole."""
    return Store(Path(root))


@st.cache_resource(max_entries=8)
def _study(folder: str, chosen: str, stamp: tuple[int, ...]) -> Study:  # noqa: ARG001  (part of the key)
    return load_study(Path(folder), chosen)


@st.cache_resource(max_entries=8, ttl=300, show_spinner="Reading the study")
def _pipeline(folder: str, chosen: str, stamp: tuple[int, ...]) -> "Pipeline":
    from core.pipeline import Pipeline  # takes seconds: SimpleITK and PyRadiomics come with it

    return Pipeline(_study(folder, chosen, stamp), store(str(cache_folder())))


@st.cache_resource(max_entries=8, show_spinner=False)
def _clinical_digest(folder: str, chosen: str, stamp: tuple[int, ...]) -> str:
    return digest(_study(folder, chosen, stamp).clinical.to_csv(index=False))


@st.cache_resource(max_entries=256, show_spinner=False)
def _derived(key: tuple[str, ...], _make: Any) -> Any:  # noqa: ARG001  (the key is what the cache goes by)
    return _make()


@st.cache_resource(max_entries=256, show_spinner=False)
def _value(folder: str, name: str) -> Any:
    return by_folder(folder)[name]


def by_folder(folder: str) -> Entry:
    """The output that stands in this folder of the store."""
    path = Path(folder)
    found = store(str(path.parents[1])).entry(path.parent.name, path.name)
    if found is None:
        raise RuntimeError("an entry vanished from the store")
    return found


def _stamp(folder: Path) -> tuple[int, ...]:
    """Changes with the manifest, a table, the files in a folder of the study, and the weights."""
    watched = [*sorted(folder.iterdir()), cache_folder() / "weights"]
    return tuple(p.stat().st_mtime_ns for p in watched if p.exists())
