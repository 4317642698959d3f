"""Two cohorts in the layouts of the public archives, with simulated patients: what a user would import.

``write_tcga``: TCGA-BRCA, DICOM exams, ``.les`` masks, barcodes, versioned Ensembl ids, pathologic N.
``write_nact``: Breast-MRI-NACT-Pilot, all phases in one series, PE1, SER, SEG; the real UCSF-BR-06 too.
"""

import gzip
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openpyxl
from pydicom.uid import generate_uid
from scipy.ndimage import gaussian_filter

from tests.imaging.dicom_maker import SAGITTAL, write_seg, write_series
from tests.volumes import ball

SHAPE = (14, 30, 32)  # slices, rows, columns
STAGES = ("N0", "N1a", "N0 (i-)", "N2a", "N0 (i+)", "N1mi", "N0", "N1", "N3a", "N0")
REAL = "UCSF-BR-06"


@dataclass(frozen=True)
class Source:
    """What the user has: ``table``, folder of ``images`` and of ``masks``, ``expression`` and ``genesets``.

    ``codes``: every patient of the table; ``labels``: LNM (1, 0) of those that have one.
    """

    root: Path
    table: Path
    images: Path
    masks: Path
    codes: tuple[str, ...]
    labels: dict[str, int]
    expression: Path | None = None
    genesets: Path | None = None


def write_tcga(root: Path, n: int = 24, genes: int = 240) -> Source:
    """``n`` patients with images; two more without: one with NX, one whose images are missing.

    Every fifth exam is by Siemens, the field strength is 1.5, written as 15000 for every third.
    """
    codes = tuple(f"TCGA-{('AO', 'AR', 'E2')[i % 3]}-A{i:02d}{'MN'[i % 2]}" for i in range(n + 2))
    stages = [STAGES[i % len(STAGES)] for i in range(n)] + ["NX", "N1a"]
    for i, code in enumerate(codes[: n + 1]):
        _tcga_exam(root / "images", code, i, positive=_positive(stages[i]))
        _les(root / "lesions", code, i)
    rows = [
        f"{code}-01A\t{stage}\t{40 + i % 35}\t{'Negative' if i % 3 else 'Positive'}\t{1950 + i}-01-02"
        for i, (code, stage) in enumerate(zip(codes, stages, strict=True))
    ]
    header = "sample\tpathologic_N\tage_at_initial_pathologic_diagnosis\tER_Status_nature2012"
    table = root / "TCGA.BRCA.clinicalMatrix.tsv"
    table.write_text("\n".join([header + "\tdate_of_initial_diagnosis", *rows]) + "\n")
    labels = {c: int(_positive(s)) for c, s in zip(codes, stages, strict=True) if s != "NX"}
    expression, sets = _expression(root, codes[:n], labels, genes)
    return Source(root, table, root / "images", root / "lesions", codes, labels, expression, sets)


def write_nact(root: Path, real: Path | None = None, n: int = 11) -> Source:
    """``n`` simulated patients and, from ``real`` (the folder of UCSF-BR-06), the real one by a link."""
    codes = [f"UCSF-BR-{k:02d}" for k in range(7, 7 + n)]
    for i, code in enumerate(codes):
        _nact_exam(root / "UCSF" / code, i)
    if real is not None:
        (root / "UCSF" / REAL).symlink_to(real)
        codes.insert(0, REAL)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "clinical"
    sheet.append(["NACT pilot, clinical data"])
    sheet.append([])
    sheet.append(["Patient ID", "Patient name", "Age", "ER", "Nodes positive"])
    counts = [(3 * i) % 5 if i % 2 else 0 for i in range(len(codes))]
    counts = [k + (i % 2 == 1 and k == 0) for i, k in enumerate(counts)]
    for i, (code, count) in enumerate(zip(codes, counts, strict=True)):
        sheet.append([code.replace("BR-0", "BR-"), f"Name {i}", 38 + 2 * i, "+-"[i % 2], count])
    table = root / "clinical.xlsx"
    book.save(table)
    shown = [code.replace("BR-0", "BR-") for code in codes]
    labels = {code: int(count > 0) for code, count in zip(shown, counts, strict=True)}
    return Source(root, table, root / "UCSF", root / "UCSF", tuple(shown), labels)


def lesion(i: int) -> np.ndarray:
    """Lesion of simulated patient ``i``."""
    return ball(SHAPE, radius=4.2 + 0.11 * (i % 9), centre=(7, 14 + i % 3, 16 - i % 4))


def dynamic(i: int, positive: bool) -> np.ndarray:
    """(3, slices, rows, columns) uint16: before contrast, early, late; the lesion washes out."""
    random = np.random.default_rng(1000 + i)
    inside = gaussian_filter(lesion(i).astype(float), 0.5)
    texture = gaussian_filter(random.normal(size=SHAPE), 1) * (60 if positive else 25)
    tissue = 300 + 30 * gaussian_filter(random.normal(size=SHAPE), 2)
    gains, background = (0.0, 450.0 + 80 * positive, 380.0), (1.0, 1.15, 1.25)
    phases = [
        tissue * rise + inside * (gain + texture * (gain > 0)) + random.normal(0, 5, SHAPE)
        for gain, rise in zip(gains, background, strict=True)
    ]
    return np.clip(phases, 1, 4000).astype(np.uint16)


