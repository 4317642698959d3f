"""Columns of a table as headings, and as axes with their units."""

import re

ABBREVIATIONS = {"er", "pr", "her2", "lnm", "bmi"}
UNITS = {
    "mm": "mm", "cm": "cm", "mm2": "mm\u00b2", "mm3": "mm\u00b3", "cm3": "cm\u00b3", "ml": "mL", "cc": "cc",
    "kg": "kg", "years": "years", "months": "months", "days": "days", "percent": "%", "pct": "%",
}  # fmt: skip
AGE = re.compile(r"(^|[ _])age($|[ _]at[ _])", re.IGNORECASE)


def title(column: str) -> str:
    """A table's column as a heading: ``er`` ER, ``lnm`` LNM, ``clinical_t`` Clinical T."""
    words = column.replace("_", " ").strip()
    if words.lower() in ABBREVIATIONS:
        return words.upper()
    # T, N and M of a stage are capitals.
    return re.sub(r" [tnm]$", lambda last: last[0].upper(), words[:1].upper() + words[1:])


def measured(column: str) -> str:
    """A numeric column as an axis names it, with the unit that its name tells: ``size_mm`` Size (mm).

    ``age`` is in years. A unit in parentheses stays as it is; where the name tells none, there is none.
    """
    head, _, last = column.strip().replace(" ", "_").rpartition("_")
    if head and last.lower() in UNITS:
        return f"{title(head)} ({UNITS[last.lower()]})"
    unit = " (years)" if AGE.search(column.strip()) else ""
    return title(column) + (" (kg/m\u00b2)" if column.strip().lower() == "bmi" else unit)
