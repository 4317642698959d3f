"""Weighted gene co-expression modules: a network cut into modules, their eigengenes and kME."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import CannotRun, StudyError
from core.genomics import pywgcna_child
from core.genomics.after_cut import merge, trim
from core.genomics.eigengenes import GREY, eigengenes, kme
from core.settings import CoexpressionSettings

Progress = Callable[[int, int], None]  # steps done, steps in all
ROOT = Path(__file__).resolve().parents[2]
FEWEST_GENES, FEWEST_SAMPLES = 10, 4
POLL = 0.25  # seconds
METHOD = (
    "PyWGCNA: soft threshold, adjacency, TOM, average linkage, hybrid tree cut (not R's partition gene by "
    "gene); then, as R's blockwiseModules: kME filter, merging, eigengenes, signed kME"
)


@dataclass(frozen=True, slots=True)
class Modules:
    """Modules of a co-expression network.

    ``genes`` [gene, module, unmerged], modules named by colour, grey unassigned; ``eigengenes``
    samples x ME<colour>; ``kme`` genes x colours, signed; ``soft_threshold`` [power, r_squared, slope,
    truncated_r_squared, mean_k, median_k, max_k]; ``linkage`` (genes - 1) x 4, the average-linkage tree of
    1 - TOM that was cut, as SciPy's, leaves in the order of ``genes``; ``info`` power and its rule, sizes,
    counts, method.
    """

    genes: pd.DataFrame
    eigengenes: pd.DataFrame
    kme: pd.DataFrame
    soft_threshold: pd.DataFrame
    linkage: NDArray[np.float64]
    info: dict[str, Any]


def find_modules(
    values: pd.DataFrame, settings: CoexpressionSettings, progress: Progress | None = None
) -> Modules:
    """WGCNA modules of complete expression values, genes x samples (log scale).

    Genes that do not vary stay outside the network and are grey. ``progress`` is called a few times a
    second; what it raises stops the work. Raises StudyError (too few genes or samples, missing values,
    settings that cannot be met) and CannotRun (PyWGCNA missing or failed, memory).
    """
    _check(values, settings)
    varies = _varies(values)
    varying = values[varies]
    soft, labels, tree, choice = _run_child(varying, settings, progress)
    unsigned = settings.network == "unsigned"
    unmerged = trim(varying, labels, settings.min_size, unsigned)
    merged = merge(varying, unmerged, settings.merge_height)
    module = merged.reindex(values.index, fill_value=GREY)
    table = eigengenes(varying, merged)
    genes = pd.DataFrame({"gene": values.index.astype(str), "module": module.to_numpy()})
    genes["unmerged"] = unmerged.reindex(values.index, fill_value=GREY).to_numpy()
    info = {
        **choice,
        "sizes": {str(name): int(size) for name, size in genes["module"].value_counts().items()},
        "genes": len(values),
        "samples": values.shape[1],
        "constant_genes": len(values) - len(varying),
        "method": METHOD,
    }
    return Modules(genes, table, kme(values, table), soft, whole_tree(tree, varies.to_numpy()), info)


def whole_tree(tree: NDArray[np.float64], varies: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Linkage of all genes from that of those that vary; a gene that does not, joins at height 1: TOM 0."""
    inner, outside = np.flatnonzero(varies), np.flatnonzero(~varies)
    n, merges = len(varies), len(tree)
    whole = np.zeros((n - 1, 4))
    whole[:merges] = tree
    numbers = np.concatenate([inner, n + np.arange(merges)])
    whole[:merges, :2] = numbers[tree[:, :2].astype(int)]
    for at, gene in enumerate(outside, start=merges):
        whole[at] = gene, n + at - 1, 1.0, at + 2
    return whole


def _varies(values: pd.DataFrame) -> pd.Series:
    """WGCNA's rule: a variance above (1e-10 max |x|)^2."""
    bound = (1e-10 * float(values.abs().to_numpy().max())) ** 2
    varies: pd.Series = values.var(axis=1) > bound
    return varies


