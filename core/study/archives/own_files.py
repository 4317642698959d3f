"""What the user writes into the study folder of Liu et al. 2024, read back; what may be in its way."""

import codecs
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.errors import StudyError, TableError, listed
from core.study.archives.aside import EARLIER, set_aside
from core.study.csv_file import read_csv

CLINICAL, EXCLUSIONS, MISSING = "clinical.csv", "exclusions.csv", "MISSING.md"
NO_EXCLUSIONS = "patient,reason\n"
FOLDERS = ("archives", "archives/xena", "archives/idc", "images", "masks", "genesets")
FILES = (CLINICAL, EXCLUSIONS, MISSING, "study.toml", "expression.tsv.gz", "genesets/kegg.gmt")


def check_layout(folder: Path) -> None:
    """Raises StudyError (LIU-FOLDER) where a folder stands for a file, or the other way round."""
    wrong = list(_in_the_way(folder))
    if wrong:
        expected = "The study folder must have files and folders where this command writes or reads them"
        raise StudyError("LIU-FOLDER", expected, listed(wrong), "Move them away, then run it again.")


def _in_the_way(folder: Path) -> Iterator[str]:
    for name in FOLDERS:
        path = folder / name
        if (path.exists() or path.is_symlink()) and not path.is_dir():
            yield f"{name}, which must be a folder"
    lesions = sorted(path.relative_to(folder).as_posix() for path in (folder / "masks").glob("*.les"))
    for name in (*FILES, *lesions):
        path = folder / name
        if (path.exists() or path.is_symlink()) and not path.is_file():
            yield f"{name}, which must be a file"


def own_labels(folder: Path) -> dict[str, int]:
    """Labels that stand in clinical.csv. Raises TableError, StudyError (LIU-LABEL) for others than 0, 1."""
    if not (folder / CLINICAL).is_file():
        return {}
    table = read_csv(folder / CLINICAL, "clinical table", ("patient", "cohort"))
    _require(table, "clinical table", ("patient",))
    given = table.dropna(subset=["lnm"]) if "lnm" in table else table.iloc[:0]
    if not given["lnm"].isin([0, 1]).all():
        raise StudyError("LIU-LABEL", "lnm in clinical.csv must be 0, 1 or empty", "other values")
    return dict(zip(given["patient"], given["lnm"].astype(int), strict=True))


def with_own_columns(table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """``table``, and the columns that clinical.csv has beyond it, by patient. Raises TableError."""
    if not (folder / CLINICAL).is_file():
        return table
    own = read_csv(folder / CLINICAL, "clinical table", ("patient", "cohort")).drop_duplicates("patient")
    more = [column for column in own if column not in table]
    return table.merge(own[["patient", *more]], on="patient", how="left") if more else table


def put_clinical(table: pd.DataFrame, folder: Path) -> None:
    """Write clinical.csv; one that holds labels of patients who are not in it now is set aside.

    Raises OSError, TableError.
    """
    part, target = folder / f".{CLINICAL}", folder / CLINICAL
    table.to_csv(part, index=False)
    if set(own_labels(folder)) - set(table["patient"]):
        set_aside(target, EARLIER)
    part.replace(target)


def own_exclusions(folder: Path) -> dict[str, str]:
    """Patients whom exclusions.csv leaves out, with the reason. Raises TableError."""
    path = folder / EXCLUSIONS
    if not path.is_file() or _is_empty(path):
        return {}
    table = read_csv(path, "table of exclusions", ("patient", "reason"))
    _require(table, "table of exclusions", ("patient", "reason"))
    return dict(zip(table["patient"], table["reason"].fillna("no reason given"), strict=True))


def _is_empty(path: Path) -> bool:
    """Whether nothing but the header is in it."""
    return path.read_bytes().removeprefix(codecs.BOM_UTF8).strip() == NO_EXCLUSIONS.strip().encode()


def _require(table: pd.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        expected = f"The {name} must have the columns {', '.join(columns)}"
        raise TableError(
            "TABLE-COLUMNS", expected, f"no {', '.join(missing)}", "Name them in its first line."
        )
