"""Columns of a table as headings."""

import re

ABBREVIATIONS = {"er", "pr", "her2", "lnm", "bmi"}


def title(column: str) -> str:
    """A table's column as a heading: ``er`` ER, ``lnm`` LNM, ``clinical_t`` Clinical T."""
    words = column.replace("_", " ").strip()
    if words.lower() in ABBREVIATIONS:
        return words.upper()
    # T, N and M of a stage are capitals.
    return re.sub(r" [tnm]$", lambda last: last[0].upper(), words[:1].upper() + words[1:])
