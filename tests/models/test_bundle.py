import io
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BundleError
from core.models.bundle import Bundle, from_bundle_bytes, load_bundle, save_bundle, to_bundle_bytes
from core.models.case.files import predict_files
from core.models.covariates import describe, read
from core.models.domain import fit_domain, measure
from core.models.fusion import fit_fusion, predict_fusion
from core.models.interval import spread
from core.models.nomogram import points
from core.models.persist import from_bytes, to_bytes
from core.models.resampled import score
from core.models.sealed_zip import seal, unseal
from core.models.signature import fit_signature, predict
from core.settings import Settings, as_dict
from tests.models.conftest import FOREST, RESAMPLING, SELECTION


@pytest.fixture(scope="session")
def bundle(cohort, fit) -> Bundle:
    X, y = cohort
    signatures = pd.DataFrame(
        {"Radiomics": fit.out_of_fold, "GoogLeNet": fit.out_of_fold.iloc[::-1].to_numpy()}
    )
    fused = fit_fusion(signatures, y, RESAMPLING)
    kept = fit_signature(X, y, SELECTION, FOREST, RESAMPLING, keep_models=True)
    return Bundle(
        study="Demo",
        synthetic=True,
        preset="leak_free",
        settings=as_dict(Settings()),
        models={"radiomics": to_bytes(fit.model)},
        coefficients=fused.coefficients,
        axes=fused.axes,
        thresholds={"Radiomics": 0.4, "DLRN": 0.5},
        training=signatures.assign(lnm=y, DLRN=fused.out_of_fold),
        domain=fit_domain(X),
        weights={"googlenet": {"kind": "random", "identity": "seed 1", "label": "seeded random weights"}},
        phase=1,
        resampled={"radiomics": kept.resampled, "googlenet": kept.resampled},
        medians=fit.medians.reset_index().assign(family="radiomics")[["family", "component", "median"]],
    )


@pytest.fixture(scope="session")
def data(bundle: Bundle) -> bytes:
    return to_bundle_bytes(bundle)


def test_round_trip_gives_the_same_predictions(cohort, fit, bundle: Bundle, tmp_path: Path) -> None:
    X, _ = cohort
    save_bundle(tmp_path / "model.zip", bundle)
    back = load_bundle(tmp_path / "model.zip")
    assert predict(from_bytes(back.models["radiomics"]), X).equals(predict(fit.model, X))
    signatures = bundle.training[["Radiomics", "GoogLeNet"]]
    assert predict_fusion(back.coefficients, signatures).equals(
        predict_fusion(bundle.coefficients, signatures)
    )
    assert measure(back.domain, X).equals(measure(bundle.domain, X))
    assert back.axes.equals(bundle.axes)
    assert (back.thresholds, back.weights, back.phase) == (bundle.thresholds, bundle.weights, 1)
    assert back.settings == json.loads(json.dumps(bundle.settings))
    assert back.medians.equals(bundle.medians)
    assert (score(back.resampled["radiomics"], X) == score(bundle.resampled["radiomics"], X)).all()


NAMES = {"radiomics": "Radiomics", "googlenet": "GoogLeNet", "resnet50": "ResNet50"}


def test_the_interval_is_that_of_the_resampled_models(cohort, bundle: Bundle) -> None:
    row = cohort[0].iloc[5]
    found = spread(bundle, {"radiomics": row, "googlenet": row}, NAMES)
    assert found is not None
    p = score(bundle.resampled["radiomics"], row.to_frame().T)[0]
    coef = bundle.coefficients.set_index("name")["coef"]
    logits = coef["Intercept"] + (coef["Radiomics"] + coef["GoogLeNet"]) * p
    expected = 1 / (1 + np.exp(-logits))
    np.testing.assert_allclose(found.probabilities, expected)
    np.testing.assert_allclose((found.low, found.high), np.quantile(expected, [0.025, 0.975]))
    np.testing.assert_allclose(found.signatures["Radiomics"], np.quantile(p, [0.025, 0.975]))


def test_a_file_made_before_models_were_kept_still_scores(cohort, bundle: Bundle, data: bytes) -> None:
    content, members = unseal(data)
    older = {n: m for n, m in members.items() if not n.startswith("resampled/") and "medians" not in n}
    back = from_bundle_bytes(seal(content, older))
    row = cohort[0].iloc[5]
    assert (back.resampled, back.medians.empty) == ({}, True)
    assert spread(back, {"radiomics": row, "googlenet": row}, NAMES) is None
    assert predict(from_bytes(back.models["radiomics"]), cohort[0]).between(0, 1).all()


