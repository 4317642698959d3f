"""Columns that may tell who a patient is: names, dates, record numbers, contacts, file names."""

import re
from typing import Any

import pandas as pd

from core.study.intake.cells import is_date

_WORDS = {
    "a name": (
        r"(first|last|sur|family|given|patient|full|physician|doctor|surgeon)[\s_.-]?names?|initials|^names?$"
    ),
    "a date": r"\bdates?\b|\bdob\b|birth|\bbday\b|_dt$|\btimestamp\b|\bdatum\b",
    "a record number": (
        r"\bmrn\b|medical[\s_.-]?record|hospital[\s_.-]?(no|nr|number|id)|accession|\bssn\b|social[\s_.-]?sec"
        r"|insurance|passport|national[\s_.-]?id|\bnhs\b|\bpesel\b"
    ),
    "a contact": (
        r"address|street|\bzip\b|post[\s_.-]?code|phone|\bfax\b|e[\s_.-]?mail|\burl\b|\bcity\b|\btown\b"
    ),
    "a unique identifier": r"\bu?uid\b|_uuid$|\bguid\b|instance[\s_.-]?uid",
    "a file name": r"\bfile[\s_.-]?(name|path)?s?\b|\bpath\b|\bfolder\b|\bdirectory\b",
    "free text": r"\b(comments?|remarks?|notes?|free[\s_.-]?text)\b",
}
_NAMES = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}
_CONTENT = {
    "e-mail addresses": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE),
    "unique identifiers": re.compile(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[12](\.\d+){4,}", re.IGNORECASE
    ),
    "names as DICOM writes them": re.compile(r"[^\W\d]+\^[^\W\d]+.*"),
    "long numbers, each once": re.compile(r"\d{7,}"),
}
_MOSTLY = 0.5


def identifying(name: str, values: "pd.Series[Any]") -> str:
    """Why a column may identify a patient, by its name or by its values (texts, none missing); "" if not."""
    said = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ")
    for kind, words in _NAMES.items():
        if words.search(said) or words.search(name):
            return f"its name says {kind}"
    texts = [value.strip() for value in values]
    if not texts:
        return ""
    if sum(map(is_date, texts)) > _MOSTLY * len(texts):
        return "dates"
    for kind, shape in _CONTENT.items():
        found = sum(bool(shape.fullmatch(text)) for text in texts)
        if found > _MOSTLY * len(texts) and (len(set(texts)) == len(texts) or "once" not in kind):
            return kind
    long = sum(len(text.split()) > 5 for text in texts)
    return "free text" if long > _MOSTLY * len(texts) else ""
