"""Tables through pipes: read once and whole, never for ever."""

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.__main__ import main
from core.commands import piped
from core.errors import TableError
from tests.conftest import ROOT

PYTHON = sys.executable


def shell(text):
    return subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def folder(tmp_path):
    """An expression table, gene sets, predictions and a table to audit."""
    rng = np.random.default_rng(3)
    genes = pd.Index([f"G{i}" for i in range(40)], name="gene")
    values = rng.uniform(1, 9, (40, 16)) + np.repeat(rng.normal(size=(2, 16)), 20, axis=0) * 3
    pd.DataFrame(values, genes, [f"s{i}" for i in range(16)]).to_csv(tmp_path / "e.csv")
    (tmp_path / "s.gmt").write_text(
        "\n".join(f"SET{k}\tx\t" + "\t".join(genes[k::4]) for k in range(4)) + "\n"
    )
    y = np.arange(40) % 2
    pd.DataFrame({"y": y, "a": rng.uniform(0, 0.6, 40) + 0.3 * y}).round(4).to_csv(
        tmp_path / "p.csv", index=False
    )
    (tmp_path / "t.csv").write_text("n,positives,acc,sen,spec\n57,25,0.72,0.68,0.75\n")
    for name in ("e.csv", "p.csv", "t.csv"):
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    return tmp_path


@pytest.fixture
def fifo(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


COMMANDS = [
    "evaluate {p.csv} --train {p.csv} --outcome y --models a -o {out}",
    "audit {t.csv} -o {out}",
    "gsva {e.csv} {s.gmt} -o {out}",
    "modules {e.csv} --power 6 --type unsigned --min-size 10 --deep-split 2 --merge 0.25 -o {out}",
]


def run(command, names):
    for name, given in names.items():
        command = command.replace(f"{{{name}}}", given)
    return command


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_gives_what_the_file_gives(folder, monkeypatch, command):
    """As a shell's process substitution; gzip is told by the content."""
    monkeypatch.chdir(folder)
    names = {name: name for name in ("p.csv", "t.csv", "e.csv", "s.gmt")}
    assert main(run(command, {**names, "out": "plain"}).split()) in (0, 3)
    pipes = {name: f"<(cat {name}{'.gz' * (name != 's.gmt')})" for name in names}
    done = shell(f"PYTHONPATH={ROOT} exec {PYTHON} -m core {run(command, {**pipes, 'out': 'piped'})}")
    assert done.returncode in (0, 3), done.stderr
    for plain in sorted(Path("plain").iterdir()) if Path("plain").is_dir() else [Path("plain")]:
        other = Path("piped" if plain.name == "plain" else f"piped/{plain.name}")
        assert other.read_bytes() == plain.read_bytes() != b""


def test_standard_input(folder, monkeypatch):
    monkeypatch.chdir(folder)
    command = "evaluate /dev/stdin --outcome y --models a -o out"
    done = shell(f"cat p.csv | PYTHONPATH={ROOT} {PYTHON} -m core {command}")
    assert done.returncode == 0, done.stderr
    assert json.loads(Path("out").read_text())["models"]["a"]["auc"] > 0.5


def test_a_writer_that_takes_its_time(fifo):
    def write():
        with fifo.open("wb") as file:
            for piece in (b"a", b"b" * 300_000, b"c"):
                time.sleep(0.1)
                file.write(piece)
                file.flush()

    threading.Thread(target=write, daemon=True).start()
    found = piped.readable(fifo)
    assert found.read_bytes() == found.read_bytes() == b"a" + b"b" * 300_000 + b"c"


def test_nobody_writes(fifo, monkeypatch):
    monkeypatch.setattr(piped, "WRITER", 0.1)
    with pytest.raises(TableError, match=r"PIPE.*nobody who writes.*Save the table to a file"):
        piped.readable(fifo)


def test_who_writes_falls_silent(fifo, monkeypatch):
    monkeypatch.setattr(piped, "SILENCE", 0.1)
    holder = os.open(fifo, os.O_RDWR)
    os.write(holder, b"a,b\n")
    with pytest.raises(TableError, match=r"PIPE.*nothing that comes"):
        piped.readable(fifo)
    os.close(holder)


def test_no_end(fifo, monkeypatch):
    monkeypatch.setattr(piped, "LARGEST_TABLE", 1 << 20)

    def write():
        try:
            with fifo.open("wb", buffering=0) as file:
                while True:
                    file.write(b"0" * 65536)
        except BrokenPipeError:
            pass

    threading.Thread(target=write, daemon=True).start()
    with pytest.raises(TableError, match=r"PIPE.*more than 1 MB"):
        piped.readable(fifo)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full"])
def test_devices_are_not_opened(device, tmp_path, capsys):
    assert piped.readable(Path(device)) == Path(device)
    assert main(["evaluate", device, "--outcome", "y", "--models", "a", "-o", str(tmp_path / "o")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("[TABLE-READ]") and said.count("\n") == 1