def _positive(stage: str) -> bool:
    return stage[1] in "123"


def _tcga_exam(images: Path, code: str, i: int, positive: bool) -> None:
    study, phases = generate_uid(), dynamic(i, positive)
    exam = images / code / "06-07-2003-NA-MRI BREAST"
    maker = "SIEMENS" if i % 5 == 4 else "GE MEDICAL SYSTEMS"

    def tags(phase: int, _slice: int) -> dict[str, object]:
        return {
            "Manufacturer": maker, "MagneticFieldStrength": 15000 if i % 3 == 0 else 1.5, "PatientID": code,
            "AcquisitionDate": "20030607", "TemporalPositionIdentifier": phase + 1,
        }  # fmt: skip

    write_series(exam / "3.000000-DYN-12345", phases, description="Sag VIBRANT", tags=tags, study=study)
    scout = phases[:1, ::3] // 2
    write_series(exam / "1.000000-LOC-11111", scout, SAGITTAL, "LOC", 1, tags=tags, study=study)


def _les(folder: Path, code: str, i: int) -> None:
    """Box and voxels in one of the two orders that are described in public."""
    folder.mkdir(parents=True, exist_ok=True)
    z, y, x = (np.flatnonzero(lesion(i).any(axis=a)) for a in ((1, 2), (0, 2), (0, 1)))
    ends = [(int(v[0]), int(v[-1])) for v in (y, x, z)]
    six = [e[0] for e in ends] + [e[1] for e in ends] if i % 2 else [v for e in ends for v in e]
    box = lesion(i)[z[0] : z[-1] + 1, y[0] : y[-1] + 1, x[0] : x[-1] + 1]
    (folder / f"{code}-S2-1.les").write_bytes(struct.pack("<6H", *six) + box.astype(np.int8).tobytes())


def _nact_exam(folder: Path, i: int) -> None:
    study, phases = generate_uid(), dynamic(i, positive=bool(i % 2))
    before, early, late = (phase.astype(float) for phase in phases)
    pe = np.clip(100 * (early - before) / before, 0, 4000).astype(np.uint16)
    ser = np.clip(1000 * (early - before) / np.maximum(late - before, 1), 0, 3000).astype(np.uint16) * (
        pe >= 70
    )
    tags = {"Manufacturer": "GE MEDICAL SYSTEMS", "MagneticFieldStrength": 15000, "StudyDate": "19970311"}
    common = {"cosines": SAGITTAL, "study": study}
    write_series(folder / "image_dce_3dfgre_orig", phases, number=3, tags=lambda p, k: tags, **common)
    write_series(
        folder / "image_dce_pe1",
        pe[None],
        description="Sagittal-IR_3DFGRE: PE1",
        number=4,
        tags=lambda p, k: tags,
        **common,
    )
    slope = {**tags, "RescaleSlope": 0.001, "RescaleIntercept": 0}
    write_series(
        folder / "image_dce_ser",
        ser[None],
        description="Sagittal-IR_3DFGRE: SER",
        number=5,
        tags=lambda p, k: slope,
        **common,
    )
    at = range(1, SHAPE[0] - 1)
    frames = (gaussian_filter(lesion(i).astype(float), 1)[list(at)] > 0.2).astype(np.uint8) * 255
    write_seg(folder / "mask", frames, at, SAGITTAL)


def _expression(root: Path, codes: tuple[str, ...], labels: dict[str, int], genes: int) -> tuple[Path, Path]:
    """log2(fpkm + 1) of four modules, the first follows LNM; a normal sample of every fourth patient."""
    random = np.random.default_rng(7)
    ids = [f"ENSG{k:011d}" for k in range(1, genes + 1)]
    samples = [f"{c}-01A" for c in codes] + [f"{c}-11A" for c in codes[::4]]
    lnm = np.array([labels[s[:12]] for s in samples], float)
    drivers = random.normal(size=(4, len(samples)))
    drivers[0] += 1.5 * lnm
    values = (
        5
        + 0.8 * np.repeat(drivers, genes // 4, axis=0)
        + random.normal(0, 0.4, (genes // 4 * 4, len(samples)))
    )
    lines = ["\t".join(["Ensembl_ID", *samples])]
    lines += [
        "\t".join([f"{gene}.{1 + k % 15}", *(f"{v:.4f}" for v in np.maximum(row, 0))])
        for k, (gene, row) in enumerate(zip(ids, values, strict=False))
    ]
    expression, sets = root / "TCGA-BRCA.star_fpkm.tsv.gz", root / "pathways.gmt"
    with gzip.open(expression, "wt") as out:
        out.write("\n".join(lines) + "\n")
    parts = [ids[k * genes // 4 : k * genes // 4 + 30] for k in range(4)]
    sets.write_text("".join(f"PATHWAY_{k}\tsimulated\t" + "\t".join(p) + "\n" for k, p in enumerate(parts)))
    return expression, sets
