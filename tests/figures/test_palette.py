import numpy as np
import pytest
from PIL import ImageColor
from skimage.color import deltaE_ciede2000, rgb2lab

from core.figures import palette
from core.figures.module_colours import module_colour
from core.genomics.module_names import COLOURS


def test_colours_keep_their_meaning() -> None:
    assert palette.LNM == {0: "#0072B2", 1: "#D55E00"}
    colours = [palette.model_colour(m, palette.LIGHT) for m in ("Radiomics", "GoogLeNet", "ResNet50")]
    assert colours == ["#009E73", "#CC79A7", "#E69F00"]
    assert (
        palette.model_colour("Peritumoral", palette.LIGHT) == "#56B4E9"
    )  # Okabe and Ito's, used nowhere else
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


# Machado et al. 2009, full severity: linear RGB as seen without red, green or blue cones.
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


@pytest.mark.parametrize("vision", SEEN)
def test_models_are_told_apart_without_one_kind_of_cone(vision: str) -> None:
    models = [m for m in palette.MODELS if m != "DLRN"]
    colours = [ImageColor.getrgb(palette.model_colour(m, palette.LIGHT)) for m in models]
    linear = (np.array(colours) / 255) ** 2.2
    seen = np.clip(linear @ np.array(SEEN[vision]).T, 0, 1) ** (1 / 2.2)
    apart = deltaE_ciede2000(*(rgb2lab(part) for part in (seen[:, None], seen[None])))
    assert apart[np.triu_indices(len(models), 1)].min() > 10
