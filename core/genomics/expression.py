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
from core.genomics.scale import on_log2_scale
from core.settings import ExpressionSettings

__all__ = [
    "Expression",
    "connectivity",
    "gene_flow",
    "match_samples",
    "prepare",
    "read_expression",
    "repairs",
    "tidy",
]

FEWEST_PATIENTS = 15
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
FLOW = {
    "Complete values": "dropped_missing",
    "Not below 0": "dropped_negative",
    "Id is no date": "dates_dropped",
    "One row per gene": "duplicates_collapsed",
    "Mean high enough": "dropped_by_mean",
}


@dataclass(frozen=True, slots=True)
class Expression:
    """log2(x + 1) expression, genes x patients, and the counts of what was read, kept and dropped.

    ``samples`` [sample, connectivity, z, dropped], a row per patient that has expression; ``means`` [gene,
    mean] of every gene that the mean filter saw.
    """

    values: pd.DataFrame
    samples: pd.DataFrame
    means: pd.DataFrame
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
    check_patients(len(samples), len(wanted))
    single, repaired = tidy(frame[list(samples.values())].set_axis(list(samples), axis=1), settings)
    table = _samples(single, settings)
    single = single[list(table.loc[~table["dropped"], "sample"])]
    check_patients(single.shape[1], len(wanted))
    kept = expressed(single, settings)
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
    }
    means = single.mean(axis=1).rename_axis("gene").rename("mean").reset_index()
    return Expression(kept, table, means, {**info, **repaired, "transposed": turned})


def tidy(frame: pd.DataFrame, settings: ExpressionSettings) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Complete log2(x + 1) values, one row per gene, and the count of each repair.

    Genes with a missing value are dropped; the scale as in `on_log2_scale`, which raises StudyError; ids as
    in `one_row_per_gene`.
    """
    complete = frame.dropna()
    logged, scale = on_log2_scale(complete, settings)
    single, ids = one_row_per_gene(logged)
    span = {"lowest": float(complete.min().min()), "highest": float(complete.max().max())}
    return single, {"dropped_missing": len(frame) - len(complete), **span, **scale, **ids}


def repairs(info: dict[str, Any]) -> list[str]:
    """What `tidy` and `genes_in_rows` changed, a sentence each, with its count."""
    return [text.format(f"{info[name]:,}") for name, text in REPAIRS.items() if info.get(name)]


def gene_flow(info: dict[str, Any]) -> pd.DataFrame:
    """Genes left after each step that leaves some out: [step, left_out, left], from the file to the network.

    ``info`` of `prepare`; steps that left out none stand there with 0.
    """
    rows, left = [("Read", 0, info["genes_read"])], info["genes_read"]
    for step, name in FLOW.items():
        left -= info[name]
        rows.append((step, info[name], left))
    return pd.DataFrame(rows, columns=["step", "left_out", "left"])


def _samples(values: pd.DataFrame, settings: ExpressionSettings) -> pd.DataFrame:
    table = connectivity(expressed(values, settings))
    return table.assign(dropped=table["z"] < (-np.inf if settings.min_z is None else settings.min_z))


def expressed(values: pd.DataFrame, settings: ExpressionSettings) -> pd.DataFrame:
    """Genes whose mean log2(x + 1) reaches ``min_mean``. Raises StudyError (EXPRESSION-GENES) for none."""
    kept = values[values.mean(axis=1) >= settings.min_mean]
    if kept.empty:
        raise StudyError(
            "EXPRESSION-GENES",
            f"Genes with complete values and a mean log2(x + 1) of at least {settings.min_mean:g}",
            "none",
            "Check the scale (log2 or linear) and min_mean in the settings of expression.",
        )
    return kept


def check_patients(found: int, wanted: int) -> None:
    """Raises StudyError (EXPRESSION-PATIENTS) where fewer than 15 patients have a sample."""
    if found < FEWEST_PATIENTS:
        raise StudyError(
            "EXPRESSION-PATIENTS",
            f"At least {FEWEST_PATIENTS} training patients have a tumour sample in the expression table",
            f"{found} of {wanted}",
            'Name the samples by the patient code, or by the code, "-" and a suffix (TCGA barcodes).',
        )
