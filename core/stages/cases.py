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

Work = Callable[[Path, Path, Any], Payload]
IMAGE_LIBRARIES = ("numpy", "pandas", "scipy", "numba", "SimpleITK", "pyradiomics", "PyWavelets")


def image_inputs(study: Study, _store: Store) -> dict[str, str]:
    """Digest of every patient's image and mask; '' for a file that is not there."""
    return {p: f"{image} {mask}" for p in study.clinical["patient"] for image, mask in [_digests(study, p)]}


def each_case(
    ctx: Context, name: str, work: Work, settings: Any, modules: tuple[str, ...], patients: Iterable[str]
) -> dict[str, Entry]:
    """Stored output of ``work`` for each patient, computed by worker processes where it is missing.

    A NodescopeError of one case becomes its stored ``failure`` and the others go on.
    """
    from joblib import Parallel, delayed

    study, store, order = ctx.study, ctx.store, list(patients)
    common = {
        "settings": as_dict(settings),
        "code": code_digest(work, modules),
        "libraries": library_versions(IMAGE_LIBRARIES),
    }
    provenances = {p: {**common, "inputs": _digests(study, p)} for p in order}
    keys = {p: key_of(name, provenances[p]) for p in order}
    missing = [p for p in order if not store.has(name, keys[p])]
    ctx.report(len(order) - len(missing), len(order))
    tasks = (
        delayed(_compute)(
            store.root, name, keys[p], work, study.image_path(p), study.mask_path(p), settings, provenances[p]
        )
        for p in missing
    )
    pool = Parallel(n_jobs=min(ctx.workers, len(missing) or 1), return_as="generator_unordered")
    for done, _ in enumerate(pool(tasks), start=len(order) - len(missing) + 1):
        ctx.report(done, len(order))
    return {
        p: store.compute(name, keys[p], _task(work, study.image_path(p), study.mask_path(p), settings))
        for p in order
    }


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


def _digests(study: Study, patient: str) -> tuple[str, str]:
    return file_digest(study.image_path(patient)), file_digest(study.mask_path(patient))


def _compute(
    root: Path, name: str, key: str, work: Work, image: Path, mask: Path, settings: Any, provenance: Any
) -> None:
    Store(root).compute(name, key, _task(work, image, mask, settings), provenance)


def _task(work: Work, image: Path, mask: Path, settings: Any) -> Callable[[], Payload]:
    def make() -> Payload:
        try:
            return work(image, mask, settings)
        except NodescopeError as error:
            return {"failure": {"code": error.code, "message": str(error)}}

    return make
