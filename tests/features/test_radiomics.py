"""The 1781 features against stock PyRadiomics 3.0.1 and its published baseline."""

import ast
import logging

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from radiomics.featureextractor import RadiomicsFeatureExtractor

from core.errors import ImageError, MaskError, StudyError
from core.features.extractor import Extractor
from core.features.parameter_file import from_yaml, to_yaml
from core.features.radiomics import extract, feature_names
from core.settings import RadiomicsSettings
from tests.features.conftest import CASES
from tests.volumes import as_image, ball, noise

DEFAULT = RadiomicsSettings()
CLASSES = ("firstorder", "glcm", "gldm", "glrlm", "glszm", "ngtdm", "shape")
# Stock 3.0.1 itself misses the published values of these by up to 9e-4 on brain1.
MESH = ("MeshVolume", "SurfaceArea", "SurfaceVolumeRatio", "Sphericity")


@pytest.mark.parametrize("case", CASES)
def test_equals_stock(lesions, stock_values, case, capfd):
    row = extract(*lesions[case], DEFAULT)
    assert (len(row), row.dtype) == (1781, np.float64)
    assert list(row.index) == list(stock_values.index) == list(feature_names())
    assert np.isfinite(row).all()
    np.testing.assert_allclose(row, stock_values[case], rtol=1e-6, atol=0)
    assert capfd.readouterr() == ("", "")


def test_stock_reads_our_parameter_file(lesions, tmp_path):
    """Stock, given the YAML, computes the same 1781 features."""
    (tmp_path / "mr.yaml").write_text(to_yaml(DEFAULT))
    stock = RadiomicsFeatureExtractor(str(tmp_path / "mr.yaml"))
    stock.addProvenance(False)
    values = pd.Series(stock.execute(*lesions["breast1"]), dtype=float)
    pd.testing.assert_series_equal(values, extract(*lesions["breast1"], DEFAULT), rtol=1e-6, atol=0)


def published(shared, column):
    tables = [
        pd.read_csv(shared / f"data/pyradiomics/baseline/baseline_{name}.csv", index_col=0, dtype=str)
        for name in CLASSES
    ]
    values = pd.concat([table[column] for table in tables if column in table])
    settings = ast.literal_eval(tables[1][column]["diagnostics_Configuration_Settings"])
    settings.pop("additionalInfo")
    return values[values.index.str.startswith("original")].dropna().astype(float), settings


VARIANTS = ("breast1_normalization", "breast1_resampling")  # others use settings that Nodescope has not


@pytest.mark.parametrize("column", ["breast1", "brain1", "lung1", *VARIANTS])
def test_published_baseline(lesions, shared, column):
    """Values that PyRadiomics' authors published, with the settings they wrote beside them."""
    wanted, setting = published(shared, column)
    values = Extractor(setting, {"Original": {}}).execute(*lesions[column.split("_")[0]])
    names = [n for n in wanted.index if n in values and not (column == "brain1" and n.endswith(MESH))]
    assert len(names) >= (95 if column in CASES else 20)
    found = [float(values[name]) for name in names]
    np.testing.assert_allclose(found, wanted[names], rtol=1e-6, atol=1e-9)


def test_names():
    names = feature_names()
    assert len(names) == len(set(names)) == 1781
    assert sum("_shape_" in name for name in names) == 14
    assert len({name.split("_")[0] for name in names}) == 19
    assert not any(name.startswith("diagnostics") for name in names)


def test_nothing_process_wide_changes(lesions):
    import radiomics
    from radiomics.glcm import RadiomicsGLCM

    before = (sitk.ProcessObject.GetGlobalDefaultCoordinateTolerance(), logging.getLogger().handlers[:])
    extract(*lesions["breast1"], DEFAULT)
    assert radiomics.getFeatureClasses()["glcm"] is RadiomicsGLCM
    after = (sitk.ProcessObject.GetGlobalDefaultCoordinateTolerance(), logging.getLogger().handlers[:])
    assert after == before


def test_another_label(lesions):
    image, mask = lesions["breast1"]
    twice = sitk.Cast(mask, sitk.sitkUInt8) * 7
    pd.testing.assert_series_equal(
        extract(image, twice, RadiomicsSettings(label=7)), extract(image, mask, DEFAULT)
    )


