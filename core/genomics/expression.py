"""From an expression table to the genes and patients that the network is built on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import StudyError
from core.genomics.expression_file import read_expression
from core.settings import ExpressionSettings

__all__ = ["Expression", "match_samples", "prepare", "read_expression"]

FEWEST_PATIENTS = 15
# log2(x + 1) of 30 would be a thousand million reads; linear FPKM and TPM reach far beyond 30.
LARGEST_LOG2 = 30.0
TUMOUR_FIRST = "01"  # TCGA sample types: 01 primary tumour, other 0x tumours, 1x normal, 2x control
SAMPLE_TYPE = re.compile(r"(\d\d)[A-Z]?(?:-|$)")
ENSEMBL_VERSION = re.compile(r"^(ENS[A-Z]*\d+)\.\d+.*$")


@dataclass(frozen=True, slots=True)
class Expression:
    """log2(x + 1) expression, genes x patients, and the counts of what was read, kept and dropped."""

    values: pd.DataFrame
    info: dict[str, Any]


def prepare(frame: pd.DataFrame, patients: Sequence[str], settings: ExpressionSettings) -> Expression:
    """Expression of the patients on the log2(x + 1) scale, one row per gene, mean at least ``min_mean``.

    ``frame`` is genes x samples as `read_expression` returns it. Repairs, each counted in ``info``:
    versions of Ensembl ids stripped; of rows with one id the highest mean wins; genes with a missing
    value among the patients dropped; negative values of a linear scale set to 0 before the logarithm.
    Raises StudyError if fewer than 15 patients have a tumour sample, or if no gene is left.
    """
    samples, normals = match_samples(frame.columns, patients)
    wanted = list(dict.fromkeys(patients))
    _check_patients(len(samples), len(wanted))
    values = frame[list(samples.values())].set_axis(list(samples), axis=1)
    complete = values.dropna()
    scale = _scale(complete, settings)
    logged = complete.clip(lower=0).add(1).apply(np.log2) if scale == "linear" else complete
    single = _one_row_per_gene(logged)
    kept = single[single.mean(axis=1) >= settings.min_mean]
    if kept.empty:
        raise _no_genes(settings)
    info = {
        "genes_read": len(frame),
        "genes_kept": len(kept),
        "dropped_by_mean": len(single) - len(kept),
        "dropped_missing": len(values) - len(complete),
        "duplicates_collapsed": len(logged) - len(single),
        "samples": frame.shape[1],
        "normal_samples": normals,
        "matched_patients": len(samples),
        "patients_without_expression": [p for p in wanted if p not in samples],
        "scale": scale,
        "scale_detected": settings.scale == "auto",
        "negative_values": int((complete < 0).to_numpy().sum()) if scale == "linear" else 0,
        "min_mean": settings.min_mean,
    }
    return Expression(kept, info)


def match_samples(samples: Iterable[str], patients: Sequence[str]) -> tuple[dict[str, str], int]:
    """The sample of each patient (in their order), and the number of normal or control samples left out.

    A sample is the patient's if its id is the patient code or starts with the code and "-" (a TCGA
    barcode: the code is its first 12 characters, then the sample type). The code itself comes first,
    then type 01, then other tumours, then the alphabet; types 10 to 29 (normal, control) never count.
    """
    codes, normals = set(patients), 0
    found: dict[str, list[tuple[bool, bool, str]]] = {}
    for sample in map(str, samples):
        patient = _owner(sample, codes)
        kind = SAMPLE_TYPE.match(sample[len(patient or "") + 1 :])
        if patient is not None and kind and kind[1][0] in "12":
            normals += 1
        elif patient is not None:
            primary = kind is not None and kind[1] == TUMOUR_FIRST
            found.setdefault(patient, []).append((sample != patient, not primary, sample))
    return {p: min(found[p])[2] for p in dict.fromkeys(patients) if p in found}, normals


def _owner(sample: str, codes: set[str]) -> str | None:
    """The longest patient code that is the sample id or its beginning up to a dash."""
    parts = sample.split("-")
    heads = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((head for head in heads if head in codes), None)


def _scale(values: pd.DataFrame, settings: ExpressionSettings) -> str:
    if settings.scale != "auto":
        return settings.scale
    return "linear" if values.to_numpy().max(initial=0.0) > LARGEST_LOG2 else "log2"


def _one_row_per_gene(values: pd.DataFrame) -> pd.DataFrame:
    """One row per gene id, in the file's order: of several the one of the highest mean."""
    names = pd.Index([ENSEMBL_VERSION.sub(r"\1", str(g)) for g in values.index], name="gene", dtype=object)
    best = np.argsort(-values.mean(axis=1).to_numpy(), kind="stable")
    first = np.sort(best[~names[best].duplicated()])
    return values.set_axis(names, axis=0).iloc[first]


def _check_patients(found: int, wanted: int) -> None:
    if found < FEWEST_PATIENTS:
        raise StudyError(
            "EXPRESSION-PATIENTS",
            f"At least {FEWEST_PATIENTS} training patients have a tumour sample in the expression table",
            f"{found} of {wanted}",
            'Name the samples by the patient code, or by the code, "-" and a suffix (TCGA barcodes).',
        )


def _no_genes(settings: ExpressionSettings) -> StudyError:
    return StudyError(
        "EXPRESSION-GENES",
        f"Genes with complete values and a mean log2(x + 1) of at least {settings.min_mean:g}",
        "none",
        "Check the scale (log2 or linear) and min_mean in the settings of expression.",
    )
