"""The clinical table: what is taken, and that every fault is one clear error."""

from pathlib import Path

import pytest

from core.study.manifest import load_study
from tests.study_folder import HEADER, MANIFEST, ROWS, edit, fault, write_rows


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A study of nothing but its manifest and its table."""
    (tmp_path / "study.toml").write_text(MANIFEST)
    write_rows(tmp_path, ROWS)
    return tmp_path


def test_a_byte_order_mark_and_blanks_are_accepted(written: Path) -> None:
    (written / "study.toml").write_text(MANIFEST, encoding="utf-8-sig")
    rows = [row.replace(",", " , ") + " " for row in ROWS]
    text = "\r\n".join([HEADER.replace(",", ", "), *rows, ""])
    (written / "clinical.csv").write_bytes(text.encode("utf-8-sig"))
    study = load_study(written)
    assert study.patients("training") == [f"P{i:02d}" for i in range(12)]
    assert list(study.clinical["lnm"]) == [0, 1] * 8 and study.clinical["age"].dtype == "int64"
    assert list(study.clinical.columns) == ["patient", "cohort", "role", "age", "lnm"]


@pytest.mark.parametrize(("one", "zero"), [("1", "0"), ("1.0", "0"), ("01", "0.0"), ('" 1"', '"0 "')])
@pytest.mark.parametrize("positive", ["1", "1.0", '"1"', '" 1.00"'])
def test_numbers_are_equal_however_written(written: Path, one: str, zero: str, positive: str) -> None:
    edit(written, "study.toml", "positive = [1]", f"positive = [{positive}]")
    write_rows(written, [row[:-1] + (one if row[-1] == "1" else zero) for row in ROWS])
    assert list(load_study(written).clinical["lnm"]) == [0, 1] * 8


def test_outcome_values_that_nobody_named_are_listed(written: Path) -> None:
    rows = [row[:-1] + ("N0", "N1", "NX", "N1")[i % 4] for i, row in enumerate(ROWS)]
    write_rows(written, rows)
    edit(written, "study.toml", "positive = [1]", 'positive = ["N1"]')
    error = fault(written)
    assert error.code == "TABLE-OUTCOME" and "N0; N1; NX" in error.found and "negative" in error.fix
    edit(written, "study.toml", 'positive = ["N1"]', 'positive = ["N1"]\nnegative = ["N0"]')
    assert fault(written).code == "TABLE-OUTCOME"
    edit(written, "study.toml", 'negative = ["N0"]', 'negative = ["N0", "NX"]')
    assert load_study(written).clinical["lnm"].sum() == 8


TABLES = [
    (HEADER + ",age", [row + ",1" for row in ROWS], "TABLE-COLUMN", "age"),
    (HEADER + ",role", [row + ",1" for row in ROWS], "TABLE-COLUMN", "role"),
    (HEADER, [], "TABLE-ROWS", "no row"),
    (HEADER, [*ROWS[:-1], ROWS[-1] + ",7"], "TABLE-ROWS", "row 17: 5 cells"),
    (HEADER, [row + ",7" for row in ROWS], "TABLE-ROWS", "row 2: 5 cells"),
    (HEADER, ["../P00" + ROWS[0][3:], *ROWS[1:]], "TABLE-ROWS", "row 2, column patient"),
    (HEADER, ["a/b" + ROWS[0][3:], *ROWS[1:]], "TABLE-ROWS", "row 2, column patient"),
    (HEADER, ["a\\b" + ROWS[0][3:], *ROWS[1:]], "TABLE-ROWS", "row 2, column patient"),
    (HEADER, ['"a\nb"' + ROWS[0][3:], *ROWS[1:]], "TABLE-ROWS", "row 2, column patient"),
    (HEADER, ["P03 " + ROWS[0][3:], *ROWS[1:]], "TABLE-ROWS", "row 5, column patient"),
    (HEADER, [*ROWS[:-1], '"' + ROWS[-1]], "TABLE-READ", "form"),
    (HEADER, ["P\0" + ROWS[0][3:], *ROWS[1:]], "TABLE-READ", "binary"),
    (HEADER, ROWS[12:], "STUDY-COHORT", "no row of one"),
    (HEADER, [row.replace("one", "three") for row in ROWS], "STUDY-COHORT", "three"),
]


@pytest.mark.parametrize(("header", "rows", "code", "found"), TABLES)
def test_a_faulty_table_is_one_clear_error(
    written: Path, header: str, rows: list[str], code: str, found: str
) -> None:
    write_rows(written, rows, header)
    error = fault(written)
    assert error.code == code and found in error.found


def test_a_column_lnm_besides_the_outcome_is_refused(written: Path) -> None:
    edit(written, "study.toml", 'column = "lnm"', 'column = "age"')
    error = fault(written)
    assert error.code == "TABLE-COLUMN" and "lnm" in error.found


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", "patient,cohort,lnm\nP\u00e9".encode("latin-1")])
def test_what_is_no_table_is_one_clear_error(written: Path, data: bytes) -> None:
    (written / "clinical.csv").write_bytes(data)
    assert fault(written).code == "TABLE-READ"


def test_patients_of_several_tables_are_compared(written: Path) -> None:
    edit(written, "study.toml", 'role = "validation"', 'role = "validation"\nclinical = "two.csv"')
    write_rows(written, ROWS[:12])
    write_rows(written, ROWS[12:], name="two.csv")
    assert len(load_study(written).patients("validation")) == 4
    write_rows(written, [*ROWS[12:], ROWS[0], ROWS[3]], name="two.csv")
    error = fault(written)
    assert error.code == "TABLE-ROWS"
    assert "two.csv, row 6, column patient" in error.found and "two.csv, row 7" in error.found
