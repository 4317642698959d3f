import numpy as np
import pandas as pd
import pytest

from core.figures.feature_map import feature_map_figure
from core.figures.features import distribution_figure, rows_figure, volcano_figure
from core.figures.marks import codes, pick_out
from core.figures.palette import DARK, LIGHT, LNM

GROUPS = ("LNM negative", "LNM positive")


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    p = np.append(10 ** rng.uniform(-6, 0, 59), np.nan)
    names = [f"f{k}" for k in range(60)]
    return pd.DataFrame(
        {"feature": names, "short": [f"the {n}" for n in names], "auc": rng.uniform(0.1, 0.9, 60), "p": p,
         "q": np.minimum(2 * p, 1), "group": np.tile(["original", "wavelet", "log-sigma"], 20),
         "class": np.repeat(["shape", "glcm"], 30)}
    )  # fmt: skip


@pytest.fixture
def people() -> pd.DataFrame:
    codes = [f"P{k}" for k in range(12)]
    return pd.DataFrame(
        {"patient": codes, "cohort": ["A"] * 8 + ["B"] * 4, "role": ["training"] * 8 + ["validation"] * 4,
         "lnm": [0, 1] * 6, "value": np.linspace(0, 1, 12)}
    )  # fmt: skip


@pytest.mark.parametrize("draw", [rows_figure, volcano_figure])
@pytest.mark.parametrize("by", ["group", "class"])
def test_every_tested_feature_is_a_point_at_its_auc_that_names_it(draw, by: str, table: pd.DataFrame) -> None:
    figure = draw(table, DARK, by=by, groups=GROUPS, chosen="the f7")
    points = {
        n: x for t in figure.data if t.customdata is not None for n, x in zip(t.customdata, t.x, strict=True)
    }
    known = table.dropna()
    assert points == dict(zip(known["short"], known["auc"], strict=True))
    (ring,) = [t for t in figure.data if t.name == "chosen"]
    assert ring.x[0] == table["auc"][7]
    assert "<b>the f7</b>" in [a.text for a in figure.layout.annotations]


def test_the_volcano_is_as_high_as_p_is_small(table: pd.DataFrame) -> None:
    figure = volcano_figure(table, LIGHT, by="group", groups=GROUPS)
    for trace in figure.data:
        rows = table.set_index("short").loc[list(trace.customdata)]
        np.testing.assert_allclose(trace.y, -np.log10(rows["p"]))
        assert len(set(rows["q"] < 0.05)) <= 1


def test_rows_count_what_is_below_q(table: pd.DataFrame) -> None:
    figure = rows_figure(table, LIGHT, by="class", groups=GROUPS)
    low = table[(table["class"] == "shape") & (table["q"] < 0.05)]
    assert figure.layout.yaxis.ticktext[0] == f"<b>shape</b><br>{len(low)} of 30"


def test_a_feature_is_shown_by_cohort_and_lnm(people: pd.DataFrame) -> None:
    figure = distribution_figure(people, LIGHT, "value", {"A": "P = 0.04"})
    assert [t.marker.color for t in figure.data] == [LNM[0], LNM[1]]
    assert sorted(sum(codes(figure), [])) == sorted(people["patient"])
    assert figure.layout.xaxis.ticktext[0] == "<b>A</b>, training, n = 8<br>P = 0.04"


def test_heat_map_keeps_the_order_and_marks_patients(people: pd.DataFrame) -> None:
    z = pd.DataFrame(
        np.random.default_rng(2).normal(size=(12, 5)), index=people["patient"][::-1], columns=list("abcde")
    )
    figure = feature_map_figure(z, people.set_index("patient"), LIGHT, selected=["P3"])
    heat = figure.data[0]
    np.testing.assert_allclose(heat.z, z.to_numpy().T, atol=0.005)
    assert (list(heat.x), list(heat.y)) == (list(z.index), list("abcde"))
    assert (heat.zmid, heat.zmin, heat.zmax) == (0, -3, 3)
    positive = next(t for t in figure.data if t.name == "LNM positive, n = 6")
    assert set(positive.x) == set(people.loc[people["lnm"] == 1, "patient"])
    (mark,) = [t for t in figure.data if t.name == "selected"]
    assert list(mark.x) == [list(z.index).index("P3")]
    named = [c for c in codes(pick_out(figure, ["P3"])) if c]
    assert named == [list(z.index)]