def test_bad_pairs_stop_before_pyradiomics(lesions):
    image, mask = lesions["breast1"]
    with pytest.raises(MaskError, match="MASK-OUTSIDE"):  # another patient's mask lies elsewhere
        extract(image, lesions["lung1"][1], DEFAULT)
    with pytest.raises(MaskError, match="MASK-LABEL"):
        extract(image, mask, RadiomicsSettings(label=2))
    array = sitk.GetArrayFromImage(image).astype(np.float32)
    array[sitk.GetArrayViewFromImage(mask) == 1] = np.nan
    broken = sitk.GetImageFromArray(array)
    broken.CopyInformation(image)
    with pytest.raises(ImageError, match="IMAGE-NAN"):
        extract(broken, mask, DEFAULT)


def test_volume_too_thin_for_a_filter_names_the_features(capfd):
    image, mask = as_image(noise((3, 24, 28))), as_image(ball((3, 24, 28)).astype(np.uint8))
    with pytest.raises(ImageError) as error:
        extract(image, mask, DEFAULT)
    assert error.value.code == "RADIOMICS-FEATURES"
    assert "465 without a value: log-sigma-1-0-mm-3D_firstorder" in error.value.found
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("settings", [
    DEFAULT, RadiomicsSettings(spacing=(2.0, 2.0, 3.0), bin_width=10.0, log_sigmas=(2.0, 3.5), label=3),
])  # fmt: skip
def test_yaml_round_trip(settings):
    assert from_yaml(to_yaml(settings)) == settings
    assert len(feature_names(settings)) == 14 + 93 * (14 + len(settings.log_sigmas))


def test_yaml_of_others():
    text = "setting:\n  binWidth: 3\n  resampledPixelSpacing: [2, 2, 2]\n"
    assert from_yaml(text) == RadiomicsSettings(bin_width=3.0, spacing=(2.0, 2.0, 2.0))


LOG = "imageType:\n" + "".join(
    f"  {name}: {{}}\n"
    for name in ("Original", "Wavelet", "Square", "SquareRoot", "Logarithm", "Exponential", "Gradient")
)


def test_yaml_with_log_of_no_sigma_keeps_ours():
    assert from_yaml(LOG + "  LoG: {}\n") == from_yaml(LOG + "  LoG:\n") == DEFAULT


@pytest.mark.parametrize(("text", "names"), [
    ("setting:\n  force2D: true\n  binCount: 16\n", ("force2D True", "binCount 16")),
    ("setting:\n  normalize: false\n", ("normalize False",)),
    ("setting:\n  binWidth: wide\n  label: 1.5\n", ("bin_width 'wide'", "label 1.5")),
    ("setting:\n  binWidth: 0\n  resampledPixelSpacing: [1, 1]\n", ("bin_width 0", "spacing [1, 1]")),
    ("imageType:\n  Original: {}\n  LBP3D: {}\n", ("no filter Wavelet", "filter LBP3D")),
    ("featureClass:\n  shape: [MeshVolume]\n  glcm:\n",
     ("no feature class gldm", "single features of shape")),
    ("setting:\n  binWidth: .nan\n  label: .inf\n", ("binWidth nan", "label inf")),
    ("setting:\n  geometryTolerance: -.inf\n  resampledPixelSpacing: [1, 1e400, 1]\n",
     ("geometryTolerance -inf", "resampledPixelSpacing inf")),
    (LOG + "  LoG: {sigma: [1.0, .nan]}\n", ("LoG sigma nan",)),
    (LOG + "  LoG: 5\n", ("filter LoG with 5",)), (LOG + "  LoG: [1]\n", ("filter LoG with [1]",)),
    (LOG + "  LoG: {sigma: []}\n", ("log_sigmas []",)), (LOG + "  LoG: {sigma: 3}\n", ("log_sigmas 3",)),
    (LOG + "  LoG: {sigma: [1.0], binWidth: 5}\n", ("filter LoG with binWidth 5",)),
    ("setting:\n  normalize: 1\n  label: 0\n", ("normalize 1", "label 0")),
    ("setting:\n  binWidth: -5\n  resampledPixelSpacing: [1, 0, 1]\n", ("bin_width -5", "spacing [1, 0, 1]")),
    ("setting:\n  resampledPixelSpacing: 2\n  normalizeScale: " + "9" * 400 + "\n",
     ("spacing 2", "normalize_scale")),
    ("setting: [1]\n", ("a list",)), ("- 1\n", ("list",)), ("a: [\n", ("not YAML",)),
])  # fmt: skip
def test_yaml_that_would_give_other_features(text, names):
    with pytest.raises(StudyError) as error:
        from_yaml(text)
    assert error.value.code == "RADIOMICS-YAML"
    assert all(name in str(error.value) for name in names)


def test_yaml_that_holds_itself():
    with pytest.raises(StudyError, match="RADIOMICS-YAML"):
        from_yaml("setting:\n  binWidth: &x [*x, .nan]\n")
