"""Columns that the nomogram may take, their values, and what a study says of those that it may not."""

from pathlib import Path

import numpy as np
import pytest

from core.study.covariates import covariates
from core.study.manifest import load_study
from tests.study_folder import HEADER, MANIFEST, ROWS, edit, fault, write_rows

# Twelve training patients and four others.
STAGE = ["I", "I", "II", "II", "II", "III", "I", "II", "III", "II", "I", "", "II", "IV", "I", ""]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "study.toml").write_text(MANIFEST)
    columns = {
        "stage": STAGE,
        "flat": ["same"] * 16,
        "one": ["1"] * 12 + ["2"] * 4,
        "mixed": ["51", "unknown", *map(str, range(40, 54))],
        "code": [f"c{i}" for i in range(16)],
        "yes": ["True", "False"] * 7 + ["True", ""],
        "Total": list(map(str, range(16))),
        "a=b": list(map(str, range(16))),
    }
    rows = [",".join([row, *(values[i] for values in columns.values())]) for i, row in enumerate(ROWS)]
    write_rows(tmp_path, rows, ",".join([HEADER, *columns]))
    return tmp_path


def name(folder: Path, *columns: str) -> Path:
    text = ", ".join(f'"{column}"' for column in columns)
    with (folder / "study.toml").open("a") as file:
        file.write(f"[settings.fusion]\ncovariates = [{text}]\n")
    return folder


def test_numbers_stay_numbers_and_text_becomes_levels(folder: Path) -> None:
    study = load_study(name(folder, "age", "stage", "yes"))
    assert study.settings.fusion.covariates == ("age", "stage", "yes")
    table = covariates(study.clinical, study.settings.fusion.covariates)
    assert list(table.index) == list(study.clinical["patient"])
    assert list(table["age"]) == [40.0 + i for i in range(16)]
    assert list(table["stage"]) == [level or None for level in STAGE]
    assert table["yes"].tolist()[:3] == [1.0, 0.0, 1.0] and np.isnan(table["yes"].iloc[-1])


@pytest.mark.parametrize(
    ("column", "why"),
    [
        ("size", "no such column"),
        ("lnm", "the outcome"),
        ("patient", "tells patients and cohorts apart"),
        ("cohort", "tells patients and cohorts apart"),
        ("role", "tells patients and cohorts apart"),
        ("flat", "fewer than two levels with 2 training patients each"),
        ("code", "fewer than two levels with 2 training patients each"),
        ("one", "one value or none in all training patients"),
        ("mixed", "numbers among text; leave the cell empty"),
        ("Total", "a name that the nomogram uses itself"),
        ("a=b", "a name that the nomogram uses itself"),
    ],
)
def test_a_column_that_cannot_be_a_covariate(folder: Path, column: str, why: str) -> None:
    error = fault(name(folder, column))
    assert error.code == "STUDY-COVARIATE"
    assert f"{column!r}: " in error.found and why in error.found
    assert "tell training patients apart: age; stage; yes" in error.expected


def test_all_faults_are_told_at_once(folder: Path) -> None:
    error = fault(name(folder, "size", "age", "lnm", "mixed"))
    assert [part.split(":")[0] for part in error.found.split("; ")[:3]] == ["'size'", "'lnm'", "'mixed'"]


def test_the_outcome_under_its_own_name(folder: Path) -> None:
    edit(folder, "study.toml", 'column = "lnm"', 'column = "node"')
    edit(folder, "clinical.csv", "age,lnm,", "age,node,")
    assert "'node': the outcome" in fault(name(folder, "node")).found


@pytest.mark.parametrize("columns", [("age", "age"), (" ",)])
def test_names_that_are_none(folder: Path, columns: tuple[str, ...]) -> None:
    assert fault(name(folder, *columns)).code == "SETTINGS"
