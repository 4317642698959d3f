"""The real patient, read once."""

import pytest

from core.imaging.case_folder import recognise


@pytest.fixture(scope="session")
def patient(shared):
    return recognise(shared / "data" / "nact_pilot" / "UCSF-BR-06")
