"""The ICC filter and ComBat of a study: from study.toml through the stages to the frozen model and a case."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import ImageError, StudyError
from core.features.reproducible import reproducible
from core.methods import model, overview, preparation
from core.models.bundle import from_bundle_bytes, load_bundle, to_bundle_bytes
from core.models.combat import Harmony
from core.models.persist import from_bytes
from core.models.preparation import Metadata
from core.models.resampled import score
from core.models.signature import fit_signature, predict
from core.pipeline import Pipeline
from core.settings import HarmoniseSettings, RobustnessSettings, SelectionSettings, Settings
from core.stages import robustness
from core.stages.stage import Context
from core.store import Store
from core.study.manifest import Study, load_study
from tests.conftest import SmallRun, core
from tests.study_folder import HEADER, MANIFEST, ROWS, fault, write_rows

CHOSEN = SelectionSettings(min_icc=0.8)


@pytest.fixture
def scanned(scanned_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(scanned_run.study), Store(scanned_run.cache))


def keys(study: Study, store: Store, **settings: object) -> dict[str, str]:
    return Pipeline(replace(study, settings=replace(study.settings, **settings)), store).keys


def test_robustness_is_waited_for_only_where_selection_asks(small_study: Path, tmp_path: Path) -> None:
    study, store = load_study(small_study), Store(tmp_path)
    plain = list(keys(study, store))
    usual = [stage.name for stage in Pipeline(study, store).stages if not stage.on_demand]
    assert usual[-1] == "robustness"
    asked = list(keys(study, store, selection_radiomics=CHOSEN))
    assert asked.index("radiomics") < asked.index("robustness") < asked.index("signature_radiomics")
    assert sorted(asked) == sorted(plain)


def test_other_perturbations_make_a_signature_stale_only_where_selection_asks(
    small_study: Path, tmp_path: Path
) -> None:
    study, store, other = load_study(small_study), Store(tmp_path), RobustnessSettings(erode_mm=2.0)
    plain, moved = keys(study, store), keys(study, store, robustness=other)
    assert {name for name in plain if plain[name] != moved[name]} == {"robustness", "bundle"}
    asked = keys(study, store, selection_radiomics=CHOSEN)
    again = keys(study, store, selection_radiomics=CHOSEN, robustness=other)
    assert asked["signature_radiomics"] != again["signature_radiomics"]
    assert asked["signature_googlenet"] == again["signature_googlenet"] == plain["signature_googlenet"]


def test_another_scanner_in_the_table_makes_the_signatures_stale(scanned: Pipeline, tmp_path: Path) -> None:
    study = scanned.study
    table = study.clinical.assign(scanner=study.clinical["scanner"].fillna("GE"))
    changed = Pipeline(replace(study, clinical=table), scanned.store).keys
    different = {name for name in changed if changed[name] != scanned.keys[name]}
    assert {"signature_radiomics", "signature_resnet50", "fusion"} <= different
    assert not {"radiomics", "robustness", "modules"} & different


def test_the_signature_of_the_study_is_that_of_its_readings_and_scanners(scanned: Pipeline) -> None:
    study, entry = scanned.study, scanned.entry("signature_radiomics")
    clinical = study.clinical.set_index("patient")
    features = scanned.entry("radiomics")["features"]
    training = features.index[clinical.loc[features.index, "role"] == "training"]
    readings, least = scanned.entry("robustness")["readings"], 0.75
    batch = clinical["scanner"].astype(object).where(clinical["scanner"].notna(), None)
    fit = fit_signature(
        features.loc[training],
        clinical.loc[training, "lnm"],
        study.settings.selection_radiomics,
        study.settings.forest,
        study.settings.resampling,
        metadata=Metadata(lambda patients: reproducible(readings, patients, least), batch),
    )
    stored = entry["signature"].set_index("patient")["p"]
    np.testing.assert_array_equal(stored[training], fit.out_of_fold)
    others = features.index.difference(training)
    of = batch[others].to_numpy(object)
    np.testing.assert_array_equal(stored[others], predict(fit.model, features.loc[others], fit.harmony, of))
    told = entry["info"]["features"]
    assert told == {
        "fewest": min(fit.features),
        "most": max(fit.features),
        "refit": len(fit.harmony.features),
    }
    assert told["most"] < features.shape[1]


def test_who_cannot_be_harmonised_is_told(scanned: Pipeline, scanned_run: SmallRun) -> None:
    table = scanned.study.clinical
    for family in ("radiomics", "googlenet", "resnet50"):
        note = scanned.entry(f"signature_{family}")["info"]["note"]
        unseen = (table["scanner"] == "Philips").sum()
        assert f"1 training patient (not known) and {unseen} validation patients (Philips)" in note
    done = core("run", scanned_run.study, "--cache", scanned_run.cache, "--only", "bundle")
    assert done.returncode == 0
    assert (
        "note: Radiomics signature: ComBat by scanner cannot be applied to 1 training patient" in done.stderr
    )


def test_the_frozen_model_carries_its_combat(scanned: Pipeline, scanned_run: SmallRun) -> None:
    bundle = load_bundle(scanned_run.bundle)
    features = scanned.entry("radiomics")["features"]
    stored = Harmony.from_frame(scanned.entry("signature_radiomics")["combat"])
    of = np.full(len(features), "Siemens", object)
    pipeline = from_bytes(bundle.models["radiomics"])
    again = predict(pipeline, features, bundle.harmonies["radiomics"], of)
    np.testing.assert_array_equal(again, predict(pipeline, features, stored, of))
    assert set(bundle.harmonies) == set(bundle.models)
    back = from_bundle_bytes(to_bundle_bytes(bundle)).resampled["radiomics"]
    scores = score(back, features, of)
    np.testing.assert_array_equal(scores, score(bundle.resampled["radiomics"], features, of))
    assert (scores != score(back, features, np.full(len(features), "Canon", object))).any()


def test_a_model_without_combat_is_written_as_before(small_run: SmallRun, scanned_run: SmallRun) -> None:
    for run, version in ((small_run, 1), (scanned_run, 2)):
        data = run.bundle.read_bytes()
        assert f'"format_version": {version}'.encode() in _manifest(data)


def _manifest(data: bytes) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("manifest.json")


@pytest.mark.parametrize(("batch", "applied"), [("GE", True), ("Canon", False), (None, False)])
def test_a_case_is_harmonised_or_says_that_it_is_not(
    scanned_run: SmallRun, scanned: Pipeline, tmp_path: Path, batch: str | None, applied: bool
) -> None:
    study = scanned.study
    patient = study.patients("validation")[1]
    told = [] if batch is None else ["--batch", batch]
    done = core(
        "predict", scanned_run.bundle, study.image_path(patient), study.mask_path(patient), *told,
        "--cache", scanned_run.cache, "-o", tmp_path / "case.json",
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    found = json.loads((tmp_path / "case.json").read_text())
    assert found["combat"] == {
        "column": "scanner", "batch": batch, "known": ["GE", "Siemens"], "applied": applied
    }  # fmt: skip
    said = [w for w in found["warnings"] if w.startswith("ComBat cannot be applied")]
    assert len(said) == (not applied)
    assert all((batch or "not given") in text and "GE, Siemens" in text for text in said)
    row = scanned.entry("radiomics")["features"].loc[[patient]]
    pipeline = from_bytes(load_bundle(scanned_run.bundle).models["radiomics"])
    harmony = Harmony.from_frame(scanned.entry("signature_radiomics")["combat"])
    expected = predict(pipeline, row, harmony, np.array([batch], object)).iloc[0]
    assert found["signatures"]["Radiomics"] == pytest.approx(expected, abs=1e-12)
    low, high = found["signature_intervals"]["Radiomics"]
    assert low <= high


def test_a_batch_for_a_model_without_combat_is_one_clear_error(small_run: SmallRun, tmp_path: Path) -> None:
    study = load_study(small_run.study)
    patient = study.patients("validation")[0]
    done = core(
        "predict", small_run.bundle, study.image_path(patient), study.mask_path(patient), "--batch", "GE",
        "--cache", small_run.cache, "-o", tmp_path / "case.json",
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("[CASE-BATCH]")
    assert not (tmp_path / "case.json").exists()


def failing(*_: object) -> None:
    raise ImageError("IMAGE-NAN", "Every voxel must be finite", "3 that are not", "Repair the image.")


def robust(study: Study, cache: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The robustness stage where no case can be measured under another contour."""
    monkeypatch.setattr(robustness, "robustness_case", failing)
    computed = Pipeline(study, Store(cache))
    context = Context(study, Store(store), computed.entry, lambda *_: None, 1)
    return dict(robustness.ROBUSTNESS.make(context))