def _check(values: pd.DataFrame, settings: CoexpressionSettings) -> None:
    if settings.network == "unsigned" and settings.tom == "signed":
        raise _bad_settings("A signed TOM goes with a signed or signed hybrid network", "an unsigned network")
    if not 0 <= settings.deep_split <= 4 or settings.min_size < 2:
        found = f"deep_split {settings.deep_split}, min_size {settings.min_size}"
        raise _bad_settings("deep_split is 0 to 4 and min_size 2 or more", found)
    if values.index.has_duplicates or not np.isfinite(values.to_numpy(dtype=float)).all():
        raise StudyError("WGCNA-VALUES", "One row of complete numbers per gene", "repeats or missing values")
    varying = int(_varies(values).sum()) if values.size else 0
    if varying < FEWEST_GENES or values.shape[1] < FEWEST_SAMPLES:
        raise StudyError(
            "WGCNA-SIZE",
            f"A network needs {FEWEST_GENES} genes that vary and {FEWEST_SAMPLES} samples",
            f"{varying} genes and {values.shape[1]} samples",
            "Lower min_mean in the settings of expression or supply more genes.",
        )


def _bad_settings(expected: str, found: str) -> StudyError:
    return StudyError("WGCNA-SETTINGS", expected, found, "Correct the settings of coexpression.")


def _run_child(
    values: pd.DataFrame, settings: CoexpressionSettings, progress: Progress | None
) -> tuple[pd.DataFrame, Any, Any, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="nodescope-wgcna-") as name:
        folder = Path(name)
        values.reset_index(drop=True).set_axis([str(i) for i in range(values.shape[1])], axis=1).to_parquet(
            folder / "values.parquet"
        )
        (folder / "job.json").write_text(json.dumps(asdict(settings)))
        _watch(folder, progress)
        soft = pd.read_parquet(folder / "soft_threshold.parquet")
        labels = pd.read_parquet(folder / "labels.parquet")["label"].to_numpy()
        tree = np.load(folder / "linkage.npy", allow_pickle=False)
        return soft, labels, tree, json.loads((folder / "power.json").read_text())


def _watch(folder: Path, progress: Progress | None) -> None:
    """Run the child to its end, passing its progress on; whatever happens here, it does not outlive this."""
    # PYTHONPATH and not the working directory: whatever PyWGCNA writes falls into the temporary folder.
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", "MPLBACKEND": "Agg"}
    with (folder / "errors").open("wb") as errors, subprocess.Popen(
        [sys.executable, "-m", pywgcna_child.__name__, str(folder)], cwd=folder, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors,
    ) as child:  # fmt: skip
        try:
            while child.poll() is None:
                if progress is not None:
                    progress(*_steps(folder))
                time.sleep(POLL)
        finally:
            child.kill()
    if child.returncode:
        raise _failure(child.returncode, (folder / "errors").read_text(errors="replace"))
    if progress is not None:
        progress(*_steps(folder))


def _steps(folder: Path) -> tuple[int, int]:
    try:
        done, total = (folder / "progress").read_text().split()
    except FileNotFoundError:  # the child is still starting
        return 0, pywgcna_child.STEPS
    return int(done), int(total)


def _failure(code: int, errors: str) -> CannotRun:
    last = next((line.strip() for line in reversed(errors.splitlines()) if line.strip()), "no message")
    if code == -9 or "MemoryError" in last:
        return CannotRun(
            "WGCNA-MEMORY", "The network fits into memory", "too little", "Raise min_mean or free memory."
        )
    if last.startswith("ModuleNotFoundError"):
        return CannotRun(
            "WGCNA-MISSING", "PyWGCNA is installed", re.sub(r".*: ", "", last), "Run make again."
        )
    shown = re.sub(r"\S*[/\\]\S*", "...", last)[:160]
    return CannotRun(
        "WGCNA-FAILED", "PyWGCNA builds the network", shown, "Try another power or minimum size."
    )