def test_no_code_of_a_patient_is_in_the_file(cohort, bundle: Bundle) -> None:
    # Long codes: three letters turn up by chance in so many bytes of numbers.
    codes = pd.Index([f"PATIENT-{i:03d}" for i in range(len(cohort[0]))], name="patient")
    X, y = (part.set_axis(codes) for part in cohort)
    kept = fit_signature(X, y, SELECTION, FOREST, RESAMPLING, keep_models=True)
    training = bundle.training.set_axis(codes).reset_index()
    named = replace(
        bundle,
        training=training,
        domain=fit_domain(X),
        models={"radiomics": to_bytes(kept.model)},
        resampled={"radiomics": kept.resampled},
        medians=kept.medians.reset_index().assign(family="radiomics"),
    )
    data = to_bundle_bytes(named)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    assert "patient" not in from_bundle_bytes(data).training
    assert not any(str(code).encode() in b"".join(members.values()) for code in codes)
    tables = [pd.read_parquet(io.BytesIO(m)) for name, m in members.items() if name.endswith(".parquet")]
    texts = {str(v) for t in tables for c in t.select_dtypes("object") for v in t[c]}
    assert not (texts | {str(c) for t in tables for c in (*t.columns, *t.index)}) & set(codes)


def _refused(data: bytes, code: str) -> None:
    with pytest.raises(BundleError) as error:
        from_bundle_bytes(data)
    assert error.value.code == code
    assert error.value.fix


@pytest.mark.parametrize("end", [0, 3, 500, -1, -200])
def test_truncated(data: bytes, end: int) -> None:
    _refused(data[:end], "BUNDLE-READ")


