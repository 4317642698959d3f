"""Twenty cases of which two are broken: eighteen rows, two reasons; on one machine and on a Dask cluster."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import SimpleITK as sitk

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import ROOT, core

CASES = 20


@pytest.fixture(scope="module")
def study(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty patients of the small demo; one image is cut short, one mask is empty."""
    folder = tmp_path_factory.mktemp("twenty") / "twenty"
    shutil.copytree(small_study, folder)
    clinical = pd.read_csv(folder / "clinical.csv").head(CASES)
    clinical.to_csv(folder / "clinical.csv", index=False)
    text = (folder / "study.toml").read_text().split("\n\n")
    kept = [s for s in text if not s.startswith(("[cohorts.sim-nact]", "[expression]", "[genesets]"))]
    (folder / "study.toml").write_text("\n\n".join(kept))
    first, second = clinical["patient"][:2]
    image = folder / "images" / f"{first}_1.nii.gz"
    image.write_bytes(image.read_bytes()[:5000])
    mask = folder / "masks" / f"{second}.nii.gz"
    sitk.WriteImage(sitk.ReadImage(str(mask)) * 0, str(mask))
    return folder


@pytest.fixture(scope="module")
def scheduler() -> Iterator[tuple[str, list[int]]]:
    """A real cluster of two worker processes: the scheduler's address, the workers' process ids."""
    from distributed import Client, LocalCluster

    os.environ.setdefault("PYTHONPATH", str(ROOT))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield cluster.scheduler_address, list(client.run(os.getpid).values())


def _radiomics(study: Path, cache: Path, *more: str) -> tuple[pd.DataFrame, list[str]]:
    done = core("run", study, "--cache", cache, "--only", "radiomics", *more)
    assert done.returncode == 3, done.stderr
    entry = Pipeline(load_study(study), Store(cache)).entry("radiomics")
    return entry["features"], [line for line in done.stderr.splitlines() if line.startswith("left out")]


def test_broken_cases_are_named_and_the_rest_goes_on(study, scheduler, tmp_path):
    address, workers = scheduler
    alone, reasons = _radiomics(study, tmp_path / "alone")
    assert len(alone) == CASES - 2
    assert sorted(r.split("[")[1].split("]")[0] for r in reasons) == ["IMAGE-TRUNCATED", "MASK-EMPTY"]
    killer = threading.Thread(target=_kill_midway, args=(workers[0], tmp_path / "cluster"))
    killer.start()
    together, named = _radiomics(study, tmp_path / "cluster", "--dask", address)
    killer.join()
    assert not _alive(workers[0])
    pd.testing.assert_frame_equal(alone, together, check_exact=True)
    assert named == reasons


def test_a_cluster_that_does_not_answer_is_one_clear_error(study, tmp_path):
    done = core("run", study, "--cache", tmp_path / "c", "--dask", "tcp://127.0.0.1:1")
    assert done.returncode == 2
    assert "[DASK]" in done.stderr
    assert "Traceback" not in done.stderr


def _kill_midway(worker: int, cache: Path) -> None:
    """End the worker process for good as soon as the first case is finished."""
    for _ in range(6000):
        if any((cache / "case_radiomics").glob("*/manifest.json")):
            break
        time.sleep(0.05)
    os.kill(worker, signal.SIGKILL)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
