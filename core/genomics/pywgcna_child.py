"""The heavy half of WGCNA, done by PyWGCNA in a process of its own: ``python -m`` this module FOLDER.

PyWGCNA calls sys.exit on bad input, mutes every warning, prints, and sets plot styles on import;
here that ends with the process. Used as they are: `pickSoftThreshold`, `adjacency`, `TOMsimilarity`
and `hclust`, which agree with R, and `cutreeHybrid`, which only comes near it. Of `cutreeHybrid` the
raw labels ("Name", 0 unassigned) are taken: its renumbered ones ("Value") give 0 to the first module
and a module's number to the unassigned genes. The folder holds values.parquet (genes x samples) and
job.json; soft_threshold.parquet, linkage.npy (the tree that is cut), labels.parquet and power.json are
written beside them, and progress as "DONE TOTAL". The process ends when its standard input closes,
that is, with its parent.
"""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import squareform

POWERS = [*range(1, 11), *range(12, 21, 2)]
DEFAULT_POWER = 6
STEPS = 5
TABLE = ["power", "r_squared", "slope", "truncated_r_squared", "mean_k", "median_k", "max_k"]
CUT_HEIGHT = 0.995  # detectCutHeight of R's blockwiseModules
MAX_CORE_SCATTER = (0.64, 0.73, 0.82, 0.91, 0.95)  # dynamicTreeCut, by deepSplit


def main(folder: Path) -> None:
    """Read the job from the folder, compute, write the results there."""
    job = json.loads((folder / "job.json").read_text())
    data = pd.read_parquet(folder / "values.parquet").T
    _note(folder, 0)
    from PyWGCNA import WGCNA

    table = soft_threshold(WGCNA, data, job["network"])
    table.to_parquet(folder / "soft_threshold.parquet")
    power, rule = (job["power"], "given") if job["power"] else choose_power(table, job["r_squared"])
    (folder / "power.json").write_text(json.dumps({"power": power, "power_rule": rule}))
    _note(folder, 1)
    labels = cut(WGCNA, data, power, job, folder)
    pd.DataFrame({"label": labels}).to_parquet(folder / "labels.parquet")
    _note(folder, STEPS)


def soft_threshold(wgcna: Any, data: pd.DataFrame, network: str) -> pd.DataFrame:
    """Scale-free fit and connectivity of every power (WGCNA `pickSoftThreshold`); data samples x genes."""
    _, table = wgcna.pickSoftThreshold(data, powerVector=POWERS, networkType=network)
    tidy: pd.DataFrame = table.set_axis(TABLE, axis=1).astype(float).astype({"power": int})
    return tidy


def choose_power(table: pd.DataFrame, r_squared: float) -> tuple[int, str]:
    """The smallest power whose scale-free R^2 reaches ``r_squared`` on a falling slope, else 6."""
    fit = -np.sign(table["slope"]) * table["r_squared"]
    reached = table.loc[fit >= r_squared, "power"]
    if reached.empty:
        return DEFAULT_POWER, f"default: no power reaches R^2 {r_squared:g}"
    return int(reached.min()), f"smallest with R^2 of at least {r_squared:g}"


def cut(wgcna: Any, data: pd.DataFrame, power: int, job: dict[str, Any], folder: Path) -> NDArray[np.int64]:
    """Labels of the hybrid tree cut by falling size, 0 unassigned; in the order of the genes."""
    similarity = wgcna.adjacency(data, power=power, adjacencyType=job["network"])
    distance = wgcna.TOMsimilarity(similarity, TOMType=job["tom"]).to_numpy()
    del similarity
    _note(folder, 2)
    np.subtract(1, distance, out=distance)
    np.fill_diagonal(distance, 0)
    tree = wgcna.hclust(squareform(distance, checks=False), method="average")
    np.save(folder / "linkage.npy", tree)
    _note(folder, 3)
    scatter = MAX_CORE_SCATTER[job["deep_split"]]
    # deepSplit is given as the two numbers it stands for: PyWGCNA reads its own table wrongly at 0 and 4.
    result = wgcna.cutreeHybrid(
        tree, pd.DataFrame(distance), cutHeight=CUT_HEIGHT, minClusterSize=job["min_size"],
        maxCoreScatter=scatter, minGap=(1 - scatter) * 3 / 4, pamRespectsDendro=False,
    )  # fmt: skip
    _note(folder, 4)
    return by_size(result["Name"] if "Name" in result else pd.Series(np.zeros(len(distance), dtype=int)))


def by_size(raw: pd.Series) -> NDArray[np.int64]:
    """Labels renumbered 1, 2, ... by falling size, ties by the lower old label; 0 stays 0."""
    sizes = raw[raw != 0].value_counts()
    order = sorted(sizes.index, key=lambda label: (-sizes[label], label))
    new = {0: 0} | {label: i for i, label in enumerate(order, start=1)}
    return raw.map(new).to_numpy(dtype=np.int64)


def _note(folder: Path, done: int) -> None:
    (folder / "progress.new").write_text(f"{done} {STEPS}")
    (folder / "progress.new").replace(folder / "progress")


def _end_with_parent() -> None:
    os.read(0, 1)  # returns when the parent, however it ends, lets go of the other end
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    main(Path(sys.argv[1]))
