"""Heat map, nomogram, cohorts, slices and study flow."""

import base64
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from PIL import Image

from core.figures.cohorts import label_figure, numbers_figure
from core.figures.flow import NODES, flow_figure
from core.figures.gallery import gallery_figure, thumbnail
from core.figures.module_traits import module_trait_figure
from core.figures.nomogram import Marked, nomogram_figure
from core.figures.palette import DARK, LIGHT, LNM
from core.figures.place import place_figure
from core.figures.slices import Slice, phases_figure, slice_figure


def test_heat_map_is_centred_on_0_and_prints_its_cells(module_traits: pd.DataFrame) -> None:
    figure = module_trait_figure(module_traits, LIGHT, {"brown": 812})
    heat, swatches = figure.data[:2]
    assert heat.zmid == 0
    assert heat.zmin == -heat.zmax
    wide = module_traits.pivot(index="module", columns="trait", values="r")
    order = list(module_traits["module"].unique())
    np.testing.assert_array_equal(heat.z, wide.loc[order, list(module_traits["trait"].unique())])
    first = module_traits.iloc[0]
    assert f"{first['r']:.2f}" in printed(figure)[0, 0]
    assert len(printed(figure)) == len(module_traits)
    assert figure.layout.yaxis.ticktext[0] == "brown (812)"
    assert swatches.marker.color[-1] == "#999999"  # grey60, which CSS does not know
    assert "n = 88 training patients" in [a.text for a in figure.layout.annotations]


def test_heat_map_cells_as_asked(module_traits: pd.DataFrame) -> None:
    table = module_traits.assign(p=0.02, q=0.2)
    assert printed(module_trait_figure(table, LIGHT, cells="r (P)"))[0, 0].startswith("<b>")
    assert printed(module_trait_figure(table, LIGHT))[0, 0].endswith("(0.20)")
    assert printed(module_trait_figure(table, LIGHT, cells="r and stars"))[0, 0].endswith("*")


def printed(figure: go.Figure) -> dict[tuple[int, int], str]:
    """What stands in the cell of each row and column."""
    texts = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "text"]
    return {(y, x): text for t in texts for x, y, text in zip(t.x, t.y, t.text, strict=True)}


def test_nomogram_reads_as_one_reads_it_with_a_ruler(axes: pd.DataFrame) -> None:
    case = Marked(
        {"Radiomics": 0.82, "GoogLeNet": 0.31}, {"Radiomics": 82.0, "GoogLeNet": 17.05}, 99.05, 0.79
    )
    figure = nomogram_figure(axes, LIGHT, case)
    assert [t.split("<br>")[0] for t in figure.layout.yaxis.ticktext] == [
        "Points", "Radiomics", "GoogLeNet", "Total points", "Probability",
    ]  # fmt: skip
    places = [(t.x[0], t.y[0]) for t in figure.data if t.name == "this case"]
    dots = {note.text: note.x for note in figure.layout.annotations if (note.x, note.y) in places}
    assert dots["<b>0.82: 82.0 points</b>"] == 0.82
    # Total points and probability stand at the same place: 99.05 of 160.
    assert dots["<b>99.0 points</b>"] == dots["<b>P(LNM) = 0.79</b>"] == 99.05 / 160


def test_a_case_beyond_the_axes_stays_in_sight(axes: pd.DataFrame) -> None:
    case = Marked({"Radiomics": 1.3, "GoogLeNet": -0.2}, {"Radiomics": 130.0, "GoogLeNet": -11.0}, 119.0, 0.9)
    low, high = nomogram_figure(axes, LIGHT, case).layout.xaxis.range
    assert low < -0.11
    assert high > 1.3


def test_a_covariate_has_an_axis_of_its_own(axes: pd.DataFrame) -> None:
    levels = pd.DataFrame({"axis": "clinical_t", "points": [0.0, 1.0, 40.0], "level": ["T1", "T2", "T3"]})
    age = pd.DataFrame({"axis": "age", "value": [30.0, 80.0], "points": [0.0, 60.0], "level": ""})
    both = pd.concat([levels, age, axes.assign(level="")], ignore_index=True)
    values = {"clinical_t": "T2", "age": 51.5, "Radiomics": 0.82, "GoogLeNet": 0.31}
    case = Marked(values, dict.fromkeys(values, 10.0), 40.0, 0.3)
    figure = nomogram_figure(both, LIGHT, case)
    axes = list(figure.layout.yaxis.ticktext)
    assert axes[1:4] == ["Clinical T", "Age<br>(years)", "Radiomics<br>signature"]
    (ticks,) = (t for t in figure.data if t.name == "clinical_t" and t.text is not None)
    assert list(ticks.text) == ["T1", "T2", "T3"]  # none left out, though two nearly touch
    assert list(ticks.textposition) == ["top center", "bottom center", "top center"]
    said = {note.text for note in figure.layout.annotations}
    assert {"<b>T2: 10.0 points</b>", "<b>51.5: 10.0 points</b>"} <= said


