"""Soft threshold and modules of 11,687 genes x 88 samples: ours, R's and PyWGCNA's time and peak memory.

``pytest tests/benchmarks -s -k coexpression``. Each run is a process of its own on the same two cores; ours
and R's run in turn, PyWGCNA (minutes, some 6 GB) once. Ours is first run without machine code on disk, as
on a new machine; that run is told apart. Times hold on an idle machine only: CPU seconds (of both cores,
with imports and reading) tell how busy it was. Without R's WGCNA the claim against it is not measured.
"""

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from core import memory
from core.genomics.module_names import colour
from tests.conftest import ROOT
from tests.genomics.networks import planted
from tests.genomics.pywgcna_peer import write_job

OURS = Path(__file__).with_name("coexpression_run.py")
PEER = ROOT / "tests/genomics/pywgcna_peer.py"
IN_R = Path(__file__).with_name("coexpression_run.R")
RUNS = 3
ASKED = {"PyWGCNA": 8, "R": 4}
MOST_MEMORY = 2.0  # GB
WHOLE_24000 = 6e9  # bytes of 24,000 genes in one block


class Measured(NamedTuple):
    """Seconds of the work, peak memory of the largest process in GB, CPU seconds, what was printed."""

    seconds: float
    peak: float
    cpu: float
    said: str


@pytest.fixture(scope="module", autouse=True)
def two_cores() -> Iterator[None]:
    """All that is compared has the same two cores."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(cores)[:2])
    yield
    os.sched_setaffinity(0, cores)


@pytest.fixture(scope="module")
def folder(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full_size")
    here = Path.cwd()
    os.chdir(folder)
    try:
        runpy.run_path(str(shared / "reference/full_size/make_expression.py"))
    finally:
        os.chdir(here)
    pd.read_csv(folder / "expression.csv", index_col=0).to_parquet(folder / "values.parquet")
    said("ours, compiling first", ours(folder))
    return folder


def measured(*command: object, cwd: Path) -> Measured:
    """Run to the end; the last that the process prints are the seconds of its work."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
    environment["NUMBA_CACHE_DIR"] = str(cwd.parent / "machine_code")
    output, errors = cwd / "output", cwd / "errors"
    with output.open("w") as out, errors.open("w") as err:
        child = subprocess.Popen(list(map(str, command)), cwd=cwd, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, errors.read_text()
    lines = output.read_text().splitlines()
    seconds = float(lines[-1].split()[-1])
    return Measured(seconds, usage.ru_maxrss / 1e6, usage.ru_utime + usage.ru_stime, "\n".join(lines[:-1]))


def ours(folder: Path, *options: object) -> Measured:
    """A run of ours on the folder's values."""
    return measured(sys.executable, OURS, folder, *options, cwd=folder)


def said(name: str, found: Measured) -> None:
    print(
        f"\n{name:28s} {found.seconds:7.1f} s, peak {found.peak:.2f} GB, CPU {found.cpu:.0f} s",
        end="", flush=True,
    )  # fmt: skip


def compared(folder: Path, with_what: str, expected: pd.DataFrame) -> None:
    """Gene by gene with R's partition [gene, module, unmerged]."""
    found = pd.read_parquet(folder / "modules.parquet")
    assert list(found["gene"]) == list(expected["gene"])
    same = [(found[name] == expected[name]).mean() for name in ("module", "unmerged")]
    print(f"; as {with_what}: {same[0]:.2%} of the genes, unmerged {same[1]:.2%}", end="")
    assert same == [1, 1]


def kept(shared: Path, pam: str) -> pd.DataFrame:
    """R's partition of reference/full_size."""
    labels = pd.read_csv(shared / f"reference/full_size/modules_pam_{pam}.csv")
    return labels.assign(module=labels["m"].map(colour), unmerged=labels["u"].map(colour))


def told(name: str, theirs: list[Measured], own: list[Measured]) -> None:
    """The ratio of the medians."""
    of_them, of_us = (np.median([run.seconds for run in runs]) for runs in (theirs, own))
    print(
        f"\n  median {of_them:.1f} s of {name}, {of_us:.1f} s of ours: {of_them / of_us:.1f}x as fast (asked "
        f"{ASKED[name]}x), peak {max(run.peak for run in own):.2f} GB (asked: below {MOST_MEMORY:g} GB)",
        end="", flush=True,
    )  # fmt: skip


def has_r() -> bool:
    """Whether R's WGCNA can be run."""
    if shutil.which("Rscript") is None:
        return False
    command = ["Rscript", "-e", "stopifnot(requireNamespace('WGCNA', quietly = TRUE))"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_modules_at_full_size(folder: Path, shared: Path) -> None:
    own, in_r, r = [], [], has_r()
    for _ in range(RUNS):
        own.append(ours(folder))
        said("ours", own[-1])
        compared(folder, "reference/full_size", kept(shared, "dendro"))
        if r:
            in_r.append(measured("Rscript", IN_R, folder, cwd=folder))
            said("R", in_r[-1])
            compared(folder, "this run of R", pd.read_csv(folder / "modules_r.csv"))
    if r:
        print(f"\n  {in_r[0].said.splitlines()[-1]}", end="")
        told("R", in_r, own)
    else:
        print("\n  R's WGCNA is not installed: THE CLAIM AGAINST R WAS NOT MEASURED", end="")
    said("ours, PAM free", ours(folder, "--pam", "free"))
    compared(folder, "reference/full_size", kept(shared, "free"))
    assert max(run.peak for run in own) < MOST_MEMORY


def test_modules_at_full_size_against_pywgcna(folder: Path) -> None:
    write_job(folder, network="unsigned", tom="unsigned", power=6, whole=True, min_size=60)
    own = [ours(folder, "--pam", "free")]
    theirs = measured(sys.executable, PEER, folder, cwd=folder)
    own += [ours(folder, "--pam", "free") for _ in range(RUNS - 1)]
    for run in own:
        said("ours, PAM free", run)
    said("PyWGCNA, without merging", theirs)
    told("PyWGCNA", [theirs], own)
    cut, free = np.load(folder / "labels.npy"), pd.read_parquet(folder / "modules.parquet")["unmerged"]
    print(f"; its cut against ours and R's: adjusted Rand {adjusted_rand_score(cut, free):.3f}", end="")


def test_growth_with_the_number_of_genes(folder: Path) -> None:
    before = None
    for genes, options in ((3000, ()), (6000, ()), (12000, ()), (24000, ()), (24000, ("--max-genes", 12000))):
        name = f"{genes:,} genes" + (f" in blocks of {options[1]:,}" if options else "")
        if genes == 24000 and not options and memory.available() < WHOLE_24000:
            print(f"\n{name}: not in one block, {memory.available() / 1e9:.1f} GB are left", end="")
            continue
        planted(0, (genes // 60,) * 30, genes // 2, 88).to_parquet(folder / "values.parquet")
        if before is None:
            ours(folder)  # compiles for double precision
        found = ours(folder, *options)
        said(name, found)
        if before is not None and not options:
            print(f", {found.seconds / before.seconds:.1f}x the time of half as many", end="")
        before = found
    print()
