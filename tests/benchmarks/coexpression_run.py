"""One timed run in a process of its own: ``python coexpression_run.py FOLDER [free]``; prints the seconds.

FOLDER holds values.parquet (genes x samples). Timed are soft threshold and modules, not the imports; machine
code is on disk after a first run. modules.parquet is written there. Settings: R's of reference/full_size.
"""

import sys
import time
from pathlib import Path

import pandas as pd

from core.genomics.coexpression import find_modules
from core.settings import CoexpressionSettings

SETTINGS = {"power": 6, "min_size": 60, "deep_split": 3, "merge_height": 0.25}


def main(folder: Path, respects_tree: bool) -> None:
    """Compute, print the seconds, write the partition."""
    values = pd.read_parquet(folder / "values.parquet")
    start = time.perf_counter()
    found = find_modules(values, CoexpressionSettings(**SETTINGS, pam_respects_dendro=respects_tree))
    print(time.perf_counter() - start)
    found.genes.to_parquet(folder / "modules.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "free" not in sys.argv)
