import pytest
from PIL import ImageColor

from core.figures import palette
from core.figures.module_colours import module_colour
from core.genomics.module_names import COLOURS


def test_colours_keep_their_meaning() -> None:
    assert palette.LNM == {0: "#0072B2", 1: "#D55E00"}
    colours = [palette.model_colour(m, palette.LIGHT) for m in ("Radiomics", "GoogLeNet", "ResNet50")]
    assert colours == ["#009E73", "#CC79A7", "#E69F00"]
    for theme in (palette.LIGHT, palette.DARK):
        assert palette.model_colour("DLRN", theme) == theme.ink
    assert palette.model_width("DLRN") > palette.model_width("Radiomics")
    assert (palette.dash("training"), palette.dash("validation")) == ("dash", "solid")


# Values of R's col2rgb.
R_COLOURS = {
    "brown": (165, 42, 42), "greenyellow": (173, 255, 47), "darkred": (139, 0, 0), "purple": (160, 32, 240),
    "green": (0, 255, 0), "maroon": (176, 48, 96), "grey": (190, 190, 190), "grey60": (153, 153, 153),
    "sienna3": (205, 104, 57), "lightsteelblue1": (202, 225, 255), "plum1": (255, 187, 255),
    "orangered4": (139, 37, 0), "brown4": (139, 35, 35), "bisque4": (139, 125, 107),
    "skyblue3": (108, 166, 205),
    "mediumpurple3": (137, 104, 205), "darkorange2": (238, 118, 0), "thistle2": (238, 210, 238),
}  # fmt: skip


@pytest.mark.parametrize("name", R_COLOURS)
def test_modules_look_as_in_r(name: str) -> None:
    drawn = ImageColor.getrgb(module_colour(name))
    assert max(abs(a - b) for a, b in zip(drawn, R_COLOURS[name], strict=True)) <= 1


def test_every_standard_colour_can_be_drawn() -> None:
    assert all(ImageColor.getrgb(module_colour(name)) for name in COLOURS)
    assert module_colour("grey") not in {module_colour(name) for name in COLOURS}


@pytest.mark.parametrize("name", ["not a colour", "brown9", "xyz3"])
def test_an_unknown_module_is_grey(name: str) -> None:
    assert module_colour(name) == module_colour("grey")
