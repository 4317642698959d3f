"""Expression of a second cohort, in which modules of the first are looked for again."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pandas as pd

from core.errors import StudyError
from core.genomics.expression import read_expression, tidy
from core.genomics.samples import BARCODE, genes_in_rows, match_samples
from core.settings import ExpressionSettings

FEWEST_SAMPLES = 15


def second_cohort(
    path: Path,
    patients: Sequence[str] | None,
    scale: Literal["auto", "log2", "linear"],
    negatives: Literal["refuse", "zero", "drop"],
) -> pd.DataFrame:
    """log2(x + 1) values, genes x samples, one row per gene; no gene is left out for its mean.

    ``patients`` whose samples are wanted; None: every sample of the file, of TCGA barcodes one tumour a
    patient. Raises TableError and StudyError as `read_expression` and `tidy`, and StudyError
    (PRESERVATION-COHORT) with fewer than 15 samples.
    """
    frame, _ = genes_in_rows(read_expression(path), patients)
    wanted = list(frame.columns) if patients is None else list(patients)
    if patients is None:
        heads = [BARCODE.match(str(sample)) for sample in wanted]
        wanted = [head[0] if head else str(sample) for head, sample in zip(heads, wanted, strict=True)]
    samples, _ = match_samples(frame.columns, wanted)
    if len(samples) < FEWEST_SAMPLES:
        raise StudyError(
            "PRESERVATION-COHORT",
            f"A second cohort must have {FEWEST_SAMPLES} tumour samples with expression",
            f"{len(samples)}",
            'Name another table: second = "FILE" under [expression].',
        )
    own = frame[list(samples.values())].set_axis(list(samples), axis=1)
    try:
        return tidy(own, ExpressionSettings(scale=scale, negatives=negatives))[0]
    except StudyError as error:
        if patients is not None:
            raise
        fix = 'Set scale = "log2" or "linear", negatives = "zero" or "drop" in [settings.preservation].'
        expected = f"{error.expected} (of the second cohort)"
        raise StudyError(error.code, expected, error.found, fix) from None
