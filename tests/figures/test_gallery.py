import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.figures.gallery import WIDTH, gallery_figure, page_sizes, row_lengths
from core.figures.marks import codes, pick_out
from core.figures.palette import DARK, LIGHT
from core.figures.slices import Slice, bar_mm, slice_figure


@given(st.integers(1, 1000))
def test_pages_hold_everyone_once_in_rows_that_differ_by_one_tile(count: int) -> None:
    sizes = page_sizes(count)
    assert sum(sizes) == count
    assert min(sizes) > 0
    rows = [length for size in sizes for length in row_lengths(size)]
    assert max(rows) <= 6
    assert max(rows) - min(rows) <= 1
    assert all(len(row_lengths(size)) <= 4 for size in sizes)


@pytest.mark.parametrize("count", [1, 3, 5, 6, 7, 13, 23, 24])
def test_every_row_fills_the_width(count: int, lesion: Slice) -> None:
    slices = [replace(lesion, title=f"P{k}") for k in range(count)]
    (marks,) = gallery_figure(slices, LIGHT).data
    assert len(set(marks.base)) == len(row_lengths(count))
    right = {top: x + w / 2 for x, w, top in zip(marks.x, marks.width, marks.base, strict=True)}
    if count > 3:
        np.testing.assert_allclose(list(right.values()), WIDTH)
    boxes = list(zip(np.array(marks.x) - np.array(marks.width) / 2, marks.base, marks.width, strict=True))
    for (x, y, side), (u, v, other) in itertools.combinations(boxes, 2):
        assert x + side <= u or u + other <= x or y + side <= v or v + other <= y


def test_tiles_name_their_patients_and_frame_the_chosen_ones(lesion: Slice) -> None:
    slices = [replace(lesion, title=f"P{k}", note="3.5 cc") for k in range(5)]
    figure = pick_out(gallery_figure(slices, DARK, selected=["P3"]), ["P3"])
    assert codes(figure) == [[f"P{k}" for k in range(5)]]
    frames = figure.data[0].marker.line.color
    assert [k for k in range(5) if frames[k] == DARK.accent] == [3]
    assert [a.text for a in figure.layout.annotations].count("3.5 cc") == 5


@given(st.floats(4, 1000))
def test_the_scale_bar_is_round_and_at_most_a_quarter(width: float) -> None:
    length = bar_mm(width)
    assert length <= width / 4
    assert length in (1, 2, 5, 10, 20, 50, 100)
    assert length == 100 or 2.5 * length >= width / 10


def test_bar_and_letters_of_a_slice_stand_in_mm(lesion: Slice) -> None:
    figure = slice_figure(replace(lesion, title="P1", edges=("A", "P", "S", "I")), LIGHT)
    height, width = lesion.image.shape[0] * lesion.row_mm, lesion.image.shape[1] * lesion.col_mm
    (bar,) = figure.layout.shapes
    texts = {a.text: a for a in figure.layout.annotations}
    assert f"{bar.x1 - bar.x0:g} mm" in texts
    assert 0 < bar.x0 < bar.x1 < width
    assert 0 < bar.y0 == bar.y1 < height
    assert texts["<b>A</b>"].x < width / 2 < texts["<b>P</b>"].x
    assert texts["<b>S</b>"].y < height / 2 < texts["<b>I</b>"].y
    # The saved file has its line in the title's place.
    assert figure.layout.title.text is None
    assert "P1" in texts
