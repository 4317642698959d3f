"""Which samples of an expression table are the patients', and which stand apart from the others."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist, squareform

from core.errors import TableError

TUMOUR_FIRST = "01"  # TCGA sample types: 01 primary tumour, other 0x tumours, 1x normal, 2x control
SAMPLE_TYPE = re.compile(r"(\d\d)[A-Z]?(?:-|$)")
GENE_ID = re.compile(r"^ENS[A-Z]*G\d{6,}")
BARCODE = re.compile(r"^TCGA-\w{2}-\w{4}")
APART = -2.5  # standardised connectivity below which a sample is pointed out


def genes_in_rows(frame: pd.DataFrame, patients: Sequence[str] | None = None) -> tuple[pd.DataFrame, bool]:
    """The table with genes in its rows, and whether it was turned for that.

    With ``patients``: turned if they are found among the rows and not among the columns. Without: by
    Ensembl ids and TCGA barcodes; where neither side has any, turned if it has more columns than rows.
    Raises TableError as `turned`.
    """
    if patients is not None:
        turn = not match_samples(frame.columns, patients)[0] and bool(match_samples(frame.index, patients)[0])
    else:
        rows, columns = _gene_like(frame.index), _gene_like(frame.columns)
        turn = columns > rows if rows != columns else frame.shape[1] > frame.shape[0]
    return (turned(frame), True) if turn else (frame, False)


def turned(frame: pd.DataFrame) -> pd.DataFrame:
    """Genes x samples of samples x genes. Raises TableError if a sample repeats."""
    repeated = frame.index[frame.index.duplicated()].unique()
    if len(repeated):
        found = f"a table with samples in its rows, {len(repeated)} of them more than once"
        raise TableError(
            "EXPRESSION-SAMPLES", "Every sample must stand there once", found, "Keep one of each."
        )
    return frame.T.rename_axis("gene")


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


def connectivity(values: pd.DataFrame) -> pd.DataFrame:
    """Samples [sample, connectivity, z] of genes x samples: how closely each resembles all others.

    The adjacency of two samples is 1 - (d / largest d)^2, d their Euclidean distance (WGCNA `adjacency`
    of type "distance"); connectivity is its sum over the other samples, z its deviation from the mean in
    standard deviations (n - 1), the Z.k of the WGCNA tutorials. Samples that are all equal have z 0.
    """
    distance = squareform(pdist(values.to_numpy(dtype=np.float64).T))
    largest = distance.max(initial=0.0)
    adjacency = 1 - (distance / largest) ** 2 if largest > 0 else np.ones_like(distance)
    k = adjacency.sum(axis=0) - 1
    spread = k.std(ddof=1) if len(k) > 1 else 0.0
    z = (k - k.mean()) / spread if spread > 1e-12 * len(k) else np.zeros_like(k)
    return pd.DataFrame({"sample": values.columns.astype(str), "connectivity": k, "z": z})


def _owner(sample: str, codes: set[str]) -> str | None:
    """The longest patient code that is the sample id or its beginning up to a dash."""
    parts = sample.split("-")
    heads = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((head for head in heads if head in codes), None)


def _gene_like(names: Iterable[str]) -> int:
    """1 where most names are Ensembl ids, -1 where most are barcodes, 0 where neither."""
    listed = [str(name) for name in names]
    for pattern, side in ((GENE_ID, 1), (BARCODE, -1)):
        if 2 * sum(bool(pattern.match(name)) for name in listed) > len(listed):
            return side
    return 0
