import numpy as np
import pandas as pd
import pytest

from core.figures.ibsi import deviation_figure
from core.figures.palette import DARK, LIGHT


@pytest.fixture
def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "family": ["GLCM", "GLCM", "IVH", "GLSZM"], "name": ["Contrast", "Kurtosis", "V10", "Zones"],
            "id": ["ACUI", "IPH6", "BC2M", "5QRC"], "reference": [5.32, -0.355, 0.3, 0.255],
            "value": [5.3245, -0.3546, np.nan, 0.26], "deviation": [0.9, -0.4, np.nan, 1.6],
            "formula": ["glcm_Contrast", "firstorder_Kurtosis - 3", "", "glszm_SmallAreaEmphasis"],
        }
    )  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_every_measured_value_is_a_point_in_the_row_of_its_family(table: pd.DataFrame, theme) -> None:
    figure = deviation_figure(table, theme)
    direct, bridged = figure.data
    assert list(direct.x) == [0.9, 1.6]
    assert list(bridged.x) == [-0.4]
    assert [round(y) for y in (*direct.y, *bridged.y)] == [0, 2, 0]
    assert "n = 2" in direct.name and "n = 1" in bridged.name
    assert "Contrast" in direct.text[0] and "ACUI" in direct.text[0]


def test_a_family_without_a_measured_value_says_so(table: pd.DataFrame) -> None:
    figure = deviation_figure(table, LIGHT)
    assert list(figure.layout.yaxis.ticktext) == [
        "<b>GLCM</b>, 2 of 2", "<b>IVH</b>, 0 of 1", "<b>GLSZM</b>, 1 of 1",
    ]  # fmt: skip
    (note,) = [a for a in figure.layout.annotations if a.text == "not in PyRadiomics"]
    assert note.y == 1


def test_a_value_beyond_the_tolerance_is_on_the_figure(table: pd.DataFrame) -> None:
    assert deviation_figure(table, LIGHT).layout.xaxis.range[1] > 1.6
    assert deviation_figure(table[:2], LIGHT).layout.xaxis.range[1] == 1.25
    nothing = deviation_figure(table.assign(deviation=np.nan), LIGHT)
    assert nothing.layout.xaxis.range[1] == 1.25
