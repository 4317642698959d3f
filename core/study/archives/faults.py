"""What can go wrong between an archive and the disk, each with the way on."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from urllib3.exceptions import ReadTimeoutError

from core.errors import CannotRun
from core.pace import FLOOR

ON = "Run it again when there is a connection: what is complete is kept."


class Cancelled(CannotRun):
    """The user stopped the work."""

    def __init__(self) -> None:
        super().__init__("FETCH-STOPPED", "The download was stopped", "", "Start it again: it goes on there.")


class CutOff(requests.ConnectionError):
    """Fewer bytes came than were announced."""


@contextmanager
def disk() -> Iterator[None]:
    """Turns a full or read-only disk into CannotRun (FETCH-DISK)."""
    try:
        yield
    except requests.RequestException:  # these are OSErrors too
        raise
    except OSError as error:
        fix = "Free some space, or choose another folder; then run it again."
        raise CannotRun("FETCH-DISK", "Downloads must fit on the disk", "none to write to", fix) from error


def require_space(folder: Path, wanted: int) -> None:
    """Raises CannotRun (FETCH-DISK) where so many bytes do not fit."""
    free = shutil.disk_usage(folder).free
    if free < wanted:
        expected = f"The disk must have room for {wanted / 1e9:,.1f} GB"
        raise CannotRun(
            "FETCH-DISK", expected, f"{free / 1e9:,.1f} GB free", "Choose another folder or disk."
        )


def missing(status: int, url: str) -> CannotRun:
    """The archive answers, but has no such file."""
    name = url.split("://", 1)[-1].partition("/")[2]
    expected = f"{_host(url)} must hold {name.rsplit('/', 1)[-1].split('?')[0] or 'what was asked for'}"
    fix = "The archive has moved or withdrawn it: look there by hand."
    return CannotRun("FETCH-MISSING", expected, f"its answer {status}", fix)


def failed(error: requests.RequestException) -> CannotRun:
    """The connection or the server failed once too often."""
    host = _host(str(getattr(error.request, "url", "")))
    late = error.args and isinstance(error.args[0], ReadTimeoutError)
    if isinstance(error, requests.TooManyRedirects):
        return no_address()
    if isinstance(error, requests.HTTPError):
        return CannotRun("FETCH-SERVER", f"{host} must answer", f"its error {error}", ON)
    if isinstance(error, requests.Timeout) or late:
        slow = f"no answer, or one of less than {FLOOR / 1000:g} kB a second"
        return CannotRun("FETCH-TIMEOUT", f"{host} must answer in time", slow, ON)
    if isinstance(error, CutOff | requests.exceptions.ChunkedEncodingError):
        return CannotRun("FETCH-CUT", f"A download from {host} must come to its end", "a cut connection", ON)
    return CannotRun("FETCH-OFFLINE", f"{host} must be reachable", "no connection", ON)


def no_address() -> CannotRun:
    """What was asked for, or what the archive sends us on to, is no address on the web."""
    expected = "The archive, and where it sends us on to, must have an address on the web"
    fix = "Look at NODESCOPE_XENA and NODESCOPE_IDC where they are set, and at the network's login page."
    return CannotRun("FETCH-ADDRESS", expected, "another", fix)


def no_listing(found: str) -> CannotRun:
    """The archive's list of files is none."""
    expected = "The archive must answer with a list of its files"
    return CannotRun("FETCH-LISTING", expected, found, "Check the network's login page.")


def damaged(wrong: str) -> CannotRun:
    """What came, twice, is not what was announced."""
    fix = "Run it again; if that does not help, tell the archive."
    return CannotRun("FETCH-DAMAGED", "A download must be what the archive announced", wrong, fix)


def _host(url: str) -> str:
    """Host and port, without the name and password that a mirror's address may hold."""
    return url.split("://", 1)[-1].partition("/")[0].rpartition("@")[2] or "The archive"
