import numpy as np
import pytest

from core.figures.occlusion import occlusion_figure
from core.figures.palette import DARK
from core.figures.slices import OUTLINE, Slice


@pytest.fixture
def shown() -> Slice:
    rng = np.random.default_rng(0)
    mask = np.zeros((224, 224), np.uint8)
    mask[80:140, 60:120] = 1
    return Slice(rng.integers(0, 255, (224, 224)).astype(np.uint8), mask, 0.5, 0.5)


def heat_of(shown: Slice, heat: np.ndarray):
    figure = occlusion_figure(shown, heat, DARK)
    (found,) = (t for t in figure.data if t.type == "heatmap")
    return figure, found


def test_cells_lie_over_the_pixels_that_they_are_of(shown: Slice) -> None:
    heat = np.zeros((14, 14))
    heat[2, 11] = -0.4
    figure, found = heat_of(shown, heat)
    assert (found.x0 + 11 * found.dx, found.y0 + 2 * found.dy) == (11.5 * 16 * 0.5, 2.5 * 16 * 0.5)
    assert found.z[2][11] == -0.4
    image = next(t for t in figure.data if t.type == "image")
    # A pixel is drawn around its place: both begin at the patch's edge.
    assert image.x0 - image.dx / 2 == found.x0 - found.dx / 2 == 0
    assert any(t.type == "contour" and t.line.color == OUTLINE for t in figure.data)


def test_the_scale_is_centred_on_no_change_which_is_see_through(shown: Slice) -> None:
    heat = np.linspace(-0.05, 0.4, 196).reshape(14, 14)
    _, found = heat_of(shown, heat)
    assert found.zmax == -found.zmin == pytest.approx(0.4)
    assert found.colorbar.title.text == "change in P(LNM+)"
    opacity = [float(colour.rsplit(",", 1)[1].rstrip(")")) for _, colour in found.colorscale]
    assert opacity[len(opacity) // 2] == 0
    np.testing.assert_allclose(opacity, opacity[::-1])
    assert list(found.colorbar.ticktext) == ["-0.40", "-0.20", "0.00", "+0.20", "+0.40"]


def test_a_map_without_any_change_is_drawn(shown: Slice) -> None:
    _, found = heat_of(shown, np.zeros((14, 14)))
    assert found.zmax > 0
