"""Guesses at columns with their reasons, and what must not enter a study unseen."""

import pandas as pd
import pytest

from core.errors import TableError
from core.study.intake.columns import ColumnMapping, guess_columns, guess_mapping, require_mapping
from core.study.intake.privacy import identifying

N = 12
TABLE = pd.DataFrame(
    {
        "sample": [f"TCGA-AO-A{i:03d}-01A" for i in range(N)],
        "bcr_patient_uuid": [f"{i:08x}-0000-4000-8000-{i:012x}" for i in range(N)],
        "age_at_initial_pathologic_diagnosis": [str(40 + i) for i in range(N)],
        "pathologic_N": ["N0", "N1a", "N0 (i+)", "NX"] * 3,
        "number_of_lymphnodes_positive_by_he": ["0", "2", "0", "1"] * 3,
        "lymph_node_examined_count": ["10", "12", "9", "3"] * 3,
        "ER_Status_nature2012": ["Positive", "Negative"] * 6,
        "pathologic_T": ["T1", "T2"] * 6,
        "date_of_initial_diagnosis": ["2001-02-03"] * N,
        "last_seen": ["03.04.2010"] * N,
        "gender": ["FEMALE"] * N,
        "days_to_collection": [None] * N,
    }
)


def _roles(table):
    return {g.column: (g.role, g.kind) for g in guess_columns(table)}


def test_a_clinical_table_of_xena():
    roles = _roles(TABLE)
    assert roles == {
        "sample": ("patient", None), "bcr_patient_uuid": ("identifying", None),
        "age_at_initial_pathologic_diagnosis": ("age", None), "pathologic_N": ("outcome", "stage"),
        "number_of_lymphnodes_positive_by_he": ("outcome", "count"),
        "lymph_node_examined_count": ("covariate", None), "ER_Status_nature2012": ("covariate", None),
        "pathologic_T": ("covariate", None), "date_of_initial_diagnosis": ("identifying", None),
        "last_seen": ("identifying", None), "gender": ("covariate", None),
        "days_to_collection": ("empty", None),
    }  # fmt: skip
    mapping = guess_mapping(TABLE)
    assert (mapping.patient, mapping.outcome) == ("sample", "pathologic_N")
    assert mapping.outcome_2 == "number_of_lymphnodes_positive_by_he"
    require_mapping(mapping, TABLE)
    assert all(0 < g.confidence <= 1 and g.reason for g in guess_columns(TABLE))


@pytest.mark.parametrize("name", ["ajcc_pathologic_n.diagnoses", "ajcc_nodes_pathologic_pn", "pN", "N stage"])
def test_other_names_of_pathologic_n(name):
    assert _roles(pd.DataFrame({name: ["N0", "N1", "N1mi", None]}))[name] == ("outcome", "stage")


def test_a_table_of_ones_own():
    table = pd.DataFrame(
        {
            "ID": ["a1", "a2", "a3", "a4"], "Cohort": ["x", "x", "y", "y"], "AGE": ["50", "60.5", "70", "44"],
            "LNM": ["1", "0", "0", "1"], "Size": ["12", "8", "30", "22"],
        }
    )  # fmt: skip
    assert [role for role, _ in _roles(table).values()] == [
        "patient",
        "cohort",
        "age",
        "outcome",
        "covariate",
    ]
    assert guess_mapping(table) == ColumnMapping("ID", "LNM", "Cohort", "AGE", ("Size",))


def test_one_patient_column_the_surer_one():
    table = pd.DataFrame({"id": ["1", "2"], "barcode": ["TCGA-AO-A03M", "TCGA-AO-A03N"], "pN": ["N0", "N1"]})
    assert guess_mapping(table).patient == "barcode"


