"""The store: whole or not at all, once per key, damage noticed."""

import json
import multiprocessing
import os
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.digests import code_digest, digest
from core.store import Store


def _payload() -> dict[str, object]:
    frame = pd.DataFrame({"a": [1.5, 2.5]}, index=pd.Index(["p1", "p2"], name="patient"))
    return {"frame": frame, "array": np.arange(6).reshape(2, 3), "info": {"n": 2}, "model": b"\x00\x01"}


def test_every_kind_of_value_comes_back_equal(tmp_path: Path) -> None:
    entry = Store(tmp_path).compute("stage", "k", _payload, {"settings": {"x": 1}})
    again = Store(tmp_path).entry("stage", "k")
    assert again is not None and set(again) == {"frame", "array", "info", "model"}
    pd.testing.assert_frame_equal(again["frame"], _payload()["frame"])
    assert np.array_equal(again["array"], entry["array"]) and again["info"] == {"n": 2}
    assert again["model"] == b"\x00\x01" and again.manifest["settings"] == {"x": 1}


def test_threads_compute_a_key_once(tmp_path: Path) -> None:
    calls: list[int] = []
    store, barrier = Store(tmp_path), threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        store.compute("stage", "k", lambda: calls.append(1) or {"n": 1})

    threads = [threading.Thread(target=work) for _ in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert len(calls) == 1


def _append_and_compute(root: Path, log: Path) -> None:
    def make() -> dict[str, object]:
        with log.open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        return {"n": 1}

    for key in ("a", "b", "c"):
        Store(root).compute("stage", key, make)


def test_processes_compute_a_key_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_append_and_compute, args=(tmp_path / "s", log)) for _ in range(3)]
    [p.start() for p in processes]
    [p.join() for p in processes]
    assert [p.exitcode for p in processes] == [0, 0, 0] and len(log.read_text().splitlines()) == 3


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "manifest"])
def test_a_damaged_entry_is_set_aside_and_computed_again(tmp_path: Path, damage: str) -> None:
    entry = Store(tmp_path).compute("stage", "k", _payload)
    victim = entry.folder / ("manifest.json" if damage == "manifest" else "frame.parquet")
    data = victim.read_bytes()
    if damage == "gone":
        victim.unlink()
    else:
        victim.write_bytes(data[: len(data) // 2] if damage != "flip" else bytes([data[0] ^ 1]) + data[1:])
    store = Store(tmp_path)
    with pytest.warns(UserWarning, match="damaged"):
        again = store.compute("stage", "k", _payload)
    pd.testing.assert_frame_equal(again["frame"], _payload()["frame"])
    assert list((tmp_path / "stage").glob(".damaged-*"))


def test_a_failed_computation_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> dict[str, object]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Store(tmp_path).compute("stage", "k", fail)
    assert not list((tmp_path / "stage").glob("[!.]*"))
    assert not list((tmp_path / "stage").glob(".*"))
    assert Store(tmp_path).entry("stage", "k") is None


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)))
def test_the_digest_ignores_the_order_of_names_only(value: dict[str, object]) -> None:
    assert digest(value) == digest(dict(reversed(list(value.items()))))
    assert digest(value) == digest(json.loads(json.dumps(value)))
    assert digest(value) != digest({**value, "more": 1})


def test_the_code_digest_follows_imports(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from core import digests

    package = tmp_path / "core"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "a.py").write_text("from core import b\n")
    (package / "b.py").write_text("X = 1\n")
    monkeypatch.setattr(digests, "ROOT", tmp_path)
    digests._imports.cache_clear(), digests._source.cache_clear()
    before = code_digest(_payload, ("core.a",))
    (package / "b.py").write_text("X = 2\n")
    digests._imports.cache_clear(), digests._source.cache_clear()
    assert code_digest(_payload, ("core.a",)) != before
    digests._imports.cache_clear(), digests._source.cache_clear()


def test_settings_are_hashed_by_their_values_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from core import digests

    package = tmp_path / "core" / "settings"
    package.mkdir(parents=True)
    (package.parent / "a.py").write_text(
        "from core.settings import Settings\nfrom core.settings.b import B\n"
    )
    (package / "__init__.py").touch()
    (package / "b.py").write_text("B = 1\n")
    monkeypatch.setattr(digests, "ROOT", tmp_path)
    digests._imports.cache_clear(), digests._source.cache_clear()
    before = code_digest(_payload, ("core.a",))
    (package / "b.py").write_text("B = 2\n")
    digests._imports.cache_clear(), digests._source.cache_clear()
    assert code_digest(_payload, ("core.a",)) == before
    digests._imports.cache_clear(), digests._source.cache_clear()
