"""Occlusion maps of the small study: of the signature it stores, kept once; a new case leaves no trace."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.models.bundle import load_bundle
from core.models.case.features import same_weights
from core.pipeline import Pipeline
from core.settings import OcclusionSettings
from core.stages.occlusion import PatientOcclusion, case_occlusion
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun

COARSE = OcclusionSettings(side=112, step=56)


@pytest.fixture
def stored(small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(small_run.study), Store(small_run.cache))


def work(stored: Pipeline, patient: str, store: Store) -> PatientOcclusion:
    info, slices = stored.entry("googlenet")["info"], stored.entry("key_slices")
    chosen = same_weights(info, "googlenet", stored.study.settings.deep, stored.store.root / "weights")
    at = list(slices["index"]["patient"]).index(patient)
    return PatientOcclusion(store, chosen, stored.entry("signature_googlenet"), slices["patches"][at], COARSE)


def test_the_whole_patch_has_the_probability_of_the_study(stored: Pipeline, tmp_path: Path) -> None:
    signature = stored.entry("signature_googlenet")["signature"].set_index("patient")["p"]
    validation = stored.study.patients("validation")[1]
    found = work(stored, validation, Store(tmp_path)).computed()
    assert found.base == signature[validation]
    assert found.changes.shape == (3, 3)
    assert np.abs(found.changes).max() > 0


def test_a_map_is_computed_once_and_kept(stored: Pipeline, tmp_path: Path) -> None:
    patient = stored.study.patients("training")[0]
    one = work(stored, patient, Store(tmp_path))
    assert one.found() is None
    rows: list[int] = []
    first = one.computed(lambda done, total: rows.append(done))
    assert rows == [1, 2, 3]
    again = work(stored, patient, Store(tmp_path))
    for kept in (again.found(), again.computed(lambda done, total: rows.append(done))):
        assert kept.base == first.base
        np.testing.assert_array_equal(kept.heat, first.heat)
    assert rows == [1, 2, 3]
    assert replace(again, settings=OcclusionSettings(112, 112)).found() is None
    other = work(stored, stored.study.patients("training")[1], Store(tmp_path))
    assert other.found() is None


def test_a_new_case_has_the_same_map_as_in_its_study_and_is_stored_nowhere(
    stored: Pipeline, small_run: SmallRun, tmp_path: Path, monkeypatch
) -> None:
    from core.imaging.opening import case_mask, open_pair

    patient = stored.study.patients("validation")[0]
    bundle = load_bundle(small_run.bundle)
    bundle.settings["occlusion"] = {"side": 112, "step": 56}
    images = open_pair(stored.study.image_path(patient), stored.study.mask_path(patient))
    wanted = work(stored, patient, Store(tmp_path)).computed()
    monkeypatch.setattr(Store, "compute", lambda *_: pytest.fail("a case was put into the store"))
    weights = small_run.cache / "weights"
    found, key = case_occlusion(bundle, images.phases[0], case_mask(images), "googlenet", weights)
    assert found.base == wanted.base
    np.testing.assert_array_equal(found.changes, wanted.changes)
    assert key.patch.shape == (224, 224)
