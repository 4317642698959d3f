"""The engine beside IBSI's digital phantom, and the formulas that bridge, on other lesions as well."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from hypothesis import given, settings
from hypothesis import strategies as st
from radiomics.featureextractor import RadiomicsFeatureExtractor
from radiomics.shape import RadiomicsShape

from core.errors import ImageError
from core.features.binning import binned
from core.features.glcm import NAMES, _features
from core.features.ibsi.formula import TERMS, evaluate, names_in, series_area
from core.features.ibsi.phantom import SETTING, measure, phantom, phantom_files
from core.features.ibsi.table import (
    AGGREGATIONS,
    BRIDGED,
    DATA,
    OUTSIDE,
    UNDEFINED,
    UNPRINTED,
    WITHIN,
    compare,
    headline,
    ibsi_table,
    references,
    without_counterpart,
)
from core.features.ibsi.table import SETTING as OTHER
from core.features.matrices import pairs_and_runs
from core.features.region import region_of
from core.features.stock import TEXTURE, features_of
from tests.features import ibsi_definitions as ibsi
from tests.features.stock import differences, stock_features
from tests.volumes import as_image, ball

IDS = Path(__file__).parents[1] / "data" / "features" / "ibsi_ids.csv"


@pytest.fixture(scope="module")
def table():
    return ibsi_table()


def test_the_phantom_is_the_published_one(shared):
    for ours, path in zip(phantom(), phantom_files(shared / "data" / "ibsi_phantom"), strict=True):
        published = sitk.ReadImage(str(path))
        assert ours.GetPixelID() == published.GetPixelID()
        assert ours.GetSpacing() == published.GetSpacing()
        np.testing.assert_array_equal(sitk.GetArrayFromImage(ours), sitk.GetArrayFromImage(published))


def test_the_references_are_the_published_ones(shared):
    assert DATA[0].read_bytes() == (shared / "data/ibsi_phantom/reference_values.csv").read_bytes()


def test_no_reference_is_dropped(table):
    printed = pd.read_csv(DATA[0], sep=";")
    assert list(table["tag"]) == list(printed["tag"])
    np.testing.assert_array_equal(table["reference"], printed["reference value"])
    np.testing.assert_array_equal(table["tolerance"], printed["tolerance"])
    counts = {WITHIN: 108, BRIDGED: 14, OTHER: 165, UNDEFINED: 195, UNPRINTED: 5}
    assert table["status"].value_counts().to_dict() == counts
    assert table.loc[table["status"] == UNPRINTED, "reference"].isna().all()


def test_every_value_that_pyradiomics_defines_is_within_tolerance(table):
    measured = table[table["status"].isin([WITHIN, BRIDGED, OUTSIDE])]
    apart = (measured["value"] - measured["reference"]).abs()
    loose = measured["tolerance"] > 0
    assert (apart[loose] <= measured["tolerance"][loose]).all()
    # Without a tolerance the value must round to the three digits printed.
    rounded = [float(f"{v:.2e}") for v in measured["value"][~loose]]
    np.testing.assert_allclose(rounded, measured["reference"][~loose], rtol=1e-12)
    assert headline(table).startswith("122 of 122 measured values lie within IBSI's tolerance, 14 of them")


# Names of PyRadiomics that its list of IBSI's codes has and 3.0.1 has not, or has deprecated.
OLD = {
    "shape_Compactness1": "", "shape_Compactness2": "", "shape_SphericalDisproportion": "",
    "gldm_DependencePercentage": "", "gldm_GrayLevelNonUniformityNormalized": "firstorder_Uniformity",
    "glcm_SumVariance": "glcm_ClusterTendency", "glcm_Dissimilarity": "glcm_DifferenceAverage",
    "glszm_ZoneSizeVariance": "glszm_ZoneVariance", "glszm_ZoneSizeEntropy": "glszm_ZoneEntropy",
    "glszm_LowGreyLevelZoneEmphasis": "glszm_LowGrayLevelZoneEmphasis",
    "glszm_HighGreyLevelZoneEmphasis": "glszm_HighGrayLevelZoneEmphasis",
    **{f"glcm_{name}": f"glszm_{name}" for name in features_of("glszm") if "Area" in name},
}  # fmt: skip


def test_ids_and_names_are_those_of_mirp_and_pyradiomics():
    """MIRP 2.3.4, docs_source/source/features_names.rst; PyRadiomics, labs/pyradiomics-dcm/resources/
    featuresDict_IBSIv7.tsv.
    """
    theirs = pd.read_csv(IDS, keep_default_na=False).set_index("feature")
    ours = references().drop_duplicates("feature").set_index("feature")
    assert dict(ours["id"]) == dict(theirs["mirp"])
    names = theirs["pyradiomics"].map(lambda name: OLD.get(name, name))
    assert (names != "").sum() == 101
    for feature, name in names[names != ""].items():
        assert names_in(ours["formula"][feature])[0] == name, feature


def test_other_settings_of_pyradiomics_give_the_other_aggregations():
    """The rows said to need another setting: stock PyRadiomics, so set, agrees with IBSI."""
    flat, merged = {"force2D": True}, {"weightingNorm": "no_weighting"}
    asked = {"2_5D": flat, "2_5D_avg": flat, "2_5D_comb": {**flat, **merged}, "3D_comb": merged}
    assert {name for name, how in AGGREGATIONS.items() if how.setting} == set(asked)
    rows = references()
    for suffix, setting in asked.items():
        classes = dict.fromkeys(("firstorder", *TEXTURE))
        document = {
            "setting": {**SETTING, **setting},
            "imageType": {"Original": {}},
            "featureClass": classes,
        }
        found = RadiomicsFeatureExtractor(document).execute(*phantom())
        values = {
            k.removeprefix("original_"): float(v) for k, v in found.items() if k.startswith("original_")
        }
        part = rows[(rows["suffix"] == suffix) & (rows["formula"] != "")]
        assert len(part) > 10
        for row in part.itertuples():
            value = evaluate(row.formula, values)
            assert float(f"{value:.2e}") == pytest.approx(row.reference, rel=1e-12), row.tag


def test_our_own_glcm_formulas_too(table):
    """Few grey levels go through PyRadiomics' formulas; those of many levels must say the same."""
    image, mask = (sitk.GetArrayFromImage(part) for part in phantom())
    lesion = mask == 1
    grey, region = binned(image[lesion], 1), region_of(lesion)
    volume, levels = region.volume(grey.ranks), grey.levels
    pairs = [pairs_and_runs(volume, region.voxels, s, len(levels), region.longest)[0] for s in region.steps]
    means = np.mean([_features(p, levels)[0] for p in pairs], axis=0)
    values = dict(zip([f"glcm_{name}" for name in NAMES], means, strict=False))
    rows = references().query("suffix == '3D_avg' and tag.str.startswith('cm_')")
    assert len(rows) == 25
    for row in rows.itertuples():
        assert float(f"{evaluate(row.formula, values):.2e}") == pytest.approx(row.reference), row.tag


