"""Tables as people have them, and one clear error for what is none."""

import datetime as dt
import gzip
import struct
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import TableError
from core.study.intake.tables import ReadAs, read_table

ROWS = [["Patient", "Age", "pN"], ["P1", "54.5", "N0"], ["P2", "61", "N1a"], ["P3", "", "NX"]]


def _text(separator=",", rows=ROWS):
    return "\n".join(separator.join(row) for row in rows) + "\n"


def _book(*sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _fault(source, how=None):
    with pytest.raises(TableError) as caught:
        read_table(source, how)
    assert "\n" not in str(caught.value) and "must" in str(caught.value)
    return caught.value


def _check(found):
    assert list(found.frame.columns) == ROWS[0]
    assert found.frame.fillna("").to_numpy().tolist() == ROWS[1:]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_texts_of_any_separator_and_encoding(separator, encoding):
    found = read_table(_text(separator).encode(encoding))
    _check(found)
    assert found.read_as.separator == separator and list(found.frame.index) == [2, 3, 4]


def test_letters_with_accents_are_guessed_and_it_says_so():
    found = read_table("Patient,Ort\nP1,Zürich\nP2,Orléans\n".encode("cp1252"))
    assert found.frame.loc[2, "Ort"] == "Zürich" and found.read_as.encoding == "cp1252"
    assert "guessed" in found.warnings[0]
    assert not read_table("Patient,Ort\nP1,Zürich\n".encode()).warnings


def test_decimal_commas_become_points():
    found = read_table(b"Patient;Size;Note\nP1;12,5;a, b\nP2;1.250,75;c\nP3;7;d\n")
    assert list(found.frame["Size"]) == ["12.5", "1250.75", "7"] and found.read_as.decimal == ","
    assert found.frame.loc[2, "Note"] == "a, b"
    assert read_table(b'Patient,Size\nP1,"12,5"\n').frame.loc[2, "Size"] == "12,5"


def test_the_header_is_found_below_titles_and_comments():
    found = read_table(b"# made by X\nCohort A,,\n\nPatient,Age,pN\nP1,54.5,N0\nP2,61,N1a\nP3,,NX\n")
    _check(found)
    assert found.read_as.header_row == 4
    assert list(read_table(_text().encode(), ReadAs(header_row=2)).frame.columns) == ["P1", "54.5", "N0"]


def test_three_header_rows_of_tcga_files():
    rows = [["barcode", "n_stage"], ["barcode", "pathologic_N"], ["CDE_ID:2003301", "CDE_ID:3203106"]]
    found = read_table(_text("\t", [*rows, ["TCGA-AO-A03M", "N0"]]).encode())
    assert found.frame.to_numpy().tolist() == [["TCGA-AO-A03M", "N0"]] and "Rows 2, 3" in found.warnings[0]


def test_row_names_of_r_get_a_column_name():
    assert list(read_table(b"Age,pN\nP1,54,N0\nP2,61,N1\n").frame.columns) == ["column 1", "Age", "pN"]


def test_workbooks_and_their_sheets():
    book = _book(("Read me", []), ("Clinical", ROWS), ("Other", [["A", "B"], [1, 2.5]]))
    found = read_table(book)
    _check(found)
    assert found.sheets == ("Read me", "Clinical", "Other") and found.read_as.sheet == "Clinical"
    assert read_table(book, ReadAs(sheet="Other")).frame.to_numpy().tolist() == [["1", "2.5"]]
    assert _fault(book, ReadAs(sheet="None")).code == "TABLE-SHEET"
    assert _fault(book, ReadAs(sheet="Read me")).code == "TABLE-EMPTY"


def test_cells_of_a_workbook_as_texts():
    rows = [
        ["Patient", "Day", "Yes", "N"],
        ["P1", dt.datetime(2020, 1, 31), True, 3.0],
        ["P2", dt.date(2021, 2, 1), False, 0.1],
    ]
    assert read_table(_book(("S", rows))).frame.to_numpy().tolist() == [
        ["P1", "2020-01-31", "true", "3"], ["P2", "2021-02-01", "false", "0.1"],
    ]  # fmt: skip


def test_gzip_and_paths(tmp_path: Path):
    path = tmp_path / "table.txt"
    path.write_bytes(gzip.compress(_text("\t").encode()))
    _check(read_table(path))
    error = _fault(tmp_path / "secret-name.csv")
    assert error.code == "TABLE-MISSING" and "secret" not in str(error)
    assert _fault(tmp_path).code == "TABLE-MISSING"
    assert _fault(gzip.compress(_text().encode())[:30]).code == "TABLE-READ"


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (OLE, "Excel 97-2003"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "binary"),
        (struct.pack("<500d", *range(500)), "binary"),
        (b"PK\x03\x04" + bytes(40), "damaged"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web page"),
        (b"%PDF-1.7\nPatient,Age\n", "document"),
    ],
)
def test_what_is_no_table(data, found):
    error = _fault(data)
    assert error.code == "TABLE-READ" and found in error.found


