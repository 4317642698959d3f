import numpy as np
import pandas as pd
import pytest

from core.figures.embedding import MISSING, embedding_figure
from core.figures.marks import codes, pick_out
from core.figures.palette import DARK, LIGHT, LNM

AXES = ("PC1", "PC2")


@pytest.fixture
def points() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "patient": [f"P{k}" for k in range(12)], "x": rng.normal(size=12), "y": rng.normal(size=12),
            "cohort": ["A"] * 7 + ["B"] * 5, "role": ["training"] * 7 + ["validation"] * 5, "lnm": [0, 1] * 6,
            "age": [40.0 + k for k in range(11)] + [np.nan], "stage": ["T1", "T2", "T3", None] * 3,
        }
    )  # fmt: skip


def drawn(points: pd.DataFrame, by: str, theme=LIGHT, numbers: bool = False):
    points = points.assign(value=points[by])
    return embedding_figure(points, theme, by=by, numbers=numbers, axes=AXES, said="n = 12")


@pytest.mark.parametrize(
    ("by", "numbers"), [("lnm", False), ("cohort", False), ("stage", False), ("age", True)]
)
def test_every_patient_is_one_point_at_its_place(by: str, numbers: bool, points: pd.DataFrame) -> None:
    figure = drawn(points, by, DARK, numbers)
    found = {
        code: (x, y)
        for named, trace in zip(codes(figure), figure.data, strict=True)
        if named
        for code, x, y in zip(named, trace.x, trace.y, strict=True)
    }
    assert found == {p.patient: (p.x, p.y) for p in points.itertuples()}
    assert [list(trace.customdata) for trace in figure.data] == codes(figure)
    assert sum(len(named) for named in codes(figure)) == 12


def test_lnm_has_its_colours_and_cohorts_their_symbols(points: pd.DataFrame) -> None:
    looks = points.set_index("patient")
    for trace in drawn(points, "lnm").data:
        for code in trace.ids:
            assert trace.marker.color == LNM[looks.loc[code, "lnm"]]
            assert trace.marker.symbol == ("circle-open" if looks.loc[code, "cohort"] == "A" else "square")
    assert {t.legendgrouptitle.text for t in drawn(points, "lnm").data} == {
        "<b>A, training, n = 7</b>", "<b>B, validation, n = 5</b>",
    }  # fmt: skip


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_cohorts_have_fixed_colours(theme, points: pd.DataFrame) -> None:
    colours = {t.name.split(",")[0]: t.marker.color for t in drawn(points, "cohort", theme).data}
    assert colours == {"A": theme.quiet, "B": theme.accent}


def test_a_missing_value_is_not_known_rather_than_left_out(points: pd.DataFrame) -> None:
    unknown = [t for t in drawn(points, "stage").data if t.name.startswith(MISSING)]
    assert {code for t in unknown for code in t.ids} == {"P3", "P7", "P11"}
    figure = drawn(points, "age", numbers=True)
    (blank,) = (t for t in figure.data if t.name.startswith(MISSING))
    assert list(blank.ids) == ["P11"]
    shades = {
        c: v for t in figure.data if t.name == "known" for c, v in zip(t.ids, t.marker.color, strict=True)
    }
    assert shades == points.dropna(subset=["age"]).set_index("patient")["age"].to_dict()


def test_selected_patients_stand_out(points: pd.DataFrame) -> None:
    figure = pick_out(drawn(points, "lnm"), ["P2", "P9"])
    shown = [t.ids[k] for t in figure.data for k in t.selectedpoints]
    assert sorted(shown) == ["P2", "P9"]