def test_what_ibsi_has_not():
    names = [f"{kind}_{name}" for kind in ("shape", *TEXTURE) for name in features_of(kind)]
    alone = {name.split("_")[1] for name in without_counterpart(names)}
    planes = {f"Maximum2DDiameter{axis}" for axis in ("Slice", "Row", "Column")}
    assert alone == {"TotalEnergy", "MCC", *planes}


@st.composite
def lesions(draw):
    """Noise in a ball, an oblique slab or scattered voxels, on voxels of unequal sides."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = tuple(draw(st.integers(4, 7)) for _ in range(3))
    place = np.indices(shape)
    kind = draw(st.sampled_from(("ball", "slab", "scattered")))
    lesion = {
        "ball": ball(shape, min(shape) / 2),
        "slab": np.abs(place[0] - place[2]) < 2,
        "scattered": rng.random(shape) < draw(st.floats(0.3, 0.8)),
    }[kind]
    lesion[2, 2, 1:3], lesion[1, 1, 1] = True, False
    values = rng.normal(draw(st.sampled_from((40.0, -30.0))), draw(st.sampled_from((1.0, 6.0))), shape)
    spacing = tuple(draw(st.sampled_from((0.7, 1.0, 2.5))) for _ in range(3))
    return values, lesion, spacing


@given(lesions())
@settings(max_examples=40, deadline=None)
def test_bridges_are_ibsis_definitions(made):
    """Every formula, and every direct name that belongs to another class, against its definition."""
    values, lesion, spacing = made
    image, mask = as_image(values, spacing), as_image(lesion.astype(np.int16), spacing)
    found = measure(image, mask)
    ours = compare(found).set_index("tag")
    ours.index = ours.index.str.replace(r"_3D(_avg)?$", "", regex=True)
    grey, x = ibsi.grey_levels(values, lesion), values[lesion]
    points = np.argwhere(lesion) * np.array(spacing)[::-1]
    volume, area = found["shape_MeshVolume"], found["shape_SurfaceArea"]
    stock = RadiomicsShape(image, mask, label=1)
    round_area = 4 * np.pi * (3 * volume / (4 * np.pi)) ** (2 / 3)  # of the sphere of the same volume
    wanted = {
        **ibsi.of_intensities(x), **ibsi.of_histogram(grey[lesion]), **ibsi.of_pairs(grey),
        **ibsi.of_dependence(grey), **ibsi.of_zones(grey), **ibsi.of_axes(points, volume, area),
        "morph_comp_1": stock.getCompactness1FeatureValue(),
        "morph_comp_2": stock.getCompactness2FeatureValue(),
        "morph_sph_dispr": stock.getSphericalDisproportionFeatureValue(),
        "morph_asphericity": area / round_area - 1,
        "morph_integ_int": volume * x.mean(),
    }  # fmt: skip
    bridged = ours.index[ours["formula"].ne("") & ~ours["formula"].map(str.isidentifier)]
    assert set(bridged) <= set(wanted)
    for tag, value in wanted.items():
        assert ours.at[tag, "value"] == pytest.approx(value, rel=1e-9, abs=1e-9), tag
    assert evaluate(TERMS["voxels"], found) == pytest.approx(lesion.sum())


def test_bridges_take_stock_values_as_well(table):
    """The formulas are of PyRadiomics' values, whoever computed them."""
    values = stock_features(*phantom(), SETTING, {"Original": {}})
    stock = compare(values.rename(lambda name: name.removeprefix("original_")))
    assert list(stock["status"]) == list(table["status"])
    assert differences(table["value"], stock["value"]).max() <= 1e-6


