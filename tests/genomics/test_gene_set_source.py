"""Fetching gene sets from a local server that answers as Enrichr does, or as it should not."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from core.__main__ import main
from core.errors import CannotRun, TableError
from core.genomics import gene_set_source
from core.genomics.enrichment import read_gmt
from core.genomics.gene_set_source import download

GOOD = "MAPK signaling pathway\t\tKRAS\tBRAF\t\nCell cycle\t\tCDK1,1.0\tTP53,0.5\t\n"
ANSWERS = {
    "Good": GOOD.encode(),
    "Empty": b"",
    "Html": b"<html><body>busy</body></html>",
    "Binary": b"A\t\tG\xff\xfe\n",
}


class Enrichr(BaseHTTPRequestHandler):
    """One library under each name of ANSWERS; Slow never ends, Cut is shorter than announced."""

    def do_GET(self):  # noqa: N802
        query = parse_qs(urlsplit(self.path).query)
        name = query["libraryName"][0]
        if not self.path.startswith("/Enrichr/geneSetLibrary?") or query["mode"] != ["text"]:
            return self.send_error(400)
        if name not in {*ANSWERS, "Slow", "Cut", "Mute", "Trickle"}:
            return self.send_error(404)
        if name == "Mute":
            return time.sleep(1)
        if name == "Trickle":
            return self.trickle()
        body = ANSWERS.get(name, GOOD.encode())
        self.send_response(200)
        if name != "Slow":
            self.send_header("Content-Length", str(len(body) + 99 * (name == "Cut")))
        self.end_headers()
        self.wfile.write(body)
        for _ in range(20 if name == "Slow" else 0):
            time.sleep(0.05)
            self.wfile.write(b"A\t\tG\n")
        return None

    def trickle(self):
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
            self.wfile.write(bytes([byte]))
            time.sleep(0.02)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def source():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Enrichr)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/Enrichr"
    server.shutdown()
    server.server_close()


def test_a_library_becomes_a_gmt_that_reads_back(source, tmp_path):
    (tmp_path / "s.gmt").write_text(download("Good", source))
    sets = read_gmt([tmp_path / "s.gmt"]).sets
    assert sets == {"MAPK signaling pathway": ("KRAS", "BRAF"), "Cell cycle": ("CDK1", "TP53")}
    assert "\tEnrichr Good\t" in (tmp_path / "s.gmt").read_text()


@pytest.mark.parametrize(
    ("library", "found"),
    [
        ("Empty", "an empty answer"), ("Html", "no list of gene sets"), ("Binary", "no text"),
        ("Unknown", "error 404"), ("Cut", "no connection"), ("Mute", "no answer in time"),
        ("Slow", "no answer in time"),
    ],
)  # fmt: skip
def test_what_is_no_library_is_one_sentence(source, library, found):
    with pytest.raises(CannotRun, match=found) as error:
        download(library, source, timeout=0.3, longest=0.3)
    assert error.value.code == "GENESETS-SOURCE"
    assert library in str(error.value) and "[genesets] files" in str(error.value)


def test_an_answer_that_trickles(source, monkeypatch):
    monkeypatch.setattr("core.pace.WINDOW", 0.2)
    with pytest.raises(CannotRun, match="no answer in time"):
        download("Trickle", source, timeout=0.5)


def test_a_name_that_is_none_is_not_asked_for():
    for name in ("", "../x", "a b", "a&mode=json"):
        with pytest.raises(TableError, match="GENESETS-NAME"):
            download(name, "http://127.0.0.1:9")


def test_the_command_writes_the_file_or_leaves_nothing(source, tmp_path, monkeypatch, capsys):
    out = tmp_path / "sets.gmt"
    monkeypatch.setattr(gene_set_source.download, "__defaults__", (source, 1.0, 1.0))
    assert main(["fetch", "genesets", "Good", "-o", str(out)]) == 0
    assert len(read_gmt([out]).sets) == 2
    monkeypatch.setattr(gene_set_source.download, "__defaults__", ("http://127.0.0.1:9/Enrichr", 1.0, 1.0))
    assert main(["fetch", "genesets", "KEGG_2021_Human", "-o", str(tmp_path / "other.gmt")]) == 2
    assert "no connection" in capsys.readouterr().err
    assert not (tmp_path / "other.gmt").exists()
