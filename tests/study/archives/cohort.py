"""A small NACT-like collection in a local archive: DICOM series, and the table that an index would give."""

import hashlib

import numpy as np
import pandas as pd

from core.study.archives import rules
from core.study.archives.idc import Plan
from tests.imaging.dicom_maker import SAGITTAL, write_seg, write_series

BUCKET = "idc-open-data"
COLLECTION = "breast_mri_nact_pilot"


def nact_like(archive, scratch, patients=2):
    """One exam per patient (DCE of 3 phases, PE1, SER, SEG) in the archive; the table of its series."""
    rows = []
    for k in range(1, patients + 1):
        patient = f"UCSF-BR-{k:02d}"
        phases = np.arange(3 * 4 * 8 * 8, dtype=np.uint16).reshape(3, 4, 8, 8) + k
        series = {
            ("dynamic", 4, "Dynamic-3dfgre"): phases,
            ("ser", 41000, "Dynamic-3dfgre: SER"): phases[:1],
            ("pe1", 41001, "Dynamic-3dfgre: PE1"): phases[1:2],
        }
        for (kind, number, text), images in series.items():
            made = write_series(scratch / f"{patient}{kind}", images, SAGITTAL, text, number, tags=_tags)
            rows.append(_put(archive, patient, kind, number, text, made, "MR"))
        seg = write_seg(scratch / f"{patient}seg", np.full((2, 8, 8), 255, np.uint8), [1, 2], SAGITTAL)
        rows.append(_put(archive, patient, "seg", 42101, "VOI Breast Tissue Segmentation", [seg], "SEG"))
    return pd.DataFrame(rows)


def tcga_like(archive, scratch, patients):
    """One dynamic series per patient, by its description; the table of its series."""
    rows = []
    for k, patient in enumerate(patients):
        phases = np.arange(2 * 4 * 8 * 8, dtype=np.uint16).reshape(2, 4, 8, 8) + k
        made = write_series(scratch / patient, phases, SAGITTAL, "Sag Vibrant +C", 5, tags=_tags)
        row = _put(archive, patient, "dynamic", 5, "Sag Vibrant +C", made, "MR")
        rows.append(row | {"collection": "tcga_brca"})
    return pd.DataFrame(rows)


def plan_of(table, headers=None):
    steps = {COLLECTION: rules.rules_of(COLLECTION)}
    return Plan(rules.choose(table, steps), rules.flow(table, steps, headers), "25.0.5")


def _tags(_phase, _slice):
    return {"MagneticFieldStrength": 15000, "ClinicalTrialTimePointDescription": "MRI_1"}


def _put(archive, patient, kind, number, text, paths, modality):
    uuid = hashlib.sha1(f"{patient}{kind}".encode(), usedforsecurity=False).hexdigest()
    data = [path.read_bytes() for path in paths]
    for at, one in enumerate(data):
        archive.files[f"{BUCKET}/{uuid}/{at:03d}.dcm"] = one
    return {
        "collection": COLLECTION, "patient": patient, "exam": 1, "modality": modality,
        "manufacturer": "GE MEDICAL SYSTEMS" if modality == "MR" else "", "description": text,
        "number": number, "instances": len(data), "bytes": sum(map(len, data)), "licence": "CC BY 3.0",
        "doi": "10.1/x", "bucket": BUCKET, "uuid": uuid, "kind": kind,
    }  # fmt: skip
