"""Errors of tables that cannot be read at all."""

from core.errors import TableError


def unreadable(found: str, fix: str = "Save it as CSV or XLSX.") -> TableError:
    """TABLE-READ: the file is no table of a kind that is read here."""
    return TableError("TABLE-READ", "The table must be a readable CSV, TSV or XLSX file", found, fix)


def too_large(found: str) -> TableError:
    """TABLE-SIZE: the file is larger than any clinical table."""
    fix = "Keep one row per patient, and the columns that the study needs."
    return TableError("TABLE-SIZE", "The table must be a clinical table", found, fix)
