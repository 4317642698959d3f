"""Dot plot, GSVA heat map, group panels, gene score: what the figures say is what they were given."""

import numpy as np
import pandas as pd
import pytest

from core.figures.gene_score import odds_estimate, odds_figure, overlap_figure, score_roc_figure
from core.figures.gsva import heat_figure
from core.figures.palette import DARK, LIGHT
from core.figures.pathways import dot_figure, pathway_name
from core.figures.score_groups import against_figure, group_figure


@pytest.mark.parametrize(
    ("gene_set", "name"),
    [
        ("KEGG_MAPK_SIGNALING_PATHWAY", "MAPK signaling"),
        ("SIM_NOD_LIKE_RECEPTOR_SIGNALING_PATHWAY", "NOD-like receptor signaling"),
        ("KEGG_JAK_STAT_SIGNALING_PATHWAY", "JAK-STAT signaling"),
        ("KEGG_P53_SIGNALING_PATHWAY", "p53 signaling"),
        ("KEGG_CELL_ADHESION_MOLECULES_CAMS", "Cell adhesion molecules (CAMs)"),
        ("HALLMARK_APOPTOSIS", "Apoptosis"),
        ("my own set", "my own set"),
        ("IMMUNE_X", "IMMUNE_X"),
    ],
)
def test_names_of_pathways(gene_set: str, name: str) -> None:
    assert pathway_name(gene_set) == name


def dots() -> pd.DataFrame:
    rows = [("brown", "A", 22, True, "GoogLeNet"), ("blue", "A", 3, False, ""), ("brown", "B", 0, False, "")]
    table = pd.DataFrame(rows, columns=["module", "gene_set", "overlap", "hit", "joint"])
    return table.assign(
        set_size=48,
        module_size=100,
        expected=1.0,
        odds_ratio=5.0,
        q=0.01,
        share=table["overlap"] / 48,
        strength=99.0,
    )


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_dots_stand_where_their_module_and_pathway_do(theme) -> None:
    figure = dot_figure(dots(), ["blue", "brown"], ["A", "B"], theme, {"brown": 567}, ("brown", "A"))
    faint, hits, rings = figure.data[:3]
    assert (list(hits.x), list(hits.y), list(hits.customdata)) == ([1], [0], ["brown|A"])
    assert list(faint.customdata) == ["blue|A"]  # nothing in common: no dot
    assert (list(rings.x), list(rings.y)) == ([1], [0])
    assert list(hits.marker.color) == [20]  # the scale ends there and says so
    assert figure.layout.xaxis.ticktext == ("blue", "brown (567)")
    assert theme.accent in figure.layout.yaxis.ticktext[0]
    assert len(figure.layout.shapes) == 2


def heat(selected: list[str]):
    rng = np.random.default_rng(1)
    codes = ["P3", "P1", "P2", "P4"]
    scores = pd.DataFrame(rng.normal(size=(3, 4)), ["A", "B", "C"], codes)
    groups = pd.DataFrame(
        {"lnm": [0.0, 1.0, 1.0, np.nan], "high": [0.0, 1.0, 0.0, 1.0], "value": 0.5}, index=codes
    )
    table = pd.DataFrame({"pathway": ["B", "A", "C"], "r": [0.1, 0.4, np.nan]})
    table = table.assign(low=0.0, high=0.5, p=0.01, q=0.2, n=4)
    blocks = [("Immune system", ["B", "A"]), ("", ["C"])]
    return scores, heat_figure(scores, groups, blocks, table, "Radiomics", LIGHT, selected)


def test_heat_map_keeps_the_order_and_is_centred_on_0() -> None:
    scores, figure = heat([])
    first, second = (t for t in figure.data if t.type == "heatmap" and t.yaxis in (None, "y"))
    np.testing.assert_array_equal(first.z, scores.loc[["B", "A"]])
    np.testing.assert_array_equal(second.z, scores.loc[["C"]])
    assert first.zmid == 0
    assert first.zmax == -first.zmin == second.zmax
    assert list(first.x) == ["P3", "P1", "P2", "P4"]
    assert (list(first.y), list(second.y)) == ([1, 2], [3])  # row 0 is the heading
    assert figure.layout.yaxis.ticktext == ("B", "A", "C")
    (bars,) = (t for t in figure.data if t.type == "bar")
    np.testing.assert_array_equal(bars.x, [0.1, 0.4, np.nan])
    assert list(bars.customdata) == ["B", "A", "C"]
    (cells,) = (t for t in figure.data if t.name == "cells")
    assert (cells.x[5], cells.customdata[5]) == ("P1", "A")


