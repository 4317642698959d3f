"""A study of nothing but its manifest and its table, for tests of their faults."""

from pathlib import Path

import pytest

from core.errors import NodescopeError
from core.study.manifest import load_study

MANIFEST = """
[study]
name = "A study"
[cohorts.one]
role = "training"
images = "images/{patient}_{phase}.nii.gz"
masks = "masks/{patient}.nii.gz"
[cohorts.two]
role = "validation"
images = "images/{patient}.nii.gz"
masks = "masks/{patient}.nii.gz"
[outcome]
column = "lnm"
positive = [1]
"""
HEADER = "patient,cohort,age,lnm"
ROWS = [f"P{i:02d},{'one' if i < 12 else 'two'},{40 + i},{i % 2}" for i in range(16)]


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def write_rows(folder: Path, rows: list[str], header: str = HEADER, name: str = "clinical.csv") -> None:
    (folder / name).write_text("\n".join([header, *rows]) + "\n")


def write_scanned(folder: Path) -> None:
    """Give a study scanners, one of them in the validation cohort only, and settings that use them."""
    rows = [line.split(",") for line in (folder / "clinical.csv").read_text().splitlines()]
    training = rows[1][1]
    scanners = [
        "" if i == 3 else "Philips" if row[1] != training and i % 5 == 0 else ("GE", "GE", "Siemens")[i % 3]
        for i, row in enumerate(rows[1:])
    ]
    lines = [",".join([*row, name]) for row, name in zip(rows, ["scanner", *scanners], strict=True)]
    replaced(folder / "clinical.csv", "\n".join(lines) + "\n")
    text = (folder / "study.toml").read_text()
    text = text.replace("[settings.selection_radiomics]", "[settings.selection_radiomics]\nmin_icc = 0.75")
    replaced(folder / "study.toml", text + '\n[settings.harmonise]\nbatch = "scanner"\n')


def write_covariates(folder: Path) -> None:
    """Age and menopausal status on the nomogram of the small demo study; three patients who lack one.

    SIMB-008 and SIMN-004 have no value, SIMN-003 a level that no training patient has.
    """
    lines = (folder / "clinical.csv").read_text().splitlines()
    lines = [line.replace(",pre,", ",peri,") if line.startswith("SIMN-003") else line for line in lines]
    lines = [line.replace(",post,", ",,") if line.startswith("SIMN-004") else line for line in lines]
    replaced(folder / "clinical.csv", "\n".join(lines) + "\n")
    text = (folder / "study.toml").read_text()
    replaced(folder / "study.toml", text + '\n[settings.fusion]\ncovariates = ["age", "menopausal"]\n')


def replaced(path: Path, text: str) -> None:
    """Write a file anew: it may be a link to another study's."""
    path.unlink()
    path.write_text(text)


def fault(folder: Path) -> NodescopeError:
    with pytest.raises(NodescopeError) as caught:
        load_study(folder)
    text = str(caught.value)
    assert caught.value.exit_code == 1 and "must" in text and "\n" not in text and str(folder) not in text
    return caught.value