def test_damaged_workbooks_are_one_error():
    book = _book(("S", ROWS))
    for cut in range(30, len(book), 400):
        assert _fault(book[:cut]).code == "TABLE-READ"
    for at in range(60, len(book) // 2, 7):  # bytes of the compressed sheets
        damaged = bytearray(book)
        damaged[at] ^= 0xFF
        with suppress(TableError):
            read_table(bytes(damaged))


@pytest.mark.parametrize("data", [b"", b"\n\n", b" ,, \n", b"Patient,Age\n", _book(("S", []))])
def test_empty_tables(data):
    assert _fault(data).code == "TABLE-EMPTY"


def test_columns_twice_and_rows_too_wide():
    assert "Age" in _fault(b"Patient,Age,age\nP1,1,2\n").found
    error = _fault(b"Patient,Age\nP1,1\nP2,1,2,3\nP3,1\n")
    assert error.code == "TABLE-ROWS" and "row 3" in error.found


def test_formula_errors_and_mangled_dates_are_listed_together():
    text = b"Patient,Age,Group,Grade\nP1,#N/A,2-Mar,1\nP2,54,4-5,2\nP3,#REF!,6-7,2020-03-02\nP4,60,8-9,3\n"
    error = _fault(text)
    assert error.code == "TABLE-CELLS"
    assert error.found == (
        "row 2, column Age: the error #N/A; row 2, column Group: 2-Mar, a date that a spreadsheet made of "
        "something else; row 4, column Age: the error #REF!; row 4, column Grade: 2020-03-02, a date among "
        "other values"
    )
    found = read_table(text, ReadAs(faulty="empty"))
    assert found.frame["Age"].isna().sum() == 2 and "row 2, column Age" in found.warnings[0]


def test_formula_errors_and_dates_in_a_workbook():
    rows = [
        ["Patient", "A", "B"],
        ["P1", "=1/0", dt.datetime(2026, 3, 2)],
        ["P2", "#DIV/0!", "4-5"],
        ["P3", 3, "6-7"],
    ]
    error = _fault(_book(("S", rows)))
    assert "row 2, column A: a formula without a stored value" in error.found
    assert (
        "row 3, column A: the error #DIV/0!" in error.found and "row 2, column B: 2026-03-02" in error.found
    )


def test_columns_of_dates_are_dates():
    assert len(read_table(b"Patient,Day\nP1,2020-03-02\nP2,2020-04-05\nP3,\n").frame) == 3


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_table_error(data):
    try:
        found = read_table(data)
    except TableError:
        return
    assert len(found.frame.columns) and len(found.frame)


CELLS = st.text("abcäöü 0123", min_size=1, max_size=5).map(str.strip).filter(bool)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_openpyxl_writes_is_read_back(rows):
    sheet = [["Patient", "Word"], *map(list, rows)]
    found = read_table(_book(("S", sheet)), ReadAs(header_row=1)).frame
    assert found.to_numpy().tolist() == [[" ".join(c.split()) for c in row] for row in rows]
