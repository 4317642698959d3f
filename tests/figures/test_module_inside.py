"""Hub network, overlap heat map, expression and preservation figures say what core found."""

import numpy as np
import pandas as pd

from core.figures.expression import flow_figure, means_figure, samples_figure
from core.figures.hub_network import network_figure, overlap_figure
from core.figures.palette import LIGHT, LNM
from core.figures.preservation import preservation_figure

NODES = pd.DataFrame({"gene": ["A", "B", "C"], "kme": [0.9, -0.8, 0.7], "k": [1.0, 3.0, 2.0],
                      "x": [0.0, 1.0, -1.0], "y": [1.0, 0.0, -1.0]})  # fmt: skip
SIGNIFICANCE = pd.Series([0.2, -0.4], ["A", "B"])
EDGES = pd.DataFrame({"source": ["A", "B"], "target": ["B", "C"], "overlap": [0.3, 0.2]})


def test_nodes_carry_their_gene_and_edges_are_one_line() -> None:
    edges, nodes = network_figure(NODES, EDGES, SIGNIFICANCE, "LNM", "B", LIGHT).data
    assert list(nodes.customdata) == ["A", "B", "C"]
    assert nodes.text[1] == "<b>B</b>" and nodes.marker.line.color[1] == LIGHT.accent
    np.testing.assert_array_equal(nodes.marker.color, [0.2, -0.4, np.nan])
    assert nodes.marker.cmax == -nodes.marker.cmin == 0.4
    assert nodes.marker.size[1] == max(nodes.marker.size) and nodes.marker.size[0] == min(nodes.marker.size)
    np.testing.assert_array_equal(edges.x, [0, 1, np.nan, 1, -1, np.nan])


def test_genes_of_equal_weight_have_nodes_of_one_size() -> None:
    same = NODES.assign(k=1.0)
    _, nodes = network_figure(same, EDGES.iloc[:0], pd.Series(dtype=float), "LNM", "A", LIGHT).data
    assert len(set(nodes.marker.size)) == 1


def test_the_diagonal_of_the_overlap_is_blank_and_150_genes_stay_small() -> None:
    rng = np.random.default_rng(0)
    genes = [f"SIM{i:05d}" for i in range(150)]
    matrix = pd.DataFrame(rng.random((150, 150)), genes, genes)
    figure = overlap_figure(matrix, LIGHT)
    (heat,) = figure.data
    assert np.isnan(np.diag(heat.z)).all() and list(heat.x) == list(heat.y) == genes
    assert np.isfinite(matrix.to_numpy()).all()  # the table is left as it is
    assert len(figure.to_json()) < 250_000


def test_the_flow_of_genes_says_what_each_step_left_out() -> None:
    flow = pd.DataFrame({"step": ["Read", "Mean"], "left_out": [0, 300], "left": [1500, 1200]})
    (bars,) = flow_figure(flow, LIGHT).data
    assert list(bars.text) == ["1,500", "1,200  (-300)"] and list(bars.x) == [1500, 1200]


def test_every_gene_is_in_the_histogram_of_means() -> None:
    means = pd.Series(np.linspace(0, 8, 321))
    figure = means_figure(means, 1.0, LIGHT)
    assert sum(figure.data[0].y) == 321
    colours = np.array(figure.data[0].marker.color)
    assert set(colours[np.array(figure.data[0].x) < 1]) == {LIGHT.quiet}
    assert set(colours[np.array(figure.data[0].x) >= 1]) == {LIGHT.accent}


def test_samples_below_the_limit_are_named_and_dropped_ones_crossed() -> None:
    samples = pd.DataFrame({"sample": ["P1", "P2", "P3"], "z": [0.5, -3.0, -2.6],
                            "dropped": [False, True, False]})  # fmt: skip
    figure = samples_figure(samples, {"P1": 0, "P2": 1, "P3": 1}, -2.7, LIGHT)
    drawn = {code: (y, text, symbol) for trace in figure.data for code, y, text, symbol in zip(
        trace.ids, trace.y, trace.text, trace.marker.symbol, strict=True)}  # fmt: skip
    assert drawn == {"P1": (0.5, "", "circle"), "P2": (-3.0, "P2", "x"), "P3": (-2.6, "", "circle")}
    assert [trace.marker.color for trace in figure.data] == [LNM[0], LNM[1]]


def test_preservation_has_a_point_for_every_module_in_both_panels() -> None:
    table = pd.DataFrame({"module": ["blue", "brown"], "genes": [80, 60], "z_summary": [12.0, 0.4],
                          "median_rank": [1.0, 2.0], "verdict": ["strong", "no"]})  # fmt: skip
    left, right = preservation_figure(table, "brown", (2.0, 10.0), LIGHT).data
    assert list(left.y) == [12.0, 0.4] and list(right.y) == [1.0, 2.0]
    assert list(left.customdata) == list(right.customdata) == ["blue", "brown"]
    assert list(left.text) == ["", "brown"] and left.marker.line.color[1] == LIGHT.accent
