"""The feature engine against stock PyRadiomics run live, on small lesions of every awkward kind."""

import importlib.util
import os
import sys

import numpy as np
import pytest
import SimpleITK as sitk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from radiomics import imageoperations

from core import compiled as compiling
from core.errors import ImageError
from core.features.extractor import Extractor
from core.features.filters import Lesion, filtered
from core.features.parameter_file import image_types
from core.features.radiomics import extract, note_on_first_use
from core.settings import RadiomicsSettings
from tests.features.stock import differences, stock_features
from tests.volumes import as_image, ball, noise

DEFAULT = RadiomicsSettings()
PLAIN = {"interpolator": None, "normalize": False, "voxelArrayShift": 300, "label": 1}
ORIGINAL = {"Original": {}}


def pair(values, lesion, spacing=(1.0, 1.0, 1.0)):
    return as_image(values, spacing), as_image(lesion.astype(np.uint8), spacing)


def assert_equals_stock(ours, stock):
    assert set(dict(ours)) == set(stock.index)
    apart = differences(ours, stock)
    assert apart.max() <= 1e-6, apart.sort_values().tail(5).to_dict()


@st.composite
def small_lesions(draw):
    """Noise, steps, a slope or few levels, in a box, ball, plane, scattered voxels, pieces or a diagonal."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = tuple(draw(st.integers(2, 9)) for _ in range(3))
    place = np.indices(shape)
    values = {
        "noise": rng.normal(0, draw(st.sampled_from((3.0, 40.0, 400.0))), shape),
        "levels": rng.integers(0, draw(st.integers(1, 12)), shape) * 5.0,
        "slope": place[0] * 7.0 + place[2] * 3.0,
        "outliers": rng.normal(0, 5, shape) + 900 * (rng.random(shape) < 0.05),
        "checks": (place.sum(axis=0) % 2) * 20.0,
    }[draw(st.sampled_from(("noise", "levels", "slope", "outliers", "checks")))]
    lesion = {
        "box": place[0] < max(shape[0] - 1, 1),
        "ball": ball(shape, min(shape) / 2),
        "plane": place[1] == shape[1] // 2,
        "scattered": rng.random(shape) < draw(st.floats(0.05, 0.9)),
        "pieces": (place[2] < shape[2] // 3) | (place[2] > 2 * shape[2] // 3),
        "diagonal": (place[0] == place[1]) & (place[1] == place[2]),
        "two voxels": np.isin(np.arange(place[0].size), (0, draw(st.integers(1, 40)))).reshape(shape),
    }[draw(st.sampled_from(("box", "ball", "plane", "scattered", "pieces", "diagonal", "two voxels")))]
    spacing = tuple(draw(st.sampled_from((0.5, 1.0, 2.7))) for _ in range(3))
    return values.astype(draw(st.sampled_from((np.float32, np.float64)))), lesion, spacing


def is_measurable(lesion):
    """Stock wants two dimensions at least, and something beside the lesion."""
    return sum(len(np.unique(axis)) > 1 for axis in np.nonzero(lesion)) >= 2 and not lesion.all()


@given(small_lesions().filter(lambda made: is_measurable(made[1])), st.sampled_from((1.0, 5.0, 25.0)))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_small_lesion(made, width):
    setting = {**PLAIN, "binWidth": width}
    images = pair(*made)
    with np.errstate(all="ignore"):
        ours = Extractor(setting, ORIGINAL).execute(*images)
    assert_equals_stock(ours, stock_features(*images, setting, ORIGINAL))


BALL = ball(radius=3.5)  # stock takes seconds where grey levels are many
HALF = np.zeros(BALL.shape, bool)


def in_box(*slices):
    lesion = HALF.copy()
    lesion[slices] = True
    return lesion


AWKWARD = {
    "one slice": (noise(), ball() & in_box(slice(10, 11))),
    "one sagittal plane": (noise(), ball() & in_box(slice(None), slice(None), slice(14, 15))),
    "64 voxels": (noise(), in_box(slice(8, 12), slice(8, 12), slice(8, 12))),
    "8 voxels": (noise(), in_box(slice(8, 10), slice(8, 10), slice(8, 10))),
    "thin as a line": (noise(), in_box(slice(9, 10), slice(3, 20), slice(9, 11))),
    "bent line": (noise(), in_box(slice(9, 10), slice(3, 20), 9) | in_box(slice(9, 18), 19, 9)),
    "two components": (
        noise(), in_box(slice(2, 6), slice(2, 6), slice(2, 6)) | in_box(slice(12, 18), 15, slice(15, 21)),
    ),
    "touches the border": (noise(), in_box(slice(0, 4), slice(0, 6), slice(23, 28))),
    "exact zeros": (noise() * (np.indices(BALL.shape).sum(axis=0) % 3 > 0), BALL),
    "two grey levels": (np.where(noise() > 100, 100.0, 90.0).astype(np.float32), BALL),
    "four grey levels": ((noise() // 25 * 25).astype(np.int16), BALL),
    "one outlier": (np.where(np.arange(BALL.size).reshape(BALL.shape) == 6960, 300, noise()), BALL),
    "slope": (np.indices(BALL.shape)[1].astype(np.float64) * 7, BALL),
    "mostly flat": (
        np.where(in_box(slice(6, 14), slice(8, 16), slice(10, 18)), 100, noise()),
        in_box(slice(9, 12), slice(10, 14), slice(12, 15)) | in_box(9, 10, slice(12, 20)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_lesions(name):
    """All 1781 features, at the default settings."""
    images = pair(*AWKWARD[name])
    assert_equals_stock(extract(*images, DEFAULT), stock_features(*images))


def test_single_voxels():
    """Without a pair of neighbours stock has no GLCM; the features that it lacks are those named missing."""
    images = pair(noise(), in_box(slice(2, 18, 3), slice(2, 22, 3), slice(2, 26, 3)))
    missing = stock_features(*images).isna()
    with pytest.raises(ImageError) as error:
        extract(*images, DEFAULT)
    assert missing.sum() == 24 * 19
    assert "456 without a value: original_glcm_Autocorrelation" in error.value.found


@pytest.mark.parametrize("spacing", [(0.7, 0.7, 2.0), (2.0, 0.9, 0.9)])
def test_resampled(spacing):
    images = pair(noise().astype(np.int16), BALL, spacing)
    assert_equals_stock(extract(*images, DEFAULT), stock_features(*images))


def test_images_are_equal_bit_for_bit():
    """Of every image type, on an odd and an even axis; one voxel beyond an edge would shift a grey level."""
    image, mask = pair(noise((15, 18, 21)) - 90, ball((15, 18, 21)))
    lesion = sitk.GetArrayViewFromImage(mask) == 1
    seen = Lesion(image, mask, (), np.flatnonzero(lesion))
    ours = dict(filtered(seen, image_types(DEFAULT)))
    for name, setting in image_types(DEFAULT).items():
        for made, called, _ in getattr(imageoperations, f"get{name}Image")(image, mask, **setting):
            wanted = sitk.GetArrayFromImage(made)[lesion]
            assert ours[called].tobytes() == wanted.astype(ours[called].dtype).tobytes(), called
            assert (ours[called] == wanted).all()
    assert len(ours) == 19


def test_flat_lesion_is_refused():
    images = pair(np.full(BALL.shape, 7.0), BALL)
    with pytest.raises(ImageError, match="IMAGE-CONSTANT"):
        extract(*images, DEFAULT)


@pytest.mark.parametrize("lesion", [np.ones(BALL.shape, bool), in_box(9, 9, slice(3, 15))])
def test_what_stock_refuses(lesion):
    """A mask without anything around the lesion, and a line of voxels."""
    images = pair(noise(), lesion)
    with pytest.raises(ImageError) as error:
        extract(*images, DEFAULT)
    assert error.value.code == "RADIOMICS"
    with pytest.raises(ValueError, match="mask"):
        stock_features(*images)


def test_first_use_is_announced(monkeypatch):
    """Until machine code of every function lies on disk."""
    extract(*pair(noise(), BALL), DEFAULT)
    assert note_on_first_use() == ""
    monkeypatch.setattr("core.compiled.is_ready", lambda _: False)
    assert "once on this machine" in note_on_first_use()


def test_machine_code_is_of_the_source_as_it_is(monkeypatch, tmp_path):
    """A source with another date keeps it, an edited one does not."""
    monkeypatch.setattr(compiling, "_COMPILED", [])
    source = tmp_path / "small.py"
    source.write_text("from core.compiled import compiled\n@compiled\ndef double(x):\n    return x * 2\n")
    assert not _ready(source)
    sys.modules["small"].double(3)
    assert _ready(source)
    os.utime(source, (0, 2**31))
    assert _ready(source)
    source.write_text(source.read_text().replace("2", "3"))
    assert not _ready(source)


def _ready(source):
    compiling._COMPILED.clear()
    spec = importlib.util.spec_from_file_location("small", source)
    sys.modules["small"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["small"])
    return compiling.is_ready("small")


def test_without_a_folder_for_machine_code(monkeypatch):
    """Numba refuses to cache where it may not write; the engine then compiles for this process."""

    def refuse(*_, cache=False, **__):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(compiling, "njit", refuse)
    monkeypatch.setattr(compiling, "_COMPILED", [])
    assert compiling.compiled(len)("abc") == 3
