"""A local archive: plain files by path, and the listing of S3 buckets; it fails where a test asks it to."""

import hashlib
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

PAGE = 3  # objects per page of a listing


class Archive:
    """``files``: path without the first / -> bytes. ``faults``: path -> what its next answers do, in order.

    Faults: "cut" (the connection ends halfway), "wrong" (another last byte), "hang", "trickle" (from halfway
    on a byte now and then), "slow head" (so from the first byte),
    "login" (a page), a status number, or (body, headers, status) as they are.
    ``served``: bytes sent of each file; ``asked``: requests, listings under "?".
    """

    def __init__(self):
        self.files, self.faults = {}, {}
        self.served, self.asked = Counter(), Counter()
        self.lock = threading.Lock()
        self.url, self.parts_etag = "", False

    def fault(self, path):
        with self.lock:
            waiting = self.faults.get(path) or self.faults.get("*") or []
            return waiting.pop(0) if waiting else None

    def etag(self, path):
        digest = hashlib.md5(self.files[path]).hexdigest()
        return f'"{digest}-2"' if self.parts_etag else f'"{digest}"'

    def bytes_served(self):
        return sum(self.served.values())


class Handler(BaseHTTPRequestHandler):
    """HTTP as S3 and its web hosting answer: ETag, Range, If-Range, HEAD, ListObjectsV2 in pages."""

    archive: Archive
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):  # noqa: N802
        self.answer(body=False)

    def do_GET(self):  # noqa: N802
        self.answer(body=True)

    def answer(self, body):
        parts = urlsplit(self.path)
        path, query = unquote(parts.path).lstrip("/"), parse_qs(parts.query)
        key = "?" if "list-type" in query else path
        with self.archive.lock:
            self.archive.asked[key] += 1
        fault = self.archive.fault(key)
        if fault == "hang":
            time.sleep(3)
            return self.plain(503)
        if fault == "slow head":
            return self.trickle(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000)
        if isinstance(fault, int):
            return self.plain(fault)
        if isinstance(fault, tuple):
            return self.send(*fault)
        if fault == "login":
            return self.send(b"<html><body>Log in", {})
        if key == "?":
            return self.send(self.listing(path, query), {"Content-Type": "application/xml"})
        if path not in self.archive.files:
            return self.plain(404)
        return self.file(path, body, fault)

    def file(self, path, body, fault):
        data, etag, status = self.archive.files[path], self.archive.etag(path), 200
        headers = {"ETag": etag}
        asked = self.headers.get("Range")
        if asked and self.headers.get("If-Range", etag) == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                return self.plain(416)
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(data) - 1}/{len(data)}"
            data = data[start:]
        if fault == "wrong":
            data = data[:-1] + bytes([data[-1] ^ 1])
        sent = data[: len(data) // 2] if fault in ("cut", "trickle") else data
        with self.archive.lock:
            self.archive.served[path] += len(sent) if body else 0
        self.send(sent if body else b"", headers, status, len(data), cut=fault == "cut")
        if fault == "trickle":
            self.trickle(data[len(sent) :])
        return None

    def trickle(self, data):
        """Every byte well before a timeout, all of them never."""
        self.close_connection = True
        for at in range(len(data)):
            self.wfile.write(data[at : at + 1])
            self.wfile.flush()
            time.sleep(0.02)

    def listing(self, bucket, query):
        prefix = f"{bucket}/{query['prefix'][0]}"
        keys = sorted(path for path in self.archive.files if path.startswith(prefix))
        first = int(query.get("continuation-token", ["0"])[0])
        items = "".join(
            f"<Contents><Key>{key.removeprefix(bucket + '/')}</Key><ETag>{self.archive.etag(key)}</ETag>"
            f"<Size>{len(self.archive.files[key])}</Size></Contents>"
            for key in keys[first : first + PAGE]
        )
        more = first + PAGE < len(keys)
        token = f"<NextContinuationToken>{first + PAGE}</NextContinuationToken>" if more else ""
        space = "http://s3.amazonaws.com/doc/2006-03-01/"
        return f'<ListBucketResult xmlns="{space}">{items}{token}</ListBucketResult>'.encode()

    def plain(self, status):
        self.send(b"", {}, status)

    def send(self, data, headers, status=200, length=None, cut=False):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)
        if cut:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *_):
        pass


class Quiet(ThreadingHTTPServer):
    """A client that hangs up is part of a test, not worth a traceback."""

    def handle_error(self, *_):
        pass


@contextmanager
def running():
    """An empty archive on a free port."""
    archive = Archive()
    handler = type("Own", (Handler,), {"archive": archive})
    server = Quiet(("127.0.0.1", 0), handler)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    archive.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield archive
    finally:
        server.shutdown()
        server.server_close()
