"""Xena's three files in small: versioned Ensembl ids, doubled symbols, normal samples, second vials."""

import gzip

import numpy as np
import pandas as pd

PATIENTS = [f"TCGA-A1-A0S{k}" for k in "BDEFGHIJKLMNOPQR"]
SYMBOLS = {
    "ENSG00000000001.15": "ESR1", "ENSG00000000002.3": "MKI67", "ENSG00000000003.1": "MKI67",
    "ENSG00000000004.7": "MKI67", "ENSG00000000005.2": "ERBB2", "ENSG00000000006.9_PAR_Y": "XG",
}  # fmt: skip


def expression(seed=3):
    """Genes x samples: a second vial, a normal sample, an id without symbol."""
    rng = np.random.default_rng(seed)
    samples = [f"{p}-01A" for p in PATIENTS] + [f"{PATIENTS[0]}-01B", f"{PATIENTS[1]}-11A"]
    genes = [*SYMBOLS, "ENSG00000000099.1"]
    values = rng.uniform(0, 9, (len(genes), len(samples))).round(6)
    return pd.DataFrame(values, pd.Index(genes, name="Ensembl_ID"), samples)


def clinical():
    stages = ["N0", "N1a", "N0 (i+)", "NX", "N1mi", "N2", "N0", "N3a"] * 2
    frame = pd.DataFrame(
        {
            "sample": [f"{p}-01A" for p in PATIENTS],
            "age_at_index.demographic": range(40, 40 + len(PATIENTS)),
            "ajcc_pathologic_n.diagnoses": stages,
        }
    )
    normal = frame.iloc[[1]].assign(sample=f"{PATIENTS[1]}-11A")
    return pd.concat([normal, frame], ignore_index=True)


def probemap():
    rows = [f"{gene}\t{symbol}\tchr1\t1\t2\t+\n" for gene, symbol in SYMBOLS.items()]
    return "id\tgene\tchrom\tchromStart\tchromEnd\tstrand\n" + "".join(rows)


def put(archive, **changed):
    """The current dataset under /download of a local archive; returns its host."""
    files = {
        "TCGA-BRCA.star_fpkm.tsv.gz": gzip.compress(expression().to_csv(sep="\t").encode()),
        "TCGA-BRCA.clinical.tsv.gz": gzip.compress(clinical().to_csv(sep="\t", index=False).encode()),
        "gencode.v36.annotation.gtf.gene.probemap": probemap().encode(),
    }
    archive.files.update({f"download/{name}": data for name, data in {**files, **changed}.items()})
    return f"{archive.url}/download"
