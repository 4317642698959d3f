import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.figures.cohorts import categories_figure, known_figure, numbers_figure
from core.figures.inclusion import inclusion_figure
from core.figures.marks import codes
from core.figures.module_colours import module_colour
from core.figures.palette import DARK, LIGHT, LNM, MODELS
from core.figures.patient import genes_figure, signatures_figure, standing_figure
from core.figures.slices import Slice
from core.figures.tumour import key_slice_figure, kinetics_figure, surface_figure


@pytest.fixture
def predictions(clinical: pd.DataFrame) -> pd.DataFrame:
    values = np.random.default_rng(5).uniform(size=(len(clinical), len(MODELS)))
    return clinical.join(pd.DataFrame(values, columns=list(MODELS), index=clinical.index))


def points(figure, name: str) -> dict[str, float]:
    (trace,) = [t for t in figure.data if t.name == name]
    return dict(zip(trace.y, trace.x, strict=True))


def test_every_patient_is_a_point_that_can_be_selected(predictions: pd.DataFrame) -> None:
    patient = predictions["patient"].iloc[-1]
    risk = pd.DataFrame({"model": MODELS, "value": [0.1, 0.2, 0.3, 0.4, 0.5], "median": [0.5] * 5})
    figure = signatures_figure(predictions, risk, patient, LIGHT)
    named = [code for trace in codes(figure) for code in trace]
    assert sorted(named) == sorted([*predictions["patient"]] * len(MODELS))
    # The patient is marked once, in the panel of the own cohort.
    assert points(figure, patient) == dict(zip(MODELS, [0.1, 0.2, 0.3, 0.4, 0.5], strict=True))
    for trace in figure.data:
        if trace.ids is not None:
            drawn = dict(zip(trace.ids[: len(set(trace.ids))], trace.x[: len(set(trace.ids))], strict=True))
            rows = predictions.set_index("patient")
            assert drawn == rows.loc[list(drawn), MODELS[0]].to_dict()
            assert trace.marker.color == LNM[rows.loc[trace.ids[0], "lnm"]]


def test_genes_of_the_patient_are_marked(predictions: pd.DataFrame) -> None:
    values = predictions.rename(columns={"DLRN": "ESR1", "Radiomics": "GATA3"})
    own = values.iloc[2]
    figure = genes_figure(values, ["ESR1", "GATA3"], own["patient"], DARK)
    assert points(figure, own["patient"]) == {"ESR1": own["ESR1"], "GATA3": own["GATA3"]}
    assert f"n = {len(values)}" in figure.layout.xaxis.title.text


def test_standing_shows_rank_and_module_colour() -> None:
    standing = pd.DataFrame({"name": ["brown", "blue"], "z": [1.2, -0.3], "rank": [7.0, 2.5], "n": [8, 8]})
    others = pd.DataFrame({"brown": np.arange(8.0), "blue": -np.arange(8.0)})
    colours = {m: module_colour(m) for m in others}
    figure = standing_figure(standing, others, LIGHT, colours=colours)
    (own,) = figure.data
    (everyone,) = [shape for shape in figure.layout.shapes if shape.name == "all patients"]
    lines = [tuple(map(float, line)) for line in re.findall(r"M([-.\d]+),([-.\d]+)V([-.\d]+)", everyone.path)]
    drawn = [(x, (low + high) / 2) for x, low, high in lines]
    assert drawn == [(float(k), 0) for k in range(8)] + [(-float(k), 1) for k in range(8)]
    assert list(own.customdata) == ["7 of 8", "2.5 of 8"]
    assert list(own.marker.color) == [colours["brown"], colours["blue"]]
    assert [t.split(" ")[0] for t in figure.layout.yaxis.ticktext] == ["brown", "blue"]
    for text, rank in zip(figure.layout.yaxis.ticktext, ("7 of 8", "2.5 of 8"), strict=True):
        assert f">{rank}<" in text


def test_the_frame_of_the_patch_is_drawn_in_mm(lesion: Slice) -> None:
    figure = key_slice_figure(replace(lesion, row_mm=0.5, col_mm=2.0), (10.0, 20.0, 40.0, 50.0), LIGHT)
    frame = next(s for s in figure.layout.shapes if s.type == "rect")
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (40.0, 100.0, 5.0, 20.0)


def test_the_surface_is_drawn_as_it_is_given() -> None:
    corners = np.array([(0, 0, 0), (1, 0, 0), (0, 2, 0), (0, 0, 3)], dtype=np.float32)
    faces = np.array([(0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3)])
    mesh, plane = surface_figure(corners, faces, corners, DARK).data
    np.testing.assert_array_equal(np.column_stack([mesh.x, mesh.y, mesh.z]), corners)
    np.testing.assert_array_equal(np.column_stack([mesh.i, mesh.j, mesh.k]), faces)
    assert len(plane.i) == 2
    assert len(surface_figure(corners, faces, corners[:0], LIGHT).data) == 1


def test_kinetics_stand_at_their_phases() -> None:
    table = pd.DataFrame(
        {"phase": [0, 1], "enhancement": [0, 90], "median": [0, 80], "q1": [0, 60], "q3": [0, 100], "n": 9}
    )
    band, median, mean = kinetics_figure(table, {0: "pre-contrast", 1: "1st post-contrast"}, LIGHT).data
    assert list(band.y) == [0, 100, 60, 0]
    assert dict(zip(median.x, median.y, strict=True)) == {"pre-contrast": 0, "1st post-contrast": 80}
    assert list(mean.y) == [0, 90]


def test_categories_are_stacked_to_one(clinical: pd.DataFrame) -> None:
    shares = pd.DataFrame(
        {
            "cohort": ["A", "A", "A", "B"], "role": ["training"] * 3 + ["validation"], "lnm": [0, 0, 1, 1],
            "level": ["neg", "pos", "pos", "neg"], "count": [3, 1, 4, 2], "n": [4, 4, 4, 2],
            "share": [0.75, 0.25, 1.0, 1.0],
        }
    )  # fmt: skip
    figure = categories_figure(shares, "er", LIGHT)
    neg, pos = figure.data
    assert list(neg.text) == ["3 (75%)", "2 (100%)"]
    assert (list(neg.y), list(pos.y)) == ([0, 2], [0, 1])
    assert [t.split("n = ")[1] for t in figure.layout.yaxis.ticktext] == ["4", "4", "2"]
    assert figure.layout.legend.title.text == "ER"
    numbers = numbers_figure(clinical.assign(size=1.5), "size", DARK)
    assert sum(len(t.ids) for t in numbers.data) == len(clinical)


def test_known_shares_and_inclusion_say_n() -> None:
    known = pd.DataFrame(
        {"variable": ["er"], "cohort": "A", "role": "training", "n": [8], "known": [6], "share": [0.75]}
    )
    (dots,) = known_figure(known, LIGHT).data
    assert (dots.name, list(dots.x)) == ("training A, n = 8", [0.75])
    table = pd.DataFrame(
        {
            "cohort": "A", "role": "training", "step": ["Clinical table", "In the analysis", "Later"],
            "n": pd.array([8, 7, None], dtype="Int64"), "left_out": [0, 1, 0],
            "reasons": ["", "1 MASK-EMPTY (P3)", ""],
        }
    )  # fmt: skip
    texts = [a.text for a in inclusion_figure(table, DARK).layout.annotations if a.text]
    assert "In the analysis<br><b>n = 7</b>" in texts
    assert "left out: 1 MASK-EMPTY (P3)" in texts
    assert "Later<br><b>not computed yet</b>" in texts