def test_not_a_bundle(tmp_path: Path) -> None:
    _refused(b"anything", "BUNDLE-READ")
    _refused(seal({"format": "another"}, {}), "BUNDLE-READ")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "no manifest")
    _refused(buffer.getvalue(), "BUNDLE-READ")
    with pytest.raises(BundleError, match="no readable file") as error:
        load_bundle(tmp_path / "absent.zip")
    assert "absent" not in str(error.value)
    with pytest.raises(BundleError, match="BUNDLE-READ"):
        load_bundle(tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_is_found_or_harmless(data: bytes, bundle: Bundle, draw: st.DataObject) -> None:
    place = draw.draw(st.integers(0, len(data) - 1))
    changed = data[:place] + bytes([data[place] ^ draw.draw(st.integers(1, 255))]) + data[place + 1 :]
    try:
        back = from_bundle_bytes(changed)
    except BundleError:
        return
    # Some bytes of a zip are dates and hints that nothing reads.
    assert back.models == bundle.models
    assert back.coefficients.equals(bundle.coefficients)
    assert back.thresholds == bundle.thresholds
    assert back.resampled["radiomics"].learners.nodes.equals(bundle.resampled["radiomics"].learners.nodes)


def _rewritten(data: bytes, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_edited_members_are_found(data: bytes) -> None:
    def cutoff(members) -> None:
        members["manifest.json"] = members["manifest.json"].replace(b'"DLRN": 0.5', b'"DLRN": 0.1')

    def model(members) -> None:
        members["models/radiomics.skops"] += b"x"

    def extra(members) -> None:
        members["models/more.skops"] = b"x"

    def fewer(members) -> None:
        del members["tables/axes.parquet"]

    for change in (cutoff, model, extra, fewer):
        _refused(_rewritten(data, change), "BUNDLE-ALTERED")


def test_well_sealed_nonsense_is_refused(data: bytes) -> None:
    content, members = unseal(data)
    _refused(seal(content | {"thresholds": 3}, members), "BUNDLE-READ")
    _refused(seal({k: v for k, v in content.items() if k != "preset"}, members), "BUNDLE-READ")
    _refused(seal(content, members | {"tables/axes.parquet": b"x"}), "BUNDLE-READ")
    _refused(
        seal(content, members | {"tables/axes.parquet": members["tables/training.parquet"]}), "BUNDLE-READ"
    )
    _refused(
        seal(content, members | {"domain/limits.parquet": members["tables/axes.parquet"]}), "BUNDLE-DOMAIN"
    )
    _refused(
        seal(content, members | {"resampled/radiomics/nodes.parquet": members["tables/axes.parquet"]}),
        "BUNDLE-RESAMPLED",
    )
    _refused(seal(content, members | {"resampled/radiomics/nodes.parquet": b"x"}), "BUNDLE-READ")
    _refused(seal(content, members | {"resampled/more/nodes.parquet": b"x"}), "BUNDLE-READ")
    _refused(seal(content | {"scikit-learn": "0.1.0"}, members), "BUNDLE-VERSION")
    _refused(seal(content | {"format_version": 99}, members), "BUNDLE-VERSION")


def test_a_pipe_or_a_device_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path / "fifo", Path("/dev/zero")):
        with pytest.raises(BundleError, match="BUNDLE-READ"):
            load_bundle(path)


def test_settings_of_another_version_are_told_before_the_case_is_read(bundle: Bundle) -> None:
    other = replace(bundle, settings={**bundle.settings, "telepathy": {"range": 3}})
    with pytest.raises(BundleError, match=r"BUNDLE-VERSION.*telepathy.*Freeze the model again"):
        predict_files(other, [Path("absent.nii")] * 2, None, Path())


def test_a_zip_of_too_many_or_too_large_members(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    _refused(seal({"format": "nodescope-bundle"}, {f"m{i}": b"" for i in range(100)}), "BUNDLE-READ")
    monkeypatch.setattr("core.models.sealed_zip.LARGEST", 10_000)
    _refused(data, "BUNDLE-READ")


@pytest.fixture(scope="session")
def clinical(bundle: Bundle) -> Bundle:
    """The same patients with two covariates on the nomogram."""
    training, rng = bundle.training, np.random.default_rng(6)
    values = pd.DataFrame({"age": rng.integers(30, 80, len(training)).astype(float)}, index=training.index)
    values["stage"] = rng.choice(["I", "II", "III"], len(training))
    fused = fit_fusion(training[["Radiomics", "GoogLeNet"]].join(values), training["lnm"], RESAMPLING)
    return replace(bundle, coefficients=fused.coefficients, axes=fused.axes, covariates=describe(values))


def test_covariates_travel_with_the_model(clinical: Bundle, bundle: Bundle, data: bytes) -> None:
    sealed = to_bundle_bytes(clinical)
    back = from_bundle_bytes(sealed)
    pd.testing.assert_frame_equal(back.covariates, clinical.covariates, check_dtype=False)
    given = read(back.covariates, [("age", "51"), ("stage", "II")])
    case = pd.DataFrame([{"Radiomics": 0.4, "GoogLeNet": 0.6} | given])
    assert predict_fusion(back.coefficients, case).equals(predict_fusion(clinical.coefficients, case))
    pd.testing.assert_frame_equal(points(back.axes, case), points(clinical.axes, case))
    # Older versions, which would score without them, must refuse the file.
    assert unseal(sealed)[0]["format_version"] == 3
    assert unseal(data)[0]["format_version"] == 1 and "tables/covariates.parquet" not in unseal(data)[1]
    assert from_bundle_bytes(data).covariates.empty


def test_the_interval_holds_the_covariates_still(cohort, clinical: Bundle) -> None:
    row = cohort[0].iloc[5]
    rows, given = {"radiomics": row, "googlenet": row}, {"age": 51.0, "stage": "III"}
    found = spread(clinical, rows, NAMES, None, given)
    p = score(clinical.resampled["radiomics"], row.to_frame().T)[0]
    table = pd.DataFrame({"Radiomics": p, "GoogLeNet": p, **given})
    np.testing.assert_allclose(found.probabilities, predict_fusion(clinical.coefficients, table))


def test_covariates_that_do_not_fit_the_nomogram_are_refused(clinical: Bundle) -> None:
    content, members = unseal(to_bundle_bytes(clinical))
    other = clinical.covariates.replace({"covariate": {"age": "size"}, "level": {"III": "IV"}})
    for table in (other, clinical.covariates.assign(low="x"), clinical.covariates.drop(columns="n")):
        buffer = io.BytesIO()
        table.to_parquet(buffer)
        _refused(seal(content, members | {"tables/covariates.parquet": buffer.getvalue()}), "BUNDLE-READ")
