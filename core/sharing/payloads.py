"""Whether the values of a stored result read as the store, and the models, will read them."""

from core.digests import library_versions
from core.errors import NodescopeError
from core.store import Entry

CELLS = 200_000_000  # of a table; in memory 1.6 GB


def reads(entry: Entry) -> bool:
    """Whether every value is what its name says: a table, an array without objects, JSON, a model.

    The bytes of models are read only where their libraries are the installed ones: a result of others is
    never asked for.
    """
    from core.models.persist import DAMAGED

    try:
        libraries = entry.manifest["libraries"]
        current = library_versions(tuple(libraries)) == libraries
        for name in entry:
            _require_size(entry, name)
            value = entry[name]
            if isinstance(value, bytes) and current:
                _read_model(name, value)
    except (*DAMAGED, NodescopeError, AssertionError):
        return False
    return True


def _require_size(entry: Entry, name: str) -> None:
    """Raises ValueError for a table that announces more cells than memory is to hold."""
    import pyarrow.parquet as pq

    path = entry.folder / f"{name}.parquet"
    if path.name in entry.manifest["files"]:
        size = pq.read_metadata(path)
        if size.num_rows * size.num_columns > CELLS:
            raise ValueError


def _read_model(name: str, data: bytes) -> None:
    from core.models.bundle import from_bundle_bytes
    from core.models.persist import from_bytes

    if name == "bundle":
        for pipeline in from_bundle_bytes(data).models.values():
            from_bytes(pipeline)
    elif name == "model":
        from_bytes(data)
