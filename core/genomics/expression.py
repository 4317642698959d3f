"""From an expression table to the genes and patients that the network is built on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import StudyError
from core.genomics.expression_file import read_expression
from core.genomics.gene_ids import one_row_per_gene
from core.genomics.samples import APART, connectivity, genes_in_rows, match_samples
from core.settings import ExpressionSettings

__all__ = ["Expression", "connectivity", "match_samples", "prepare", "read_expression", "repairs", "tidy"]

FEWEST_PATIENTS = 15
# log2(x + 1) of 30 would be a thousand million reads; linear FPKM and TPM reach far beyond 30.
LARGEST_LOG2 = 30.0
SCALE_KEYS = 'scale = "log2" or "linear" under [expression]'
NEGATIVE_KEYS = 'negatives = "zero" (they count as not expressed) or "drop" (their genes go)'
REPAIRS = {
    "transposed": "the table had samples in its rows and was turned",
    "dropped_missing": "genes with missing values, left out: {}",
    "dropped_negative": "genes with negative values, left out: {}",
    "negatives_to_zero": "negative values set to 0 before the logarithm: {}",
    "versions_stripped": "Ensembl ids whose version was taken off: {}",
    "dates_restored": "gene ids that a spreadsheet had made dates, given their symbols back: {}",
    "dates_dropped": "rows whose gene id is a date that may have been several symbols, left out: {}",
    "duplicates_collapsed": "rows of repeated genes, left out (the highest mean of each gene is kept): {}",
}


@dataclass(frozen=True, slots=True)
class Expression:
    """log2(x + 1) expression, genes x patients, and the counts of what was read, kept and dropped.

    ``samples`` [sample, connectivity, z, dropped], a row per patient that has expression.
    """

    values: pd.DataFrame
    samples: pd.DataFrame
    info: dict[str, Any]


def prepare(frame: pd.DataFrame, patients: Sequence[str], settings: ExpressionSettings) -> Expression:
    """Expression of the patients on the log2(x + 1) scale, one row per gene, mean at least ``min_mean``.

    ``frame`` is genes x samples as `read_expression` returns it, or the same turned. Repairs as `tidy`
    makes them, each counted in ``info``. Patients below ``min_z`` of `connectivity` are dropped, then the
    mean is taken anew. Raises StudyError: fewer than 15 patients with a tumour sample, no gene left, or a
    scale that must be stated.
    """
    frame, turned = genes_in_rows(frame, patients)
    samples, normals = match_samples(frame.columns, patients)
    wanted = list(dict.fromkeys(patients))
    _check_patients(len(samples), len(wanted))
    single, counts = tidy(frame[list(samples.values())].set_axis(list(samples), axis=1), settings)
    table = connectivity(_expressed(single, settings))
    table["dropped"] = table["z"] < (-np.inf if settings.min_z is None else settings.min_z)
    single = single[list(table.loc[~table["dropped"], "sample"])]
    _check_patients(single.shape[1], len(wanted))
    kept = _expressed(single, settings)
    info = {
        "genes_read": len(frame),
        "genes_kept": len(kept),
        "dropped_by_mean": len(single) - len(kept),
        "samples": frame.shape[1],
        "normal_samples": normals,
        "matched_patients": len(samples),
        "patients_without_expression": [p for p in wanted if p not in samples],
        "samples_apart": list(table.loc[table["z"] < APART, "sample"]),
        "samples_dropped": list(table.loc[table["dropped"], "sample"]),
        "min_mean": settings.min_mean,
        **counts,
        "transposed": turned,
    }
    return Expression(kept, table, info)


def tidy(frame: pd.DataFrame, settings: ExpressionSettings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Complete log2(x + 1) values, one row per gene, and the count of each repair.

    Genes with a missing value are dropped; negative values of a linear scale are treated as ``negatives``
    says; ids as in `one_row_per_gene`. Raises StudyError: EXPRESSION-SCALE where ``scale`` is auto and the
    values do not look like log2(x + 1), EXPRESSION-NEGATIVE where they are linear, below 0 and nothing is
    said of that.
    """
    complete = frame.dropna()
    scale, negative = _scale(complete, settings), complete < 0
    logged, counts = complete, {"dropped_negative": 0, "negatives_to_zero": 0}
    if scale == "linear":
        logged, counts = _log2(complete, negative, settings)
    single, more = one_row_per_gene(logged)
    about = {"scale": scale, "scale_detected": settings.scale == "auto"}
    below = {"negative_values": int(negative.to_numpy().sum())}
    return single, {**about, "dropped_missing": len(frame) - len(complete), **below, **counts, **more}


