"""Exams of several visits in one folder, and what headers say of the scanner."""

import pytest
from pydicom.uid import generate_uid

from core.errors import ImageError
from core.imaging.facts import Facts, read_facts
from core.imaging.opening import open_exam
from tests.imaging.dicom_maker import write_series
from tests.study_makers import dynamic


def _visit(folder, i, date):
    tags = {"StudyDate": date} if date else {}
    write_series(folder, dynamic(i, True), tags=lambda p, k: tags, study=generate_uid())


def test_the_first_of_several_visits_is_read_and_a_note_says_so(tmp_path):
    _visit(tmp_path / "a", 1, "20030809")
    _visit(tmp_path / "b", 2, "20030101")
    found = open_exam(tmp_path)
    assert len(found.phases) == 3 and found.notes[-1].startswith("[VISIT-FIRST] The folder holds 2 MR exams")
    assert found.phases[1].GetPixel(16, 14, 7) == dynamic(2, True)[1, 7, 14, 16]


@pytest.mark.parametrize("date", ["", "20030101"])
def test_visits_that_dates_do_not_order_are_refused(tmp_path, date):
    _visit(tmp_path / "a", 1, date)
    _visit(tmp_path / "b", 2, date)
    with pytest.raises(ImageError, match="CASE-VISITS"):
        open_exam(tmp_path)


def test_facts_of_headers(tmp_path):
    assert read_facts(tmp_path) == Facts()
    (tmp_path / "notes.txt").write_text("no image")
    head = {"Manufacturer": "GE MEDICAL SYSTEMS ", "MagneticFieldStrength": 15000, "SeriesDate": "20030607"}
    write_series(tmp_path / "dce", dynamic(1, True)[:1, :2], tags=lambda p, k: head)
    assert read_facts(tmp_path) == Facts("MR", "GE MEDICAL SYSTEMS", 15000.0, "20030607")
    assert read_facts(tmp_path / "dce/00-00.dcm").modality == "MR"
