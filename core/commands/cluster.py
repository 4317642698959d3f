"""Work on more than one machine: joblib's processes become the workers of a Dask cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import CannotRun

PATIENCE = 20  # seconds until the scheduler must have answered


@contextmanager
def cluster(address: str | None) -> Iterator[int | None]:
    """Send everything that joblib runs inside to the Dask scheduler at ``address``; gives its threads.

    None changes nothing and gives None. The workers must be able to import ``core`` and see study and cache
    under the same paths. A worker that dies loses its tasks to the others. Raises CannotRun (DASK).
    """
    if address is None:
        yield None
        return
    from distributed import Client
    from joblib import parallel_config

    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError, ImportError) as error:
        raise _failed("no answer", "Check the address and that dask scheduler runs there.") from error
    with client:
        threads = sum(client.nthreads().values())
        if not threads:
            raise _failed("a scheduler without workers", "Start them: dask worker ADDRESS.")
        with parallel_config(backend="dask"):
            yield threads


def _failed(found: str, fix: str) -> CannotRun:
    return CannotRun("DASK", "A Dask cluster at the address of --dask", found, fix)