def test_place_among_the_patients(clinical: pd.DataFrame) -> None:
    predictions = clinical.assign(DLRN=np.linspace(0, 1, len(clinical)))
    figure = place_figure(predictions, 0.4, DARK)
    assert [t.marker.color for t in figure.data] == [LNM[0], LNM[1]]
    assert figure.layout.shapes[0].x0 == 0.4


def test_cohorts_show_counts_and_n(lnm: pd.DataFrame, clinical: pd.DataFrame) -> None:
    negative, positive = label_figure(lnm, LIGHT).data
    assert sorted(negative.text) == ["22 (38.6%)", "47 (53.4%)"]
    assert dict(zip(positive.text, positive.customdata, strict=True)) == {"41 (46.6%)": 41, "35 (61.4%)": 35}
    assert (negative.marker.color, positive.marker.color) == (LNM[0], LNM[1])
    ages = numbers_figure(clinical, "age", LIGHT)
    assert ages.layout.yaxis.title.text == "Age (years)"
    assert "n = 88" in ages.layout.xaxis.ticktext[0]
    assert sum(len(trace.y) for trace in ages.data) == 145


def pixels(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1]))))


def test_a_slice_is_drawn_in_mm_with_its_outline_in_place(lesion: Slice) -> None:
    picture, outline = slice_figure(lesion, LIGHT).data
    np.testing.assert_array_equal(pixels(picture.source), lesion.image)
    assert (picture.dx, picture.dy) == (0.7, 0.7)
    # Pixel centres: the outline's array lies where the mask lies on the picture.
    top = (outline.y0 - picture.y0) / picture.dy
    left = (outline.x0 - picture.x0) / picture.dx
    inside = np.argwhere(np.asarray(outline.z) > 0) + np.rint([top, left])
    np.testing.assert_array_equal(inside, np.argwhere(lesion.mask))


def test_a_slice_without_tumour_has_no_outline(lesion: Slice) -> None:
    assert len(slice_figure(replace(lesion, mask=0 * lesion.mask), LIGHT).data) == 1
    assert len(phases_figure([lesion] * 3, LIGHT).data) == 6


def test_gallery_tiles_are_square_in_mm_and_outlined(lesion: Slice) -> None:
    tile, field = thumbnail(lesion, 200)
    assert tile.shape == (200, 200, 3)
    assert field == 70.0  # the least field around a small lesion
    cyan = (tile == [0, 220, 255]).all(axis=2)
    rows, columns = np.argwhere(cyan).min(0), np.argwhere(cyan).max(0)
    height, width = (columns - rows + 1) * field / 200
    where = np.argwhere(lesion.mask)
    np.testing.assert_allclose([height, width], (np.ptp(where, axis=0) + 1) * 0.7, atol=0.8)
    figure = gallery_figure([lesion, replace(lesion, lnm=0, title="P002")], LIGHT)
    assert len(figure.layout.images) == 2
    assert LNM[0] in figure.layout.annotations[1].text


def test_a_lesion_at_the_border_is_padded(lesion: Slice) -> None:
    corner = replace(lesion, mask=np.pad(np.ones((9, 9), np.uint8), ((0, 87), (0, 71))))
    assert thumbnail(corner, 100)[0][0, 0].tolist() == [0, 0, 0]


def test_flow_says_the_state_of_each_stage() -> None:
    figure = flow_figure({"patients": "88 + 57"}, {"gsva": "running", "gene_score": "waiting"}, LIGHT)
    texts = {a.text.split("</b>")[0][3:]: a.text for a in figure.layout.annotations if a.text}
    assert set(texts) == {node.title for node in NODES.values()}
    assert "88 + 57" in texts["Patients"]
    assert "running" in texts["GSVA"]
    assert "waiting" in texts["RadDeepGene"]


@pytest.mark.parametrize("fused", [("radiomics", "googlenet"), ("radiomics", "peritumoral")])
def test_flow_shows_a_ring_where_there_is_one_and_no_box_hides_another(fused: tuple[str, ...]) -> None:
    states = {"peritumoral": "done", "signature_peritumoral": "done"}
    figure = flow_figure({"peritumoral": "1,781 features"}, states, LIGHT, fused=fused)
    assert any("Peritumoral" in a.text and "1,781" in a.text for a in figure.layout.annotations)
    boxes = [s for s in figure.layout.shapes if s.type == "rect"]
    assert len(boxes) == len(NODES) + 2
    for i, one in enumerate(boxes):
        assert one.y0 > figure.layout.yaxis.range[1] and one.y1 < figure.layout.yaxis.range[0]
        for other in boxes[:i]:
            assert one.x1 < other.x0 or other.x1 < one.x0 or one.y1 < other.y0 or other.y1 < one.y0
