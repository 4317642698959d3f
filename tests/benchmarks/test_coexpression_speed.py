"""Soft threshold and modules of 11,687 genes x 88 samples: ours, PyWGCNA and R, each in its own process.

``pytest tests/benchmarks -s -k coexpression``. PyWGCNA needs some 6 GB and minutes and runs once. R takes
part where `Rscript` with WGCNA is installed. Times hold on an idle machine only: ratios are of runs in turn,
and CPU seconds (of all cores) tell how busy it was.
"""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from core.genomics.module_names import colour
from tests.conftest import ROOT
from tests.genomics.networks import planted
from tests.genomics.pywgcna_peer import write_job

OURS = Path(__file__).with_name("coexpression_run.py")
PEER = ROOT / "tests/genomics/pywgcna_peer.py"
IN_R = Path(__file__).with_suffix("").with_name("coexpression_run.R")
RUNS = 3
ASKED = {"PyWGCNA": 8, "R": 4}
Measured = tuple[float, float, float]  # seconds, peak memory in GB, CPU seconds with imports and reading


def measured(*command: object, cwd: Path) -> Measured:
    """Run to the end; the last that the process prints are the seconds of its work."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
    output, errors = cwd / "output", cwd / "errors"
    with output.open("w") as out, errors.open("w") as err:
        child = subprocess.Popen(list(map(str, command)), cwd=cwd, env=environment, stdout=out, stderr=err)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, errors.read_text()
    cpu = usage.ru_utime + usage.ru_stime
    return float(output.read_text().split()[-1]), usage.ru_maxrss / 1e6, cpu


def said(name: str, found: Measured) -> None:
    print(f"\n{name:28s} {found[0]:7.1f} s, peak {found[1]:.2f} GB, CPU {found[2]:.0f} s", end="", flush=True)


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
    return folder


def compared(folder: Path, expected: pd.DataFrame) -> None:
    """Gene by gene with R's partition, before and after merging."""
    found = pd.read_parquet(folder / "modules.parquet")
    assert list(found["gene"]) == list(expected["gene"])
    for ours, theirs in (("module", "m"), ("unmerged", "u")):
        same = (found[ours] == expected[theirs].map(colour)).mean()
        print(f"\n  {ours}: {same:.2%} of the genes as R", end="")
        assert same == 1


def test_modules_at_full_size(folder: Path, shared: Path) -> None:
    measured(sys.executable, OURS, folder, cwd=folder)  # compiles, if that is not done
    ours = []
    for name, option in (("dendro", "-"), ("free", "free")):
        for _ in range(RUNS):
            ours.append(measured(sys.executable, OURS, folder, option, cwd=folder))
            said(f"ours, PAM {name}", ours[-1])
        compared(folder, pd.read_csv(shared / f"reference/full_size/modules_pam_{name}.csv"))
    seconds, peak = np.median([run[0] for run in ours]), max(run[1] for run in ours)
    assert peak < 2
    write_job(folder, network="unsigned", tom="unsigned", power=6, whole=True, min_size=60)
    peers = {"PyWGCNA": measured(sys.executable, PEER, folder, cwd=folder)}
    cut, free = np.load(folder / "labels.npy"), pd.read_parquet(folder / "modules.parquet")["unmerged"]
    print(
        f"\n  PyWGCNA's cut against ours and R's: adjusted Rand {adjusted_rand_score(cut, free):.3f}", end=""
    )
    if has_r():
        peers["R"] = measured("Rscript", IN_R, folder, cwd=folder)
    else:
        print("\nR with WGCNA is not installed: the claim against R was not measured", end="")
    for name, found in peers.items():
        said(name, found)
        print(
            f"; ours (median {seconds:.1f} s) is {found[0] / seconds:.1f}x as fast, asked {ASKED[name]}x",
            end="",
        )
    print()


def has_r() -> bool:
    """Whether R's WGCNA can be run."""
    if shutil.which("Rscript") is None:
        return False
    command = ["Rscript", "-e", "stopifnot(requireNamespace('WGCNA', quietly = TRUE))"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_growth_with_the_number_of_genes(tmp_path: Path) -> None:
    before = None
    for genes in (3000, 6000, 12000):
        planted(0, (genes // 60,) * 30, genes // 2, 88).to_parquet(tmp_path / "values.parquet")
        measured(sys.executable, OURS, tmp_path, cwd=tmp_path) if before is None else None
        found = measured(sys.executable, OURS, tmp_path, cwd=tmp_path)
        said(f"{genes:,} genes", found)
        print("" if before is None else f", {found[0] / before[0]:.1f}x the time of half as many", end="")
        before = found
    print()