IDENTIFYING = {
    "PatientName": ["Doe^Jane", "Roe^Ann"], "MRN": ["1", "2"], "dob": ["x", "y"], "birth_date": ["x", "y"],
    "e-mail": ["a@b.org", "c@d.org"], "surname": ["A", "B"], "StudyInstanceUID": ["1", "2"],
    "Comments": ["-", "ok"],
    "x1": ["12345678", "12345679"], "x2": ["3/4/1999", "5/6/2001"], "x3": ["a@b.org", "c@d.org"],
    "x4": ["Doe^Jane", "Roe^Ann"], "x5": ["1.2.840.113654.2", "1.2.840.113654.3.4"],
    "file": ["a.dcm", "b.dcm"],
    "x6": ["she came back after two years", "no sign of any relapse since then"],
}  # fmt: skip
IDENTIFYING |= {
    f"y{n}": [value, value] for n, value in enumerate((
        "19650203", "19650203.0", "12/03/2020 10:20", "2020-03-12 10:00:00+01:00", "20200312T102030",
        "Thu Mar 12 2020", "2020-01", "Mar 2020", "3/12/2020 10:20:05 AM", "03.2020", "2020年3月12日",
        "Dr. Miller", "/data/images/a.nii.gz", "+49 171 1234567",
    ))
}  # fmt: skip
IDENTIFYING |= {
    "Patient": ["Smith, John", "Müller-Lang, Anna M.", "O'Neil, Mary"],
    "Case": ["John Smith", "Anna Müller", "Mary J. O'Neil"],
}
IDENTIFYING |= {
    name: ["a", "b"]
    for name in (
        "Nachname", "Nazwisko", "Geburtstag", "pt name", "pt_name", "surgeon", "Mobile", "Tel", "adresse",
        "plz", "yob", "imagepath", "ImagePath", "Vorname", "prénom", "apellidos", "scandate",
        "Untersuchungsdatum", "fecha", "mail", "Telefonnummer", "Kommentar",
    )
}  # fmt: skip
HARMLESS = {
    "age": ["50", "61"], "grade": ["2", "3"], "ER": ["+", "-"], "pathologic_N": ["N0", "N1"],
    "ethnicity": ["x", "y"], "size_mm": ["12.5", "8"], "days_to_death": ["1200", "3000"],
    "histology": ["infiltrating ductal carcinoma", "lobular"], "pathway": ["a", "b"], "ki67": ["14", "30"],
    "patient": ["TCGA-AO-A03M", "TCGA-AO-A03N"], "case": ["UCSF-BR-06", "UCSF-BR-07"],
    "primary": ["Breast, NOS"] * 3, "cell_type": ["a", "b"],
    "type": ["Lobular carcinoma, NOS", "Infiltrating duct carcinoma, NOS"] * 3,
    "nombre de ganglions": ["1", "2"], "ratio": ["1.2035", "0.1234567"],
    "year_of_diagnosis": ["2004", "2005"],
    "profile": ["Luminal A", "Luminal B"] * 3, "subtype": ["Luminal A", "Her2"] * 3, "pT": ["T1c", "T2"],
    "candidate": ["1", "0"], "mobility": ["1", "0"], "size": ["12-15", "3-4"],
    "Patient": ["2020-17", "2020-18"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "values"), IDENTIFYING.items())
def test_what_may_identify_a_patient(name, values):
    assert identifying(name, pd.Series(values))


@pytest.mark.parametrize(("name", "values"), HARMLESS.items())
def test_what_does_not(name, values):
    assert identifying(name, pd.Series(values)) == ""


def test_a_mapping_must_be_whole_and_private():
    def fault(**changes):
        with pytest.raises(TableError) as caught:
            require_mapping(
                ColumnMapping(**{"patient": "sample", "outcome": "pathologic_N", **changes}), TABLE
            )
        return caught.value

    assert fault(patient="").code == fault(outcome="none").code == fault(age="sample").code == "TABLE-COLUMN"
    error = fault(covariates=("date_of_initial_diagnosis", "gender", "bcr_patient_uuid"))
    assert error.code == "TABLE-PRIVACY" and "date_of_initial_diagnosis (its name says a date)" in error.found
    assert "gender" not in error.found
    dates = ("date_of_initial_diagnosis",)
    require_mapping(ColumnMapping("sample", "pathologic_N", covariates=dates, confirmed=dates), TABLE)
    numbers = pd.DataFrame({"ID": ["12345678", "12345679"], "pN": ["N0", "N1"]})
    with pytest.raises(TableError, match="long numbers"):
        require_mapping(ColumnMapping("ID", "pN"), numbers)
