"""What no archive holds, or has not given yet: where it is to be had and where it goes."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from core.study.archives.liu2024 import PAPER, Known
from core.study.archives.own_files import CLINICAL, EXCLUSIONS
from core.study.archives.rules import NOT_YET, SOURCES, TITLES

LES = "https://www.cancerimagingarchive.net/analysis-result/tcga-breast-radiogenomics/"
NACT = "https://doi.org/10.7937/K9/TCIA.2016.QHSYHJKY"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that the user must supply or fetch: what, how many, why, where from, where to."""

    what: str
    count: int
    why: str
    source: str
    place: str


def missing_of(folder: Path, known: Known, table: pd.DataFrame, not_fetched: Sequence[str]) -> list[Missing]:
    """Everything that keeps the study from being computed, or from being the paper's.

    ``table``: clinical table of the study; ``not_fetched``: messages of what the archives did not give.
    """
    cohorts = table.groupby("cohort")["patient"].agg(list).to_dict()
    tcga, nact = cohorts.get("tcga_brca", []), cohorts.get("nact_pilot", [])
    unlabelled = table[table["lnm"].isna()]
    there = {path.name for path in (folder / "images").glob("*")} if (folder / "images").is_dir() else set()
    pictured = {p for p in (*tcga, *nact) if f"{p}_1.nii.gz" in there}
    found = [
        Missing(
            "Lymph-node status of Breast-MRI-NACT-Pilot", int((unlabelled["cohort"] == "nact_pilot").sum()),
            "The public clinical sheet names none, and the paper does not say where its own came from.",
            f"the data's contributors ({NACT}); TCIA's structured reports of the exams (report_1 in each "
            "exam's folder) hold clinical facts and may name it, which was not verified",
            f"column lnm of {CLINICAL}: 1 positive, 0 negative",
        ),
        Missing(
            "Lymph-node status of TCGA-BRCA", int((unlabelled["cohort"] == "tcga_brca").sum()),
            "Xena's clinical table was not fetched yet.", "python -m core fetch liu2024, with a connection",
            f"column lnm of {CLINICAL}, filled in by the command",
        ),
        Missing(
            "Tumour masks of TCGA-BRCA (.les)", len(set(tcga) - set(known.masks)),
            "TCIA gives them out as an analysis result, not through the IDC, behind a form.",
            f"{LES} (TCGA-Breast-Radiogenomics, DOI 10.7937/K9/TCIA.2014.8SIPIY6G)",
            "masks/, named as they come; of a patient with several lesions rename one to PATIENT.les. Look "
            "at each overlay in the Gallery: which series a lesion was drawn on, the file does not say",
        ),
        Missing(
            "Images", len(set(tcga) | set(nact)) - len(pictured),
            "Not downloaded, or not yet made of the downloaded series.",
            "python -m core fetch liu2024, with a connection", "images/, by the command",
        ),
        Missing(
            "Tumour masks of Breast-MRI-NACT-Pilot", len(set(nact) - set(known.masks)),
            "They are the functional tumour volume, computed from SEG, PE and SER once these are there.",
            "python -m core fetch liu2024, with a connection", "masks/, by the command",
        ),
    ]  # fmt: skip
    gone = [
        Missing("Not fetched", 1, message, "the same command again", "by the command")
        for message in not_fetched
    ]
    return [item for item in found if item.count] + gone


def as_markdown(flow: pd.DataFrame, missing: Sequence[Missing]) -> str:
    """MISSING.md: the flow beside the paper's own numbers, what is missing, what nobody can know."""
    lines = ["# What is in this study, and what is not", ""]
    titles = {TITLES[name]: text for name, text in PAPER.items()}
    for cohort, rows in flow.groupby("cohort", sort=False):
        lines += [f"## {cohort}", "", f"The paper: {titles[str(cohort)]}.", ""]
        lines += ["| step | patients | known from | left out |", "| --- | --- | --- | --- |"]
        lines += [_row(row) for row in rows.to_dict("records")] + [""]
    lines += ["## Missing", ""]
    for item in missing:
        many = f" ({item.count} patients)" if item.count > 1 else ""
        lines += [f"- **{item.what}**{many}. {item.why}", f"  From: {item.source}.", f"  To: {item.place}."]
    lines += ["" if missing else "Nothing.", *UNKNOWABLE]
    return "\n".join(lines) + "\n"


def _row(row: dict[Hashable, Any]) -> str:
    count = NOT_YET if pd.isna(row["n"]) else row["n"]
    return f"| {row['step']} | {count} | {SOURCES[row['source']]} | {row['reasons']} |"


UNKNOWABLE = [
    "## What cannot be known from the archives",
    "",
    "- Whether a TCGA-BRCA exam was made before surgery: neither the index nor Xena has the date of surgery.",
    "- Which 4 patients of TCGA-BRCA the paper could not locate or found ambiguous, and which 7 of "
    f"Breast-MRI-NACT-Pilot it left out: it does not say. Name yours in {EXCLUSIONS}, with the reason.",
    "- Which of a patient's series, which phase and which lesion the paper measured.",
]