@pytest.mark.parametrize("axes", [(7, 5, 3), (9, 4, 3.5), (5, 4.999, 1)])
def test_the_series_of_the_ellipsoid(axes):
    assert series_area(*(2.0 * a for a in axes)) == pytest.approx(ibsi.series(*axes), rel=1e-9)


def test_the_series_of_a_sphere_is_its_area():
    assert series_area(6, 6, 6) == pytest.approx(4 * np.pi * 9, rel=1e-14)


def test_ibsis_reference_follows_the_series_and_not_the_area(table):
    """As the note says: the true area of the ellipsoid would give 1.30 where IBSI has 1.36."""
    rows = table.set_index("tag")
    axes = [rows.at[f"morph_pca_{axis}_axis", "value"] / 2 for axis in ("maj", "min", "least")]
    true = rows.at["morph_area_mesh", "value"] / ibsi.integrated_area(*axes)
    assert true == pytest.approx(1.304, abs=5e-4)
    assert rows.at["morph_area_dens_aee", "status"] == BRIDGED


def test_the_integral_is_the_area_of_a_spheroid():
    """Of semi-axes 2, 2, 1: 2 pi 4 (1 + (1 - e^2) / e artanh e), e^2 = 3 / 4."""
    e = np.sqrt(0.75)
    assert ibsi.integrated_area(2, 2, 1) == pytest.approx(8 * np.pi * (1 + 0.25 / e * np.arctanh(e)))


def test_shape_ratios_of_a_cube():
    """Side 2: volume 8, area 24."""
    cube = {"shape_MeshVolume": 8, "shape_SurfaceArea": 24, "shape_Sphericity": (np.pi / 6) ** (1 / 3)}
    formulas = references().set_index("tag")["formula"]
    assert evaluate(formulas["morph_comp_2"], cube) == pytest.approx(np.pi / 6)
    assert evaluate(formulas["morph_comp_1"], cube) == pytest.approx(1 / (6 * np.sqrt(6 * np.pi)))


@pytest.mark.parametrize("text", ["__import__('os')", "a.b", "a if a else a", "abs(a)", "a @ a", "'a'"])
def test_nothing_but_arithmetic(text):
    with pytest.raises(ValueError, match="not part of a formula"):
        evaluate(text, {"a": 1.0})
    with pytest.raises(KeyError):
        evaluate("b", {"a": 1.0})


def test_a_value_beyond_its_tolerance_is_told():
    values = measure(*phantom())
    for name, change in (("firstorder_Mean", 0.02), ("shape_MeshVolume", 5.0), ("ngtdm_Strength", np.nan)):
        found = compare({**values, name: values[name] + change}).set_index("tag")
        tag = {"f": "stat_mean", "s": "morph_volume", "n": "ngt_strength_3D"}[name[0]]
        assert found.at[tag, "status"] == OUTSIDE
        assert not abs(found.at[tag, "deviation"]) <= 1


def test_a_folder_without_the_phantom(tmp_path):
    with pytest.raises(ImageError, match="IBSI-PHANTOM") as error:
        phantom_files(tmp_path)
    assert str(tmp_path) not in str(error.value)
