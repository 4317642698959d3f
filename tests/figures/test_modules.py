"""Dendrogram, module sizes, hub and core genes, pathways, eigengene against trait."""

import json

import numpy as np
import pandas as pd
import pytest

from core.figures.dendrogram import dendrogram_figure
from core.figures.module_pair import pair_figure
from core.figures.module_traits import SHARED, module_trait_figure
from core.figures.modules import (
    core_gene_figure,
    hub_figure,
    pathway_figure,
    sizes_figure,
    soft_threshold_figure,
)
from core.figures.palette import LIGHT, LNM
from core.genomics.dendrogram import colour_bar, leaf_order, simplify


def random_tree(rng: np.random.Generator, n: int) -> np.ndarray:
    """A linkage in which any two branches may merge."""
    roots, sizes, rows = list(range(n)), dict.fromkeys(range(n), 1), []
    for at, height in enumerate(np.sort(rng.random(n - 1)), start=n):
        a, b = (roots.pop(rng.integers(len(roots))) for _ in range(2))
        sizes[at] = sizes[a] + sizes[b]
        rows.append((min(a, b), max(a, b), height, sizes[at]))
        roots.append(at)
    return np.array(rows)


def test_a_tree_of_eleven_thousand_genes_stays_below_300_kilobytes() -> None:
    rng = np.random.default_rng(0)
    tree = random_tree(rng, 11_687)
    modules = pd.Series(rng.choice(["brown", "blue", "turquoise", "grey"], 11_687))
    line, strips = simplify(tree), colour_bar(modules, leaf_order(tree))
    figure = dendrogram_figure(line.x, line.y, strips, "brown", LIGHT)
    assert len(figure.to_json()) < 300_000
    drawn, bar = figure.data
    np.testing.assert_allclose(drawn.x, line.x, rtol=1e-6)
    np.testing.assert_allclose(drawn.y, line.y, rtol=1e-6)
    np.testing.assert_array_equal(np.isnan(bar.z[0]), strips["module"] != "brown")
    names = list(dict.fromkeys(strips["module"]))
    assert [names[int(code)] for code in bar.z[1]] == list(strips["module"])


def test_a_click_on_a_bar_gives_its_module() -> None:
    sizes = pd.DataFrame({"module": ["blue", "brown", "grey60"], "genes": [80, 70, 60]})
    (bars,) = sizes_figure(sizes, "brown", LIGHT).data
    assert list(bars.customdata) == ["blue", "brown", "grey60"]
    assert list(bars.marker.color) == ["blue", "brown", "#999999"]
    assert bars.marker.line.color[1] == LIGHT.accent


def test_soft_threshold_marks_the_power_and_signs_the_fit() -> None:
    table = pd.DataFrame({"power": [1, 4, 6], "r_squared": [0.3, 0.9, 0.95], "slope": [1, -1, -2.0],
                          "mean_k": [900, 60, 9]})  # fmt: skip
    figure = soft_threshold_figure(table, 4, 0.85, LIGHT)
    assert list(figure.data[0].y) == [-0.3, 0.9, 0.95]
    assert list(figure.data[1].y) == [900, 60, 9]
    assert list(figure.data[0].marker.color) == [LIGHT.paper, LIGHT.accent, LIGHT.paper]


def test_a_click_on_a_cell_gives_module_and_trait(module_traits: pd.DataFrame) -> None:
    figure = module_trait_figure(
        module_traits, LIGHT, shared=["brown"], chosen=("blue", "Radiomics high risk")
    )
    targets = figure.data[-1]
    assert targets.marker.opacity == 0
    for x, y, (module, trait) in zip(targets.x, targets.y, targets.customdata, strict=True):
        assert module in figure.layout.yaxis.ticktext[y]
        assert trait in figure.layout.xaxis.ticktext[x].replace("<br>", " ")
    assert figure.layout.yaxis.ticktext[0] == f"<b>{SHARED} brown</b>"
    (outline,) = figure.layout.shapes
    assert (outline.x0 + 0.5, outline.y0 + 0.5) == (0, 2)


def test_cells_without_a_number_say_so(module_traits: pd.DataFrame) -> None:
    nothing = module_traits.assign(r=np.nan, p=np.nan, q=np.nan)
    texts = [t.text for t in module_trait_figure(nothing, LIGHT).data if getattr(t, "mode", "") == "text"]
    assert {text for part in texts for text in part} == {"n/a"}
    (drawn,) = [t for t in module_trait_figure(nothing, LIGHT).data if getattr(t, "mode", "") == "text"]
    assert drawn.textfont.color == LIGHT.quiet


@pytest.fixture
def points() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {"patient": [f"P{i}" for i in range(9)], "trait": [0.0, 1, 1] * 3, "eigengene": rng.normal(size=9)}
    )


def test_groups_are_boxes_whose_points_name_their_patients(points: pd.DataFrame) -> None:
    figure = pair_figure(points, "brown", "LNM", (np.nan, np.nan), {}, LIGHT)
    assert [box.marker.color for box in figure.data] == [LNM[0], LNM[1]]
    assert [box.x[0] for box in figure.data] == ["LNM negative<br>n = 3", "LNM positive<br>n = 6"]
    for value, box in enumerate(figure.data):
        rows = points[points["trait"] == value]
        assert list(box.ids) == list(rows["patient"])
        np.testing.assert_array_equal(box.y, rows["eigengene"])


def test_numbers_are_a_scatter_with_its_line(points: pd.DataFrame) -> None:
    continuous = points.assign(trait=np.linspace(0.1, 0.9, 9))
    lnm = {code: i % 2 for i, code in enumerate(points["patient"])}
    figure = pair_figure(continuous, "brown", "DLRN", (2.0, -1.0), lnm, LIGHT)
    negative, positive, line = figure.data
    assert sorted([*negative.ids, *positive.ids]) == sorted(points["patient"])
    np.testing.assert_allclose(line.y, [-0.8, 0.8])
    assert len(pair_figure(continuous, "brown", "DLRN", (np.nan, np.nan), lnm, LIGHT).data) == 2


def test_genes_and_pathways_of_a_module() -> None:
    hubs = pd.DataFrame({"gene": ["A", "B"], "kme": [-0.95, 0.9]})
    assert list(hub_figure(hubs, "brown", LIGHT).data[0].x) == [-0.95, 0.9]
    genes = hubs.assign(gs=[0.3, 0.1], gs_p=[0.001, 0.3], core=[True, False])
    other, core = core_gene_figure(genes, "brown", "LNM", (0.8, 0.2), LIGHT).data
    assert (list(other.text), list(core.text)) == (["B"], ["A"])
    rows = pd.DataFrame({"gene_set": ["SET_A"], "overlap": [7], "set_size": [20], "p": [1e-5], "q": [1e-3]})
    figure = pathway_figure(rows, "brown", LIGHT)
    assert figure.data[0].x[0] == pytest.approx(3)
    assert "7 of 20" in json.loads(figure.to_json())["data"][0]["text"]
