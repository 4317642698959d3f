"""Work done patient by patient: each finished case is kept, so that a killed run loses none."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from core.digests import code_digest, file_digest, library_versions
from core.errors import NodescopeError, StudyError, coded
from core.settings import as_dict
from core.stages.stage import Context, key_of
from core.store import Entry, Payload, Store
from core.study.manifest import Study

Work = Callable[..., Payload]
Files = Callable[[Study, str], tuple[Path, ...]]
IMAGE_LIBRARIES = ("numpy", "pandas", "scipy", "numba", "SimpleITK", "pyradiomics", "PyWavelets")


def image_and_mask(study: Study, patient: str) -> tuple[Path, ...]:
    """What most work on a patient opens."""
    return study.image_path(patient), study.mask_path(patient)


def image_inputs(study: Study, _store: Store, files: Files = image_and_mask) -> dict[str, str]:
    """Digest of every patient's image and mask, or other ``files``; '' for a file that is not there."""
    return {p: " ".join(_digests(files(study, p))) for p in study.clinical["patient"]}


def sound(ctx: Context) -> list[str]:
    """Patients whose image and mask passed every check, in the study's order."""
    cases = ctx.upstream("masks")["cases"]
    return list(cases.loc[cases["ok"], "patient"])


def each_case(
    ctx: Context,
    name: str,
    work: Work,
    settings: Any,
    modules: tuple[str, ...],
    patients: Iterable[str],
    files: Files = image_and_mask,
) -> dict[str, Entry]:
    """Stored output of ``work(*files, settings)`` for each patient, made by worker processes where missing.

    A NodescopeError of one case becomes its stored ``failure`` and the others go on.
    """
    from joblib import Parallel, delayed

    store, opened = ctx.store, {p: files(ctx.study, p) for p in patients}
    order = list(opened)
    common = {
        "settings": as_dict(settings),
        "code": code_digest(work, modules),
        "libraries": library_versions(IMAGE_LIBRARIES),
    }
    provenances = {p: {**common, "inputs": _digests(paths)} for p, paths in opened.items()}
    keys = {p: key_of(name, provenances[p]) for p in order}
    missing = [p for p in order if not store.has(name, keys[p])]
    ctx.report(len(order) - len(missing), len(order))
    tasks = (
        delayed(_compute)(store.root, name, keys[p], work, opened[p], settings, provenances[p])
        for p in missing
    )
    pool = Parallel(n_jobs=min(ctx.workers, len(missing) or 1), return_as="generator_unordered")
    for done, _ in enumerate(pool(tasks), start=len(order) - len(missing) + 1):
        ctx.report(done, len(order))
    return {p: store.compute(name, keys[p], _task(work, opened[p], settings)) for p in order}


def kept(cases: dict[str, Entry]) -> dict[str, Entry]:
    """The cases that did not fail. Raises StudyError (STUDY-NO-CASES) when none is left."""
    good = {p: entry for p, entry in cases.items() if "failure" not in entry}
    if not good:
        first: dict[str, str] = next(iter(cases.values()))["failure"] if cases else {}
        message = first.get("message", "").removeprefix(f"[{first.get('code')}] ")
        raise StudyError(
            "STUDY-NO-CASES",
            "At least one patient must have a readable image and a mask that fits it",
            f"that all {len(cases)} patients failed, the first with: {message}" if cases else "no patient",
            "Check the image and mask patterns in study.toml.",
        )
    return good


def failures(cases: dict[str, Entry]) -> pd.DataFrame:
    """Frame [patient, code, message] of the cases that failed."""
    rows = [{"patient": p, **entry["failure"]} for p, entry in cases.items() if "failure" in entry]
    return pd.DataFrame(rows, columns=["patient", "code", "message"])


def findings(cases: dict[str, Entry]) -> pd.DataFrame:
    """Frame [patient, code, outcome, text]: why cases were left out, and warnings of those that were kept."""
    rows = []
    for patient, entry in cases.items():
        failure = entry.get("failure")
        lines = [failure["message"]] if failure else entry["report"]["notes"]
        outcome = "left out" if failure else "kept"
        rows += [(patient, code, outcome, text) for code, text in map(coded, lines)]
    return pd.DataFrame(rows, columns=["patient", "code", "outcome", "text"])


def _digests(paths: tuple[Path, ...]) -> tuple[str, ...]:
    return tuple(file_digest(path) for path in paths)


def _compute(
    root: Path, name: str, key: str, work: Work, paths: tuple[Path, ...], settings: Any, provenance: Any
) -> None:
    Store(root).compute(name, key, _task(work, paths, settings), provenance)


def _task(work: Work, paths: tuple[Path, ...], settings: Any) -> Callable[[], Payload]:
    def make() -> Payload:
        try:
            return work(*paths, settings)
        except NodescopeError as error:
            return {"failure": {"code": error.code, "message": str(error)}}

    return make
