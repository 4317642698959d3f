"""HTTP answers that give up on a server that sends a byte now and then: no timeout of a read ends that."""

import time
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, cast
from urllib.request import HTTPHandler, HTTPSHandler, Request, build_opener

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FLOOR = 1000.0  # bytes per second, on average over each WINDOW: a telephone line brings more
WINDOW = 60.0  # seconds spent waiting for the server


class PacedResponse(HTTPResponse):
    """An answer whose head and body must come faster than FLOOR; raises TimeoutError otherwise."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fp = BufferedReader(_Paced(self.fp.detach()))


class _Paced(RawIOBase):
    def __init__(self, raw: RawIOBase) -> None:
        self._raw, self._waited, self._came = raw, 0.0, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int | None:
        start = time.monotonic()
        count = self._raw.readinto(buffer)
        self._waited += time.monotonic() - start  # who reads may take all the time it needs
        self._came += count or 0
        if count and self._waited >= WINDOW:
            if self._came < FLOOR * self._waited:
                raise TimeoutError
            self._waited, self._came = 0.0, 0
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Connection(HTTPConnection):
    response_class = PacedResponse


class _SecureConnection(HTTPSConnection):
    response_class = PacedResponse


class _Handler(HTTPHandler):
    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_Connection, req)


class _SecureHandler(HTTPSHandler):
    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req)


def open_url(url: str, timeout: float) -> HTTPResponse:
    """``urllib.request.urlopen`` with paced answers; ``timeout``: seconds without a byte."""
    return cast(HTTPResponse, build_opener(_Handler, _SecureHandler).open(url, timeout=timeout))
