"""Figures of the checks page and of the viewer's colours: what is drawn is what was given."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.figures.checks import checks_figure, outcomes_figure
from core.figures.overlay import Colours, overlay_figure
from core.figures.palette import DARK, LIGHT
from core.figures.slices import Slice

COUNTS = pd.DataFrame(
    [("MASK-GRID", "On the grid", 2, 0), ("MASK-PARTS", "One part", 0, 7), ("MASK-FLIP", "No flip", 0, 0)],
    columns=["code", "asks", "left_out", "kept"],
)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_bars_are_the_counts_and_carry_their_code(theme) -> None:
    figure = checks_figure(COUNTS, 40, theme)
    drawn = {
        (code, bar.name): x for bar in figure.data for code, x in zip(bar.customdata, bar.x, strict=True) if x
    }
    assert drawn == {("MASK-GRID", "left out"): 2, ("MASK-PARTS", "kept, with a warning"): 7}
    assert list(figure.data[0].customdata) == ["MASK-GRID", "MASK-PARTS"]  # the most frequent on top
    assert "n = 40" in figure.layout.xaxis.title.text
    assert not len(checks_figure(COUNTS.iloc[2:], 40, theme).data[0].x)


def test_outcomes_of_each_cohort_add_up_to_its_patients() -> None:
    rows = (
        [("a", "training", "sound")] * 5 + [("a", "training", "kept")] * 2 + [("b", "validation", "left out")]
    )
    figure = outcomes_figure(pd.DataFrame(rows, columns=["cohort", "role", "outcome"]), LIGHT)
    assert [list(bar.x) for bar in figure.data] == [[0, 5], [0, 2], [1, 0]]
    assert list(figure.data[0].y) == ["<b>b</b><br>validation, n = 1", "<b>a</b><br>training, n = 7"]


@pytest.fixture
def shown() -> Slice:
    mask = np.zeros((8, 10), np.uint8)
    mask[2:5, 3:7] = 1
    return Slice(np.zeros((8, 10), np.uint8), mask, 2.0, 0.5, "P1", edges=("A", "P", "S", "I"))


def test_colours_lie_on_their_pixels_below_the_outline(shown: Slice) -> None:
    values = np.full((8, 10), np.nan, np.float32)
    values[2:5, 3:7] = np.arange(12).reshape(3, 4)
    figure = overlay_figure(shown, Colours(values, "PE (%)", 200.0), LIGHT)
    kinds = [type(trace) for trace in figure.data]
    assert kinds == [go.Image, go.Heatmap, go.Contour]
    heat = figure.data[1]
    np.testing.assert_array_equal(heat.z, values[2:5, 3:7])
    # Centres of pixels in mm, as those of the grey image: pixel i spans i to i + 1 steps.
    assert (heat.x0, heat.dx, heat.y0, heat.dy) == (3.5 * 0.5, 0.5, 2.5 * 2, 2.0)
    assert (heat.zmin, heat.zmax, heat.colorbar.title.text) == (0, 200, "PE (%)")


def test_a_slice_without_a_value_still_has_its_scale(shown: Slice) -> None:
    nothing = Colours(np.full((8, 10), np.nan, np.float32), "SER", 2.0)
    heat = overlay_figure(shown, nothing, DARK).data[1]
    assert np.isnan(heat.z).all() and heat.showscale is not False
