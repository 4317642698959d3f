"""IBSI's reference values beside the engine's: the same for every study, so no stage of one."""

from typing import Any

from core.digests import code_digest, file_digest, library_versions
from core.features.ibsi.table import DATA, ibsi_table
from core.stages.cases import IMAGE_LIBRARIES
from core.stages.stage import key_of
from core.store import Entry, Payload, Store

NAME = "ibsi"


def stored_ibsi(store: Store) -> Entry | None:
    """The stored table, or None where it is still to be computed."""
    return store.entry(NAME, key_of(NAME, _provenance()))


def ibsi(store: Store) -> Entry:
    """Frame ``table`` (columns as of ``core.features.ibsi.table.compare``), computed once per code."""
    provenance = _provenance()
    return store.compute(NAME, key_of(NAME, provenance), _make, provenance)


def _make() -> Payload:
    return {"table": ibsi_table()}


def _provenance() -> dict[str, Any]:
    return {
        "inputs": {path.name: file_digest(path) for path in DATA},
        "code": code_digest(_make, ["core.features.ibsi.table"]),
        "libraries": library_versions(IMAGE_LIBRARIES),
    }
