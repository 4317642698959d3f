"""One file over HTTP: whole and checked under its name, or not there; what came so far is kept and goes on.

Plain GETs rather than s5cmd: that reports no progress to a caller, checks no hash, and once cancelled leaves
nothing to go on from. `requests` keeps connections open and obeys a hospital's proxy settings.
"""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import requests

from core.study.archives.aside import put
from core.study.archives.faults import Cancelled, CutOff, damaged, disk, failed, missing, no_address
from core.study.archives.paced import PacedAdapter

CHUNK = 1 << 16  # at most this much is asked for twice after a cut
ONE_PART_ETAG = re.compile(r'"?([0-9a-f]{32})"?')  # S3: the MD5, unless it was uploaded in parts (...-12)
SIZE = re.compile(r"[0-9]{1,15}")
MOST = 4 * 10**9  # bytes of a file whose size the archive does not say
BUSY = (429, 500, 502, 503, 504)
BEYOND = 416  # what was asked for begins after the file's end
T = TypeVar("T")
_md5 = partial(hashlib.md5, usedforsecurity=False)  # what S3 gives; FIPS machines refuse it otherwise


@dataclass(frozen=True, slots=True)
class Remote:
    """A file of an archive: its size in bytes and ETag where they are known."""

    url: str
    size: int | None = None
    etag: str = ""

    @property
    def md5(self) -> str:
        """The hash that the archive gives, or ""."""
        found = ONE_PART_ETAG.fullmatch(self.etag)
        return found[1] if found else ""


@dataclass(slots=True)
class Client:
    """How files are asked for: ``timeout`` s without an answer, ``pauses`` s before each further try.

    A server that answers, but below the floor of `core.pace`, counts as one without an answer.
    ``cancelled`` is asked at every piece that arrives; ``arrived`` is told how many bytes did (negative:
    how many had to be thrown away).
    """

    timeout: float = 30
    pauses: tuple[float, ...] = (1, 4, 15)
    cancelled: Callable[[], bool] = lambda: False
    arrived: Callable[[int], None] = lambda _count: None
    session: requests.Session | None = None

    def ask(self, url: str, method: str = "GET", **headers: str) -> requests.Response:
        """An answer with its body still to be read. Raises requests' errors, and CannotRun (FETCH-*)."""
        self.check()
        self.session = self.session or _session()
        wanted = {"Accept-Encoding": "identity", **headers}
        try:
            answer = self.session.request(method, url, headers=wanted, stream=True, timeout=self.timeout)
        except ValueError:  # of requests and urllib3: no address, here or where a redirect leads
            raise no_address() from None
        if answer.status_code < 400 or answer.status_code == BEYOND:
            return answer
        answer.close()
        if answer.status_code in BUSY:
            raise requests.HTTPError(str(answer.status_code), request=answer.request)
        raise missing(answer.status_code, url)

    def tried(self, work: Callable[[], T]) -> T:
        """The result of ``work``, tried again after each pause where the connection or server failed.

        Raises CannotRun: FETCH-OFFLINE, FETCH-TIMEOUT, FETCH-CUT, FETCH-SERVER.
        """
        for pause in self.pauses:
            try:
                return work()
            except requests.RequestException:
                self._wait(pause)
        try:
            return work()
        except requests.RequestException as error:
            raise failed(error) from None

    def check(self) -> None:
        """Raises Cancelled once the user has stopped the work."""
        if self.cancelled():
            raise Cancelled

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(left, 0.2))


def describe(url: str, client: Client) -> Remote:
    """Size and ETag that the server names, without the file."""
    with client.tried(lambda: client.ask(url, "HEAD")) as answer:
        return Remote(url, _announced(answer), answer.headers.get("ETag", ""))


def fetch(remote: Remote, target: Path, client: Client) -> None:
    """Put a file at ``target``; one that is there with the right size is left alone.

    Bytes go to a hidden file beside it that carries the ETag in its name: a later call goes on there unless
    the archive has changed. Size and MD5 (where the ETag is one) are checked, then the file is renamed, and
    another one of that name set aside.
    Raises CannotRun: what `Client.tried` does, FETCH-MISSING, FETCH-DAMAGED, FETCH-DISK, FETCH-STOPPED.
    """
    if target.is_file() and remote.size in (None, target.stat().st_size):
        client.arrived(target.stat().st_size)
        return
    mark = _md5(remote.etag.encode()).hexdigest()[:8]
    part = target.with_name(f".{target.name}.{mark}.part")
    with disk():
        target.parent.mkdir(parents=True, exist_ok=True)
        client.arrived(_length(part))
        client.tried(lambda: _go_on(remote, part, client))
        if _difference(remote, part):  # once more from the start: the first half may have been older
            _throw_away(part, client)
            client.tried(lambda: _go_on(remote, part, client))
        if wrong := _difference(remote, part):
            _throw_away(part, client)
            raise damaged(wrong)
        put(part, target)


def _go_on(remote: Remote, part: Path, client: Client) -> None:
    have = _length(part)
    if remote.size is not None and part.exists() and have >= remote.size:
        return
    wanted = {"Range": f"bytes={have}-"} if have else {}
    if wanted and remote.etag:
        wanted["If-Range"] = remote.etag
    with client.ask(remote.url, **wanted) as answer:
        if answer.status_code != 206:  # the server sends all of it, or has less than we
            _throw_away(part, client)
        if answer.status_code == BEYOND:
            raise CutOff(request=answer.request)
        _append(answer, part, MOST if remote.size is None else remote.size, client)
    if remote.size is not None and _length(part) < remote.size:
        raise CutOff(request=answer.request)


def _append(answer: requests.Response, part: Path, most: int, client: Client) -> None:
    """What the server sends, unless it is, or turns out to be, more than ``most`` bytes in all."""
    coming = _length(part) + (_announced(answer) or 0)
    if coming > most:
        _throw_away(part, client)
        raise damaged(f"{coming:,} bytes instead of {most:,}")
    with part.open("ab") as file:
        for piece in answer.iter_content(CHUNK):
            file.write(piece)
            client.arrived(len(piece))
            client.check()
            if file.tell() > most:
                break
    if _length(part) > most:
        _throw_away(part, client)
        raise damaged(f"more than {most:,} bytes")


def _announced(answer: requests.Response) -> int | None:
    return size_of(answer.headers.get("Content-Length", ""))


def size_of(text: str) -> int | None:
    """A number of bytes as an archive writes it; None for anything else."""
    return int(text) if SIZE.fullmatch(text) else None


def _difference(remote: Remote, part: Path) -> str:
    size = _length(part)
    if remote.size is not None and size != remote.size:
        return f"{size:,} bytes instead of {remote.size:,}"
    if not remote.md5:
        return ""
    with part.open("rb") as file:
        found = hashlib.file_digest(file, _md5).hexdigest()
    return "" if found == remote.md5 else f"another hash ({found[:8]} instead of {remote.md5[:8]})"


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _throw_away(part: Path, client: Client) -> None:
    client.arrived(-_length(part))
    part.unlink(missing_ok=True)


def _session() -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, PacedAdapter(pool_connections=4, pool_maxsize=16))
    return session
