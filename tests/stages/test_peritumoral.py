"""The ring around the lesion as a region of its own, from voxels to a case that is scored with it."""

import tomllib
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from scipy.spatial.distance import cdist

from core.errors import StudyError
from core.features.naming import PERITUMORAL
from core.features.parameter_file import image_types, stock_setting
from core.features.radiomics import feature_names
from core.imaging.perturb import ring
from core.models.bundle import from_bundle_bytes
from core.models.case.predict import predict_case
from core.models.persist import from_bytes
from core.models.signature import predict
from core.overrides import override
from core.pipeline import Pipeline
from core.settings import Settings
from core.store import Store
from core.study.manifest import load_study
from tests.features.stock import differences, stock_features
from tests.image_study import SPACING, code, lesion, write_study
from tests.volumes import as_image

SMALL = """
[settings.forest]
trees = 20
[settings.resampling]
folds = 2
repeats = 1
"""
SMALL += "".join(
    f"[settings.selection_{family}]\nneighbours = 2\nkeep = 4\n"
    for family in ("radiomics", "peritumoral", "googlenet", "resnet50")
)
FUSED = '[settings.fusion]\nsignatures = ["radiomics", "peritumoral"]\n'
RING = "[settings.peritumoral]\nwidth_mm = 3\n"


def silent(*_: object) -> None:
    pass


@pytest.fixture(scope="module")
def ringed(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """A small study with a ring, all but its robustness computed."""
    folder = tmp_path_factory.mktemp("ring")
    study = write_study(folder / "study", 12, settings=SMALL + FUSED + RING)
    pipeline = Pipeline(load_study(study), Store(folder / "cache"))
    pipeline.run(silent, workers=1, only="bundle")
    return pipeline


def around(inside: np.ndarray, width: float) -> np.ndarray:
    """Voxels outside at most ``width`` mm from one inside, distance by distance."""
    mm = np.array(SPACING[::-1])
    ring = np.zeros_like(inside)
    near = cdist(np.argwhere(~inside) * mm, np.argwhere(inside) * mm).min(axis=1) <= width
    ring[~inside] = near
    return ring


def test_ring_features_are_those_of_stock_pyradiomics_on_the_same_ring(ringed: Pipeline) -> None:
    study, found = ringed.study, ringed.entry("peritumoral")["features"]
    assert list(found.index) == [code(i) for i in range(12)]
    used = study.settings.radiomics
    assert list(found.columns) == [PERITUMORAL + name for name in feature_names(used)]
    image = sitk.ReadImage(str(study.image_path("P04")))
    mask = as_image(around(lesion(4), 3.0).astype(np.uint8), SPACING)
    mask.CopyInformation(image)
    stock = stock_features(image, mask, stock_setting(used), image_types(used))
    ours = found.loc["P04"].rename(lambda name: name.removeprefix(PERITUMORAL))
    assert len(ours) == len(stock)
    assert differences(ours, stock).max() < 1e-6


def test_its_signature_is_judged_and_fused_as_the_others_are(ringed: Pipeline) -> None:
    fusion = ringed.entry("fusion")
    assert fusion["info"]["signatures"] == ["Radiomics", "Peritumoral"]
    assert list(fusion["coefficients"]["name"]) == ["Intercept", "Radiomics", "Peritumoral"]
    own = ringed.entry("signature_peritumoral")["signature"].set_index("patient")["p"]
    table = fusion["predictions"].set_index("patient")
    assert (table["Peritumoral"] == own).all()
    models = list(ringed.entry("evaluation")["metrics"]["model"])
    assert models == ["Radiomics", "Peritumoral", "GoogLeNet", "ResNet50", "DLRN"]


def test_a_case_is_scored_by_its_ring_too(ringed: Pipeline) -> None:
    study, bundle = ringed.study, from_bundle_bytes(ringed.entry("bundle")["bundle"])
    assert set(bundle.models) == {"radiomics", "peritumoral", "googlenet", "resnet50"}
    assert set(bundle.weights) == {"googlenet", "resnet50"}
    image, mask = (sitk.ReadImage(str(path)) for path in (study.image_path("P07"), study.mask_path("P07")))
    result = predict_case(bundle, image, mask, ringed.store.root / "weights")
    row = ringed.entry("peritumoral")["features"].loc[["P07"]]
    expected = predict(from_bytes(bundle.models["peritumoral"]), row).iloc[0]
    assert result.signatures["Peritumoral"] == pytest.approx(expected)
    assert set(result.points) == {"Radiomics", "Peritumoral"} == set(result.signature_intervals)


def test_a_ring_changes_no_key_that_does_not_depend_on_it(ringed: Pipeline, tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path / "study", 12, settings=SMALL))
    plain = Pipeline(study, ringed.store)
    assert not {"peritumoral", "signature_peritumoral"} & set(plain.keys)
    same = {stage for stage, key in plain.keys.items() if ringed.keys[stage] == key}
    refits = {stage.name for stage in plain.stages if stage.on_demand}  # of the fused signatures too
    assert set(plain.keys) - same == {"fusion", "evaluation", "bundle"} | refits


def test_a_ring_narrower_than_a_voxel_is_one_clear_error(ringed: Pipeline, tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", settings=RING.replace("3", "0.5"))
    pipeline = Pipeline(load_study(study), Store(tmp_path / "cache"))
    with pytest.raises(StudyError, match="STUDY-NO-CASES.*Peritumoral ring: .*at least one voxel"):
        pipeline.run(silent, workers=1, only="peritumoral")


def test_a_ring_ends_at_the_edge_of_the_image() -> None:
    inside = np.zeros((8, 9, 10), bool)
    inside[:4, :4, :5] = True
    found = ring(as_image(inside.astype(np.uint8) * 2, SPACING), 20.0, label=2)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(found) == 1, around(inside, 20.0))


def test_the_ring_can_be_fused_only_where_it_is_measured() -> None:
    changes = tomllib.loads(FUSED)["settings"]
    with pytest.raises(StudyError, match="SETTINGS.*width_mm"):
        override(Settings(), changes)
    assert override(Settings(), changes | {"peritumoral": {"width_mm": 5}}).families[1] == "peritumoral"


@pytest.mark.parametrize("width", ["0", "-1", "51", "nan", '"wide"'])
def test_widths_of_no_ring_are_refused(width: str) -> None:
    with pytest.raises(StudyError, match="peritumoral.width_mm must be a finite number, above 0"):
        override(Settings(), tomllib.loads(f"peritumoral.width_mm = {width}"))
