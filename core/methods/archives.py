"""Methods text and sentences of the archives page: pure functions of numbers."""

from collections.abc import Sequence

import pandas as pd

from core.study.archives.kinds import RULE as DYNAMIC
from core.study.archives.missing import Missing
from core.study.archives.rules import HEADERS_SAID, NOT_YET
from core.study.archives.xena import TERMS
from core.study.archives.xena_tables import RULE as SYMBOLS

IDC, XENA, PAPER = "Imaging Data Commons", "UCSC Xena", "Liu et al. 2024"
SAID = {
    IDC: "MR series of two breast collections, counted from the installed index, without a network.",
    XENA: "Gene expression and clinical table of TCGA-BRCA, log2(FPKM + 1), with symbols for Ensembl ids.",
    PAPER: "Both cohorts of the paper as a study folder, as far as the archives hold them.",
}


def size(count: float) -> str:
    """Bytes as a person reads them."""
    for unit, divisor in (("GB", 1e9), ("MB", 1e6)):
        if count >= divisor:
            return f"{count / divisor:,.1f} {unit}"
    return f"{count / 1e3:,.0f} kB"


def planned(series: pd.DataFrame, index: str) -> str:
    """One sentence on a download: patients, series, size, licence, release."""
    if series.empty:
        return "The rules leave no series."
    licences = " and ".join(sorted(set(series["licence"])))
    return (
        f"{series['patient'].nunique()} patients, {len(series):,} series, {size(series['bytes'].sum())}, "
        f"{licences}; data release {index.partition('.')[0]} of the IDC."
    )


def unknown(flow: pd.DataFrame) -> str:
    """What of a flow is not known yet, and what decides it."""
    open_steps = flow.loc[flow["unknown"] == NOT_YET, "step"]
    if open_steps.empty:
        return ""
    return f"{NOT_YET.capitalize()}: {', '.join(dict.fromkeys(open_steps))}. {HEADERS_SAID}"


def telling(flow: pd.DataFrame) -> pd.DataFrame:
    """A flow without the steps that choose among a patient's exams, or leave nobody out of a special rule."""
    silent = (
        flow["rule"].isin(("first_exam", "excluded", "maps")) & flow["n"].notna() & (flow["left_out"] == 0)
    )
    return flow[~silent]


def contents(table: pd.DataFrame) -> pd.DataFrame:
    """`Plan.contents` as printed."""
    return pd.DataFrame(
        {
            "Collection": table["collection"], "Kind": table["kind"].map(KINDS).fillna(table["kind"]),
            "Patients": table["patients"], "Series": table["series"], "Size": table["bytes"].map(size),
            "Licence": table["licence"],
        }
    )  # fmt: skip


KINDS = {
    "dynamic": "dynamic series", "pe1": "percent enhancement (PE1)", "pe2": "percent enhancement (PE2)",
    "ser": "signal enhancement ratio (SER)",
    "seg": "segmentations (SEG)", "report": "structured reports (SR)",
}  # fmt: skip


def missing_table(missing: Sequence[Missing]) -> pd.DataFrame:
    """What the user must supply, as printed."""
    rows = [(item.what, item.count, item.why, item.source, item.place) for item in missing]
    return pd.DataFrame(rows, columns=["Missing", "Patients", "Why", "From", "To"])


def methods(source: str) -> str:
    """Methods of what the page shows."""
    if source == XENA:
        return f"Expression and clinical data of TCGA-BRCA came from UCSC Xena's GDC hub. {SYMBOLS} {TERMS}."
    series = (
        "MR series were chosen from the index of NCI's Imaging Data Commons and downloaded instance by "
        f"instance, checked by size and MD5. {DYNAMIC} Maps and segmentations were those of the same exam."
    )
    if source == IDC:
        return series
    return (
        f"{series} Node status of TCGA-BRCA followed pathologic N of Xena's clinical table: isolated tumour "
        "cells, N0 (i+), negative, micrometastases, N1mi, positive, NX left out (AJCC, 8th edition). Tumour "
        "masks of Breast-MRI-NACT-Pilot were the functional tumour volume of I-SPY (PE1 of at least 70%, SER "
        "above 0 and up to 3, within the segmentation)."
    )
