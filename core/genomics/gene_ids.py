"""Gene ids as tables carry them: versions of Ensembl ids, names that a spreadsheet made dates, repeats."""

import re

import numpy as np
import pandas as pd

ENSEMBL_VERSION = re.compile(r"^(ENS[A-Z]*\d+)\.\d+.*$")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# As Excel writes them: 2-Sep, 02-Sep-23, Sep-02, 2023-09-02 00:00:00, 9/2/2023.
DAY_MONTH = re.compile(r"^(?P<day>\d{1,2})-(?P<month>[A-Z][a-z]{2})(-\d{2}|-\d{4})?$")
MONTH_DAY = re.compile(r"^(?P<month>[A-Z][a-z]{2})-(?P<day>\d{1,2})$")
ISO_DATE = re.compile(r"^\d{4}-(?P<month>\d{2})-(?P<day>\d{2})( 00:00:00)?$")
SLASHES = re.compile(r"^\d{1,2}/\d{1,2}/(\d{2}|\d{4})$")
# Symbols that a date can only have been. 1-Mar and 2-Mar were MARCH1 or MARC1, MARCH2 or MARC2.
SYMBOLS = {("Mar", day): f"MARCH{day}" for day in range(3, 12)}
SYMBOLS |= {("Sep", day): f"SEPT{day}" for day in range(1, 15)} | {("Dec", 1): "DEC1"}


def one_row_per_gene(values: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """One row per gene id in the file's order, and the count of each repair.

    ``values`` genes x samples, complete, on the log scale. ``versions_stripped``: versions of Ensembl ids;
    ``dates_restored``: ids that a spreadsheet turned into dates and that can only have been one symbol
    (2-Sep: SEPT2); ``dates_dropped``: other dates (1-Mar: MARCH1 or MARC1); ``duplicates_collapsed``: of
    rows with one id the highest mean wins.
    """
    written = [str(gene) for gene in values.index]
    plain = [ENSEMBL_VERSION.sub(r"\1", gene) for gene in written]
    restored = [restored_symbol(gene) for gene in plain]
    named = np.array([name is not None for name in restored], dtype=bool)
    kept = values.set_axis(pd.Index(restored, name="gene", dtype=object), axis=0)[named]
    best = np.argsort(-kept.mean(axis=1).to_numpy(), kind="stable")
    first = np.sort(best[~kept.index[best].duplicated()])
    counts = {
        "versions_stripped": sum(a != b for a, b in zip(written, plain, strict=True)),
        "dates_restored": sum(b is not None and a != b for a, b in zip(plain, restored, strict=True)),
        "dates_dropped": int((~named).sum()),
        "duplicates_collapsed": len(kept) - len(first),
    }
    return kept.iloc[first], counts


def restored_symbol(gene: str) -> str | None:
    """The id itself, or if it is a date the symbol that it must have been; None: several, or none known."""
    if SLASHES.match(gene):
        return None
    found = DAY_MONTH.match(gene) or MONTH_DAY.match(gene) or ISO_DATE.match(gene)
    if found is None:
        return gene
    month = found["month"]
    if month.isdigit():
        month = MONTHS[int(month) - 1] if 1 <= int(month) <= 12 else ""
    return SYMBOLS.get((month, int(found["day"]))) if month in MONTHS else gene
