"""Where backbone weights come from; the network is a server on loopback."""

import hashlib
import http.server
import threading
import time

import pytest

from core.errors import CannotRun
from core.features import backbones, weights
from core.settings import DeepSettings

CONTENT = b"weights" * 100_000
CHECKSUM = hashlib.sha256(CONTENT).hexdigest()
GOOD = f"googlenet-{CHECKSUM[:8]}.pth"
RANDOM, STRICT = DeepSettings(), DeepSettings(allow_random=False)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802
        name = self.path.rsplit("/", 1)[-1]
        if name == "missing.pth":
            return self.send_error(404)
        if "stall" in self.path:
            time.sleep(1.5)
        if "trickle" in self.path:
            return self.trickle()
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT[: len(CONTENT) // (2 if "cut" in self.path else 1)])
        return None

    def trickle(self):
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
            self.wfile.write(bytes([byte]))
            time.sleep(0.02)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.fixture
def publish(monkeypatch):
    """Let torchvision publish its weights at another address."""
    return lambda url: monkeypatch.setattr(backbones, "published_url", lambda _: url)


def test_download(server, publish, tmp_path):
    publish(f"{server}/{GOOD}")
    weights.ensure("googlenet", tmp_path / "cache", STRICT)
    found = weights.resolve("googlenet", tmp_path / "cache", STRICT)
    assert (found.kind, found.identity, found.path.name) == ("imagenet", CHECKSUM, GOOD)
    assert found.label == f"ImageNet weights ({GOOD[:-4]})"
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [GOOD]


BAD = ["googlenet-00000000.pth", "stall/" + GOOD, "cut/" + GOOD, "missing.pth", "googlenet.pth"]


@pytest.mark.parametrize("name", BAD)
def test_nothing_is_left_of_a_failed_download(server, publish, tmp_path, name):
    publish(f"{server}/{name}")
    weights.ensure("googlenet", tmp_path, RANDOM, timeout=0.5)
    assert not list(tmp_path.iterdir())
    assert weights.resolve("googlenet", tmp_path, RANDOM).kind == "random"
    with pytest.raises(CannotRun) as error:
        weights.ensure("googlenet", tmp_path, STRICT, timeout=0.5)
    reason = "no answer" if name in (BAD[1], BAD[3]) else "wrong checksum"
    assert reason in str(error.value) and server not in str(error.value)


def test_a_server_that_sends_a_byte_now_and_then(server, publish, tmp_path, monkeypatch):
    monkeypatch.setattr("core.pace.WINDOW", 0.2)
    publish(f"{server}/trickle/{GOOD}")
    with pytest.raises(CannotRun, match="no answer"):
        weights.ensure("googlenet", tmp_path, STRICT, timeout=0.5)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", [f"http://127.0.0.1:9/{GOOD}", f"http://weights.invalid/{GOOD}"])
def test_offline(publish, tmp_path, url):
    publish(url)
    weights.ensure("googlenet", tmp_path, RANDOM, timeout=2)
    assert not list(tmp_path.iterdir())


def test_a_users_file_needs_no_network(publish, tmp_path):
    publish("http://127.0.0.1:9/none")
    (tmp_path / GOOD).write_bytes(CONTENT)
    weights.ensure("googlenet", tmp_path, STRICT)
    assert weights.resolve("googlenet", tmp_path, STRICT).kind == "imagenet"
    assert weights.resolve("resnet50", tmp_path, RANDOM).kind == "random"


def test_a_damaged_file_is_not_used(tmp_path):
    (tmp_path / "googlenet-1378be20.pth").write_bytes(CONTENT)
    found = weights.resolve("googlenet", tmp_path, RANDOM)
    assert found.kind == "random" and "damaged" in found.label
    with pytest.raises(CannotRun, match="WEIGHTS.*damaged"):
        weights.resolve("googlenet", tmp_path, STRICT)


def test_random_weights_are_named(tmp_path):
    found = weights.resolve("resnet50", tmp_path / "absent", RANDOM)
    assert (found.kind, found.path, found.seed) == ("random", None, RANDOM.seed)
    assert found.label == "seeded random weights (no evidence)"
    other = weights.resolve("resnet50", tmp_path, DeepSettings(seed=1))
    assert found.identity != other.identity


def test_torchvision_publishes_names_with_checksums():
    for backbone in ("googlenet", "resnet50"):
        url = backbones.published_url(backbone)
        assert url.startswith("https://")
        assert weights._digits(url.rsplit("/", 1)[-1], backbone)
