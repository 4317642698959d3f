"""PyWGCNA in a process of its own: ``python pywgcna_peer.py FOLDER``. It mutes every warning when imported.

FOLDER holds values.parquet (genes x samples) and job.json (network, tom, power, whole, min_size). Written are
soft.parquet and tom.npy (without ``whole``) or labels.npy (with it: the tree is built and cut besides; the
last that is printed are the seconds without the import).
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import squareform

POWERS = [*range(1, 11), *range(12, 21, 2)]
DEEP_SPLIT_3 = {"maxCoreScatter": 0.91, "minGap": (1 - 0.91) * 3 / 4}


def run_peer(folder: Path, values: pd.DataFrame, **job: object) -> None:
    """Write the job, run PyWGCNA on it to its end."""
    values.to_parquet(folder / "values.parquet")
    write_job(folder, **job)
    environment = os.environ | {"MPLBACKEND": "Agg", "PYTHONWARNINGS": "ignore"}
    subprocess.run(
        [sys.executable, __file__, str(folder)], check=True, cwd=folder, env=environment, capture_output=True
    )


def write_job(folder: Path, **job: object) -> None:
    """Write what is to be computed of the values."""
    (folder / "job.json").write_text(json.dumps(job))


def main(folder: Path) -> None:
    """Compute with PyWGCNA's own functions, in the order of its `findModules`."""
    from PyWGCNA import WGCNA

    job = json.loads((folder / "job.json").read_text())
    data = pd.read_parquet(folder / "values.parquet").T
    start = time.perf_counter()
    _, soft = WGCNA.pickSoftThreshold(data, powerVector=POWERS, networkType=job["network"])
    soft.astype(float).to_parquet(folder / "soft.parquet")
    weights = WGCNA.adjacency(data, power=job["power"], adjacencyType=job["network"])
    overlap = WGCNA.TOMsimilarity(weights, TOMType=job["tom"])
    if not job.get("whole"):
        np.save(folder / "tom.npy", overlap.to_numpy())
        return
    distance = 1 - overlap
    np.fill_diagonal(distance.to_numpy(), 0)
    tree = WGCNA.hclust(squareform(distance.to_numpy(), checks=False), method="average")
    cut = WGCNA.cutreeHybrid(
        tree, distance, cutHeight=0.995, minClusterSize=job["min_size"], pamRespectsDendro=False,
        **DEEP_SPLIT_3,
    )  # fmt: skip
    print(time.perf_counter() - start)
    np.save(folder / "labels.npy", cut["Name"].to_numpy(dtype=np.int64))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
