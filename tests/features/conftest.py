"""Real lesions and stock PyRadiomics' values for them."""

from pathlib import Path

import pandas as pd
import pytest
import SimpleITK as sitk

from core.imaging.case_folder import recognise
from core.imaging.tumour_volume import tumour_volume

CASES = ("breast1", "brain1", "lung1", "ucsf_br_06")


@pytest.fixture(scope="session")
def lesions(shared):
    """Image and mask by case."""

    def read(case):
        if case == "ucsf_br_06":
            found = recognise(shared / "data" / "nact_pilot" / "UCSF-BR-06")
            return found.phases[1], tumour_volume(found.pe, found.ser, found.seg)
        folder = shared / "data" / "pyradiomics"
        return tuple(sitk.ReadImage(str(folder / f"{case}_{part}.nrrd")) for part in ("image", "label"))

    return {case: read(case) for case in CASES}


@pytest.fixture(scope="session")
def stock_values():
    """Features x cases; `python tests/data/features/make_stock_radiomics.py ../shared/data` made them."""
    path = Path(__file__).parents[1] / "data" / "features" / "stock_radiomics.csv.gz"
    return pd.read_csv(path, index_col="feature")
