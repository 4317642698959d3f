"""One timed run in a process of its own: ``python coexpression_run.py FOLDER``; prints the seconds.

FOLDER holds values.parquet (genes x samples). Timed are soft threshold and modules, not the imports.
modules.parquet is written there. Settings: R's of reference/full_size.
"""

import argparse
import time
from pathlib import Path

import pandas as pd

from core.genomics.coexpression import find_modules
from core.settings import CoexpressionSettings

SETTINGS = {"power": 6, "min_size": 60, "deep_split": 3, "merge_height": 0.25}


def main() -> None:
    """Compute, print the seconds, write the partition."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pam", choices=("dendro", "free"), default="dendro")
    parser.add_argument("--max-genes", type=int)
    given = parser.parse_args()
    values = pd.read_parquet(given.folder / "values.parquet")
    start = time.perf_counter()
    found = find_modules(
        values,
        CoexpressionSettings(
            **SETTINGS, pam_respects_dendro=given.pam == "dendro", max_genes=given.max_genes
        ),
    )
    print(time.perf_counter() - start)
    found.genes.to_parquet(given.folder / "modules.parquet")


if __name__ == "__main__":
    main()
