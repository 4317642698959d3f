"""An expression table without a study: made fit for a network or for scores, and what should be known."""

from pathlib import Path

import pandas as pd

from core.genomics.expression import read_expression, repairs, tidy
from core.genomics.samples import genes_in_rows, turned
from core.genomics.scale import LARGEST_LOG2
from core.settings import ExpressionSettings

FEWEST_SAMPLES = 15  # below it, correlations are too noisy for a network (WGCNA's own advice)


def read_matrix(
    path: Path, settings: ExpressionSettings, genes_in: str | None = None
) -> tuple[pd.DataFrame, list[str]]:
    """Complete values, genes x samples, one row per gene, and a sentence for each thing that should be known.

    ``genes_in`` "rows" or "columns"; None: told by the ids and the shape of the table (`genes_in_rows`). No
    gene is dropped for its mean. Raises TableError and StudyError as `read_expression` and `tidy`.
    """
    frame, turn = read_expression(path), genes_in == "columns"
    if genes_in is None:
        frame, turn = genes_in_rows(frame)
    elif turn:
        frame = turned(frame)
    values, counts = tidy(frame, settings)
    notes = repairs(counts | {"transposed": turn})
    largest = float(values.to_numpy().max(initial=0.0))
    if settings.scale == "log2" and largest > LARGEST_LOG2:
        notes.append(f"values up to {largest:,.4g} look linear; scale linear takes log2(x + 1)")
    if values.shape[1] < FEWEST_SAMPLES:
        notes.append(f"{values.shape[1]} samples: correlations over fewer than {FEWEST_SAMPLES} are noisy")
    return values, notes