def repairs(info: dict[str, Any]) -> list[str]:
    """What `tidy` and `genes_in_rows` changed, a sentence each, with its count."""
    return [text.format(f"{info[name]:,}") for name, text in REPAIRS.items() if info.get(name)]


def _scale(values: pd.DataFrame, settings: ExpressionSettings) -> str:
    if settings.scale != "auto" or values.empty:
        return "log2" if settings.scale == "auto" else settings.scale
    low, high = float(values.to_numpy().min()), float(values.to_numpy().max())
    if low >= 0 and high <= LARGEST_LOG2:
        return "log2"
    looks = "linear by their size" if high > LARGEST_LOG2 else "neither linear nor log2(x + 1)"
    raise StudyError(
        "EXPRESSION-SCALE",
        "The scale of expression that does not look like log2(x + 1) must be stated",
        f"values from {low:,.4g} to {high:,.4g}, {_share(values < 0)} below 0: {looks}",
        f"Set {SCALE_KEYS}; linear values become log2(x + 1)"
        + (f", and where they are below 0 also {NEGATIVE_KEYS}." if low < 0 else "."),
    )


def _log2(
    values: pd.DataFrame, negative: pd.DataFrame, settings: ExpressionSettings
) -> tuple[pd.DataFrame, dict[str, int]]:
    """log2(x + 1), and how many genes went or values became 0 because they were negative."""
    cells, genes = negative.to_numpy(), negative.any(axis=1).to_numpy()
    if cells.any() and settings.negatives == "refuse":
        raise StudyError(
            "EXPRESSION-NEGATIVE",
            "Values of a linear scale must be 0 or more: log2(x + 1) of others means nothing",
            f"{_share(negative)} below 0, in {genes.sum():,} of {len(values):,} genes",
            f"Set {NEGATIVE_KEYS} in [settings.expression].",
        )
    drop = settings.negatives == "drop"
    kept = values[~genes] if drop else values.clip(lower=0)
    counts = {
        "dropped_negative": int(genes.sum()) if drop else 0,
        "negatives_to_zero": 0 if drop else int(cells.sum()),
    }
    return kept.add(1).apply(np.log2), counts


def _share(cells: pd.DataFrame) -> str:
    found = int(cells.to_numpy().sum())
    return f"{found:,} of {cells.size:,} ({found / max(cells.size, 1):.1%})" if found else "none"


def _expressed(values: pd.DataFrame, settings: ExpressionSettings) -> pd.DataFrame:
    kept = values[values.mean(axis=1) >= settings.min_mean]
    if kept.empty:
        raise StudyError(
            "EXPRESSION-GENES",
            f"Genes with complete values and a mean log2(x + 1) of at least {settings.min_mean:g}",
            "none",
            "Check the scale (log2 or linear) and min_mean in the settings of expression.",
        )
    return kept


def _check_patients(found: int, wanted: int) -> None:
    if found < FEWEST_PATIENTS:
        raise StudyError(
            "EXPRESSION-PATIENTS",
            f"At least {FEWEST_PATIENTS} training patients have a tumour sample in the expression table",
            f"{found} of {wanted}",
            'Name the samples by the patient code, or by the code, "-" and a suffix (TCGA barcodes).',
        )
