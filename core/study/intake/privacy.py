"""Columns that may tell who a patient is: names, dates, record numbers, contacts, file names."""

import re
from typing import Any

import pandas as pd

from core.study.intake.cells import is_date
from core.study.intake.privacy_words import NAMES

_YEAR, _MONTH, _DAY = r"(?:19|20)\d\d", r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
# Dates that a cell by itself does not prove: 20200312 (.0 where pandas made a float of it), 2020-03, 03/2020.
_DIGITS = re.compile(
    rf"(?:{_YEAR}{_MONTH}{_DAY}|{_DAY}{_MONTH}{_YEAR}|{_MONTH}{_DAY}{_YEAR})(?:\.0+)?"
    rf"|{_YEAR}[-/.]{_MONTH}|{_MONTH}[-/.]{_YEAR}|(?:{_DAY}[- .]?)?[^\W\d]{{3,9}}\.?[- ,]+{_YEAR}"
    r"|\d{4}年\d+月(?:\d+日)?"
)
_PART = r"[^\W\d_][^\W\d_'’.-]*(?:['’.-]+[^\W\d_]*)*"
_CONTENT = {
    "e-mail addresses": re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+", re.IGNORECASE),
    "addresses of the web": re.compile(r"(https?|ftp)://\S+", re.IGNORECASE),
    "file names": re.compile(
        r".*\.(dcm|ima|nii|nii\.gz|nrrd|mh[ad]|png|jpe?g|tiff?|pdf|zip|docx?|xlsx?)|([a-z]:)?[\\/].*[\\/].*",
        re.IGNORECASE,
    ),
    "unique identifiers": re.compile(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[12](\.\d+){4,}", re.IGNORECASE
    ),
    "names as DICOM writes them": re.compile(r"[^\W\d]+\^[^\W\d]+.*"),
    "names with a title": re.compile(
        rf"(dr|prof|mrs?|ms|mme|herr|frau)\.? ?{_PART}( {_PART})*", re.IGNORECASE
    ),
    "numbers of telephones": re.compile(r"(\+|0)[\d ()/-]{7,}\d|\(?\d{3}[) -]{1,2}\d{2,3}-\d{4}"),
}
# What is a person's only where most cells differ: a histology is "Lobular carcinoma, NOS" of many.
_OWN = {
    "long numbers, most of them once": re.compile(r"\d{7,}(\.0+)?"),
    "names, the last one first": re.compile(
        rf"{_PART}( {_PART}){{0,2}}, ?(?!nos\b){_PART}( {_PART}){{0,2}}", re.I
    ),
    "names of two or three words": re.compile(r"[A-ZÀ-Þ][^\W\d_]*\.?( ([A-ZÀ-Þ]\.|[A-ZÀ-Þ][\w'’-]+)){1,2}"),
}
_MOSTLY = 0.5
_LONGEST = 200  # letters of a column's name that are looked at


def identifying(name: str, values: "pd.Series[Any]") -> str:
    """Why a column may identify a patient, by its name or by its values (texts, none missing); "" if not."""
    name = name.strip()[:_LONGEST]
    said = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").strip()
    for kind, words in NAMES.items():
        if words.search(said) or words.search(name):
            return f"its name says {kind}"
    texts = [value.strip() for value in values]
    if not texts:
        return ""
    if sum(is_date(text) or bool(_DIGITS.fullmatch(text)) for text in texts) > _MOSTLY * len(texts):
        return "dates"
    own = len(set(texts)) > _MOSTLY * len(texts)
    for kind, shape in (_CONTENT | _OWN if own else _CONTENT).items():
        if sum(bool(shape.fullmatch(text)) for text in texts) > _MOSTLY * len(texts):
            return kind
    long = sum(len(text.split()) > 5 for text in texts)
    return "free text" if long > _MOSTLY * len(texts) else ""
