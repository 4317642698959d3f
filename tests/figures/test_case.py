import numpy as np
import pandas as pd
import pytest

from core.figures.case import View, among_figure, box_figure, pushes_figure
from core.figures.palette import DARK, LIGHT, LNM
from core.figures.slices import Slice


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_interval_and_every_resampled_model_are_drawn(theme) -> None:
    training = pd.DataFrame({"lnm": [0, 0, 1], "DLRN": [0.1, 0.2, 0.7]})
    case = {"probability": 0.4, "probability_low": 0.2, "probability_high": 0.6, "cutoff": 0.5}
    figure = among_figure(training, {**case, "resampled": [0.1, 0.4, 0.7]}, theme)
    assert list(figure.data[-1].x) == [0.1, 0.4, 0.7]
    (band,) = [s for s in figure.layout.shapes if s.type == "rect"]
    assert (band.x0, band.x1) == (0.2, 0.6)
    without = among_figure(training, {**case, "resampled": []}, theme)
    assert len(without.data) == 2


def test_bars_are_largest_on_top_and_coloured_by_their_direction() -> None:
    rows = pd.DataFrame(
        {"feature": ["a", "b", "c"], "value": 1.0, "z": 2.0, "contribution": [-0.3, 0.2, -0.1]}
    )
    figure = pushes_figure(rows, LIGHT)
    places = {}
    for bar in figure.data:
        towards = 1 if bar.marker.color == LNM[1] else 0
        assert all((x > 0) == bool(towards) for x in bar.x)
        places |= dict(zip(bar.customdata[:, 0], bar.y, strict=True))
    assert sorted(places, key=places.get) == ["c", "b", "a"]
    low, high = figure.layout.xaxis.range
    assert low == -high


def test_the_box_is_drawn_in_mm_on_the_slices_that_it_touches() -> None:
    plane = Slice(np.zeros((10, 12), np.uint8), np.zeros((10, 12), np.uint8), 2.0, 0.5, "Slice 1")
    figure = box_figure([View(plane, (2, 1, 6, 5)), View(plane, None)], LIGHT)
    (box,) = figure.layout.shapes
    assert (box.x0, box.x1, box.y0, box.y1) == (1.0, 3.0, 2.0, 10.0)
