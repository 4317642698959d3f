"""``run``: once per key, resumable after SIGKILL, two processes at once, one error for a faulty study."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import ROOT, SmallRun, core

KILLS = 5


def _manifests(cache: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in cache.glob("*/*/manifest.json") if ".damaged" not in str(p)}


def _start(study: Path, cache: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "core", "run", str(study), "--cache", str(cache)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _assert_equal_results(study: Path, cache_a: Path, cache_b: Path) -> None:
    a, b = (Pipeline(load_study(study), Store(cache)) for cache in (cache_a, cache_b))
    assert a.keys == b.keys
    for stage in _usual(a):
        one, two = a.entry(stage), b.entry(stage)
        assert one is not None and two is not None and set(one) == set(two)
        for name in one:
            _assert_equal(f"{stage}.{name}", one[name], two[name])


def _usual(pipeline: Pipeline) -> list[str]:
    """Stages that a run computes without being asked for them by name."""
    return [stage.name for stage in pipeline.stages if not stage.on_demand]


def _assert_equal(name: str, one: object, two: object) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, two, check_exact=True, obj=name)
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, two, err_msg=name)
    elif not isinstance(one, bytes):
        assert one == two, name


def test_a_stage_computed_under_other_settings_is_stale(small_run: SmallRun, tmp_path: Path) -> None:
    study = load_study(small_run.study)
    states = {s.state for s in Pipeline(study, Store(small_run.cache)).states()}
    assert states == {"done"}
    settings = replace(study.settings, forest=replace(study.settings.forest, trees=7))
    changed = Pipeline(replace(study, settings=settings), Store(small_run.cache)).states()
    stale = {s.name for s in changed if s.state == "stale"}
    assert {"signature_radiomics", "fusion", "evaluation", "bundle", "module_traits"} <= stale
    assert {s.name for s in changed if s.state == "done"} >= {"radiomics", "modules", "expression"}
    assert {s.state for s in Pipeline(study, Store(tmp_path)).states()} == {"waiting"}


def test_a_second_run_computes_nothing(small_run: SmallRun, tmp_path: Path) -> None:
    cache = tmp_path / "cache"  # other tests compute into the shared one meanwhile
    shutil.copytree(small_run.cache, cache, copy_function=os.link, ignore=shutil.ignore_patterns("locks"))
    before = _manifests(cache)
    done = core("run", small_run.study, "--cache", cache)
    assert done.returncode == 0, done.stderr
    assert _manifests(cache) == before


def test_every_stage_is_done_and_says_how_long_it_took(small_run: SmallRun) -> None:
    states = Pipeline(load_study(small_run.study), Store(small_run.cache)).states()
    assert {s.state for s in states} == {"done"} and all(s.seconds is not None for s in states)


def test_killed_at_random_moments_it_finishes_and_repeats_no_finished_case(
    small_run: SmallRun, tmp_path: Path
) -> None:
    seconds = sum(json.loads(p.read_text())["seconds"] for p in small_run.cache.glob("*/*/manifest.json"))
    for kind in ("case_googlenet", "case_resnet50", "case_robustness"):  # radiomics' are left to be killed in
        shutil.copytree(small_run.cache / kind, tmp_path / kind)
    finished = _manifests(tmp_path)
    for _ in range(KILLS):
        process = _start(small_run.study, tmp_path)
        time.sleep(random.uniform(0.2, max(5.0, seconds / 8)))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        found = _manifests(tmp_path)
        assert {p: found[p] for p in finished} == finished
        finished = found
    process = _start(small_run.study, tmp_path)
    assert process.wait() == 0
    found = _manifests(tmp_path)
    assert {p: found[p] for p in finished} == finished
    _assert_equal_results(small_run.study, small_run.cache, tmp_path)


def test_two_processes_compute_each_stage_once(small_run: SmallRun, tmp_path: Path) -> None:
    for kind in small_run.cache.iterdir():
        if kind.name.startswith("case_"):  # the cases are given: what is raced for are the stages
            shutil.copytree(kind, tmp_path / kind.name)
    processes = [_start(small_run.study, tmp_path) for _ in range(2)]
    assert [p.wait() for p in processes] == [0, 0]
    stages = _usual(Pipeline(load_study(small_run.study), Store(tmp_path)))
    assert {s: len(list((tmp_path / s).glob("[!.]*"))) for s in stages} == dict.fromkeys(stages, 1)
    assert not list(tmp_path.glob("*/.*-*"))
    _assert_equal_results(small_run.study, small_run.cache, tmp_path)


@pytest.fixture
def faulty(small_study: Path, tmp_path: Path) -> Iterator[Path]:
    copy = tmp_path / "study"
    shutil.copytree(small_study, copy, copy_function=os.link)
    for name in ("clinical.csv", "study.toml"):
        text = (copy / name).read_bytes()
        (copy / name).unlink()
        (copy / name).write_bytes(text)
    yield copy


def test_a_one_class_cohort_is_one_clear_error(faulty: Path, tmp_path: Path) -> None:
    table = pd.read_csv(faulty / "clinical.csv")
    table.loc[table["cohort"] == table["cohort"].iloc[0], "lnm"] = 1
    table.to_csv(faulty / "clinical.csv", index=False)
    done = core("run", faulty, "--cache", tmp_path / "cache")
    assert done.returncode == 1
    assert done.stderr.strip().startswith("[STUDY-ONE-CLASS]") and len(done.stderr.strip().splitlines()) == 1


def test_a_faulty_case_is_left_out_and_named(faulty: Path, small_run: SmallRun, tmp_path: Path) -> None:
    study = load_study(faulty)
    patient = study.patients("training")[3]
    mask = study.mask_path(patient)
    data = mask.read_bytes()
    mask.unlink()
    mask.write_bytes(data[: len(data) // 3])
    cache = tmp_path / "cache"
    for kind in ("case_mask", "case_slice", "case_radiomics", "case_googlenet", "case_resnet50"):
        shutil.copytree(small_run.cache / kind, cache / kind)
    done = core("run", faulty, "--cache", cache, "--only", "radiomics")
    assert done.returncode == 3
    assert f"left out: {patient}: [IMAGE-TRUNCATED]" in done.stderr
    features = Pipeline(study, Store(cache)).entry("radiomics")["features"]
    assert patient not in features.index and len(features) == 39


def test_a_damaged_stage_is_computed_again(small_run: SmallRun, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(small_run.cache, cache)
    entry = Pipeline(load_study(small_run.study), Store(cache)).entry("fusion")
    (entry.folder / "predictions.parquet").write_bytes(b"PAR1")
    assert core("run", small_run.study, "--cache", cache).returncode == 0
    _assert_equal_results(small_run.study, small_run.cache, cache)
