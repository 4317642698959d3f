"""Names beside points: none lies over another name or another point, and the first to choose gets one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.figures.hub_network import network_figure
from core.figures.label_room import GAP, LETTER, LINE, SIDES, label_room
from core.figures.palette import LIGHT
from tests.figures.test_module_inside import EDGES, NODES, SIGNIFICANCE

FONT = 10.0
Spots = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=25, unique=True)


def boxes(points: np.ndarray, sizes: np.ndarray, names: list[str], sides: list[str | None]) -> list[tuple]:
    """Name's rectangle of every point that has one, by definition: beside the disc, at the gap."""
    found = []
    for i, (point, name, side) in enumerate(zip(points, names, sides, strict=True)):
        if side is not None:
            across, up = SIDES[side]
            wide, high = LETTER * FONT * len(name), LINE * FONT
            x = point[0] + across * (sizes[i] / 2 + GAP + wide / 2)
            y = point[1] + up * (sizes[i] / 2 + GAP + high / 2)
            found.append((i, x - wide / 2, x + wide / 2, y - high / 2, y + high / 2))
    return found


@given(Spots, st.integers(4, 24), st.randoms(use_true_random=False))
def test_no_name_covers_another_or_another_point(spots, size, random) -> None:
    points, names = np.array(spots, float), [f"G{k}" * random.randint(1, 4) for k in range(len(spots))]
    sizes = np.full(len(spots), float(size))
    order = list(range(len(spots)))
    random.shuffle(order)
    sides = label_room(points, sizes, names, order, FONT)
    found = boxes(points, sizes, names, sides)
    slack = 1e-9
    for k, (i, left, right, low, high) in enumerate(found):
        for _, left2, right2, low2, high2 in found[k + 1 :]:
            apart = right <= left2 + slack or right2 <= left + slack
            assert apart or high <= low2 + slack or high2 <= low + slack
        for j, (x, y) in enumerate(points):
            r = sizes[j] / 2
            clear = right <= x - r + slack or x + r <= left + slack
            assert j == i or clear or high <= y - r + slack or y + r <= low + slack


def test_a_name_alone_stands_above_its_point_and_of_two_in_one_place_the_first_is_kept() -> None:
    assert label_room([(0, 0)], [10], ["A"], [0], FONT) == ["top center"]
    crowd = [(0.0, 0.0)] * 9
    sides = label_room(crowd, [10] * 9, ["LONGNAME"] * 9, [4, *range(4), *range(5, 9)], FONT)
    assert sides[4] == "top center"
    assert len([side for side in sides if side]) == len({side for side in sides if side})


def test_the_chosen_gene_has_its_name_and_the_others_by_kme() -> None:
    crowd = NODES.assign(x=0.0, y=0.0, k=1.0)
    _, nodes = network_figure(crowd, EDGES, SIGNIFICANCE, "LNM", "C", LIGHT).data
    assert nodes.text[2] == "<b>C</b>" and nodes.textposition[2] == "top center"
    assert (nodes.textposition[0], nodes.textposition[1]) == ("bottom center", "middle right")
    assert all("<b>" in text for text in nodes.hovertext)