def test_selected_patients_have_a_track_of_their_own() -> None:
    assert not [t for t in heat([])[1].data if t.name == "Selected"]
    (track,) = (t for t in heat(["P2", "P9"])[1].data if t.name == "Selected")
    assert list(track.z[0]) == [0, 0, 1, 0]


def test_dots_of_the_strip_name_patients() -> None:
    named = {t.name: list(t.ids) for t in heat([])[1].data if t.ids is not None}
    assert named == {"LNM negative": ["P3"], "LNM positive": ["P1", "P2"]}


def test_groups_and_scatter_name_every_patient_once_per_panel() -> None:
    score = pd.Series([0.1, 0.4, 0.2, 0.9], index=["P1", "P2", "P3", "P4"])
    traits = pd.DataFrame(
        {"LNM": [0.0, 1, 0, 1], "Radiomics": [0.2, 0.3, 0.1, 0.8], "Radiomics high risk": [0.0, 1, 0, 1]},
        index=["P4", "P3", "P2", "P1"],
    )
    tests = pd.DataFrame({"group": ["LNM", "Radiomics high risk"], "p": [0.04, 0.5], "q": [0.2, 0.6]})
    figure = group_figure(score, traits, tests, "Score", LIGHT, ["Radiomics"])
    assert [sorted(t.ids) for t in figure.data] == [["P2", "P4"], ["P1", "P3"]] * 2
    assert [list(t.y) for t in figure.data][:2] == [[0.4, 0.9], [0.1, 0.2]]
    assert figure.layout.annotations[0].text == "<b>LNM</b><br>P = 0.04, q = 0.20"
    rows = pd.DataFrame({"signature": ["Radiomics"], "r": [0.5], "low": [-0.1], "high": [0.8], "p": [0.04],
                         "q": [0.1], "n": [4], "slope": [1.0], "intercept": [0.0]})  # fmt: skip
    figure = against_figure(score, traits, rows, "Score", LIGHT)
    line, negative, positive = figure.data
    assert list(line.y) == [0.1, 0.8]
    assert list(negative.ids) == ["P2", "P4"]
    assert list(positive.x) == [0.8, 0.3]
    assert "r = 0.50 (-0.10 to 0.80)" in figure.layout.annotations[0].text


def test_overlap_counts() -> None:
    overlap = pd.DataFrame({"gene": list("abcd"), "in_radiomics": [1, 1, 1, 0], "in_deep": [0, 1, 1, 1]})
    figure = overlap_figure(overlap, ("Radiomics", "GoogLeNet"), LIGHT)
    assert list(figure.data[0].y) == [1, 2, 1]
    assert figure.layout.yaxis2.ticktext == ("Radiomics (3)", "GoogLeNet (3)")


def test_gene_score_roc_marks_the_apparent_curve() -> None:
    curve = pd.DataFrame({"threshold": [0.0, 1.0], "fpr": [1.0, 0.0], "tpr": [1.0, 0.0]})
    areas = {"apparent": (1.0, 1.0, 1.0), "out_of_fold": (0.67, 0.55, 0.78)}
    figure = score_roc_figure(dict.fromkeys(areas, curve), areas, "n = 88", LIGHT)
    apparent, honest = figure.data[1:]
    assert "fitted on these patients" in apparent.name
    assert honest.line.width > apparent.line.width
    assert "0.67 (0.55-0.78)" in honest.name


def test_odds_ratios_without_a_finite_estimate_say_so() -> None:
    rows = [
        ("maximum likelihood", "unit", np.inf, np.nan, np.nan, np.nan, True),
        ("Firth", "unit", 4.73e4, 1170.5, 7.58e7, 2e-26, True),
        ("Firth", "SD", 1.81, 1.17, 2.88, 0.007, False),
    ]
    odds = pd.DataFrame(rows, columns=["method", "per", "odds_ratio", "low", "high", "p", "separation"])
    figure = odds_figure(odds, LIGHT)
    said = [a.text for a in figure.layout.annotations]
    assert said[0].startswith("no finite estimate")
    assert said[2] == "1.81 (1.17-2.88), P = 0.007"
    assert len(figure.data) == 2
    assert figure.layout.xaxis.type == "log"
    assert odds_estimate(odds.iloc[1].to_dict()) == "47,300 (1,170-7.6e7)"