def test_no_measurable_contour_is_a_note(
    small_run: SmallRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = robust(load_study(small_run.study), small_run.cache, tmp_path, monkeypatch)
    assert found["icc"].empty
    assert found["overlap"].empty
    assert len(found["failures"]) == 24
    assert found["info"]["patients"] == 0
    assert found["info"]["note"].startswith("No ICC")
    entry = Store(tmp_path).compute("robustness", "x", lambda: found)
    assert list(entry["readings"].index.names) == ["patient", "reading"]
    with pytest.raises(StudyError, match="ICC-FEW"):
        reproducible(entry["readings"], pd.Index(["P1"]), 0.5)


def test_the_drawn_mask_is_read_as_the_radiomics_stage_did(scanned: Pipeline) -> None:
    readings, features = scanned.entry("robustness")["readings"], scanned.entry("radiomics")["features"]
    drawn = readings.xs("drawn", level="reading")
    pd.testing.assert_frame_equal(drawn, features.loc[drawn.index], check_exact=True, check_names=False)
    assert set(readings.index.unique("reading")) == {"drawn", "eroded", "dilated", "shifted", "unsteady"}


def folder(tmp_path: Path, settings: str, column: list[str] | None = None) -> Path:
    """A study of a manifest and a table, with a column of scanners."""
    (tmp_path / "study.toml").write_text(MANIFEST + settings)
    names = column or ["GE", "Siemens"] * 8
    rows = [f"{row},{name}" for row, name in zip(ROWS, names, strict=True)]
    write_rows(tmp_path, rows, f"{HEADER},scanner")
    return tmp_path


BY_SCANNER = '[settings.harmonise]\nbatch = "scanner"\n'


def test_a_study_that_harmonises_is_read(tmp_path: Path) -> None:
    assert load_study(folder(tmp_path, BY_SCANNER)).settings.harmonise.batch == "scanner"


@pytest.mark.parametrize(
    ("batch", "column", "said"),
    [
        ("vendor", None, "scanner"),
        ("lnm", None, "the outcome"),
        ("patient", None, "'patient'"),
        ("scanner", ["GE"] * 16, "GE: 12"),
        ("scanner", ["GE"] * 11 + ["Siemens"] * 5, "GE: 11; Siemens: 1"),
        ("scanner", [""] * 16, "none"),
    ],
)
def test_a_batch_that_cannot_be_used_is_one_clear_error(
    tmp_path: Path, batch: str, column: list[str] | None, said: str
) -> None:
    error = fault(folder(tmp_path, BY_SCANNER.replace("scanner", batch), column))
    assert error.code == "STUDY-BATCH"
    assert said in str(error)


def test_numbers_are_batches_as_they_are_written(tmp_path: Path) -> None:
    from core.stages.metadata import batch

    study = load_study(folder(tmp_path, BY_SCANNER, ["1.5", "3.0"] * 7 + ["3", ""]))
    assert list(batch(study))[-4:] == ["1.5", "3", "3", None]


@pytest.mark.parametrize("family", ["googlenet", "resnet50"])
def test_a_least_icc_of_deep_features_is_one_clear_error(tmp_path: Path, family: str) -> None:
    error = fault(folder(tmp_path, f"[settings.selection_{family}]\nmin_icc = 0.8\n"))
    assert error.code == "SETTINGS"
    assert "selection_radiomics alone" in str(error)


def test_the_settings_of_an_older_model_still_count(small_run: SmallRun) -> None:
    from core.models.case.predict import settings_of

    bundle = load_bundle(small_run.bundle)
    older = {name: value for name, value in bundle.settings.items() if name != "harmonise"}
    assert settings_of(replace(bundle, settings=older)).harmonise == Settings().harmonise


def test_methods_text_tells_both_steps_where_they_are_set() -> None:
    asked = replace(Settings(), selection_radiomics=CHOSEN, harmonise=HarmoniseSettings("scanner"))
    for text in (overview.methods, model.comparison):
        assert "ICC" not in text(Settings()) and "ComBat" not in text(Settings())
        said = text(asked)
        assert "in the training part of each fold, radiomics features with ICC(2,1) below 0.8" in said
        assert "harmonised by scanner with ComBat" in said
    assert "once on all training patients" in preparation.before(replace(asked, preset="published"))
    assert "ICC" not in preparation.before(asked, "googlenet")
    assert preparation.before({"forest": {"trees": 200}}) == ""  # a model frozen before either was there
