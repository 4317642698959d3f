"""The predict page: a case scored as the command line scores it, and one clear error for each fault."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import said

PAGE = "pages/case/predict.py"
Pair = tuple[bytes, bytes]


@pytest.fixture
def page(visit, small_run, tmp_path: Path) -> AppTest:
    studies = tmp_path / "studies"
    studies.mkdir()
    (studies / "demo").symlink_to(small_run.study)
    app = visit(studies, small_run.cache)(PAGE)
    return app.segmented_control(key="case_kind").set_value("An image and its mask").run()


@pytest.fixture(scope="session")
def pair(small_study: Path) -> tuple[Path, Path]:
    """Image and mask of the first patient of the small study's validation cohort."""
    from core.study.manifest import load_study

    study = load_study(small_study)
    patient = study.patients("validation")[0]
    return study.image_path(patient), study.mask_path(patient)


def upload(page: AppTest, image: bytes, mask: bytes) -> AppTest:
    for key, data in (("image", image), ("mask", mask)):
        page.file_uploader(key=f"case_upload_{key}").set_value(
            (f"Jane_Doe_{key}.nii.gz", data, "application/gzip")
        )
    return page.run()


def packed(image: sitk.Image, folder: Path) -> bytes:
    sitk.WriteImage(image, str(folder / "x.nii.gz"))
    return (folder / "x.nii.gz").read_bytes()


def other_grid(image: Path, mask: Path, folder: Path) -> Pair:
    moved = sitk.ReadImage(str(mask))
    moved.SetOrigin([v + 20 for v in moved.GetOrigin()])
    return image.read_bytes(), packed(moved, folder)


def empty_mask(image: Path, mask: Path, folder: Path) -> Pair:
    return image.read_bytes(), packed(sitk.ReadImage(str(mask)) * 0, folder)


def nan_in_tumour(image: Path, mask: Path, folder: Path) -> Pair:
    read = sitk.ReadImage(str(image), sitk.sitkFloat32)
    values = sitk.GetArrayFromImage(read)
    values[tuple(np.argwhere(sitk.GetArrayViewFromImage(sitk.ReadImage(str(mask))) == 1)[0])] = np.nan
    spoilt = sitk.GetImageFromArray(values)
    spoilt.CopyInformation(read)
    return packed(spoilt, folder), mask.read_bytes()


def truncated(image: Path, mask: Path, _: Path) -> Pair:
    whole = gzip.decompress(image.read_bytes())
    return gzip.compress(whole[: len(whole) // 2]), mask.read_bytes()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (other_grid, "MASK-GRID"), (empty_mask, "MASK-EMPTY"), (nan_in_tumour, "IMAGE-NAN"),
        (truncated, "IMAGE-TRUNCATED"),
    ],
)  # fmt: skip
def test_a_fault_is_one_clear_error(
    page: AppTest, pair: tuple[Path, Path], tmp_path: Path, spoil: Callable[..., Pair], code: str
) -> None:
    app = upload(page, *spoil(*pair, tmp_path))
    assert not app.exception
    (error,) = app.error
    assert error.value.startswith(f"[{code}]")
    assert "Jane" not in error.value
    assert "/" not in error.value.replace("NaN/Inf", "")
    assert not [b for b in app.button if b.label == "The overlay is right"]


def test_a_corrupt_zip_is_one_clear_error(page: AppTest) -> None:
    app = page.segmented_control(key="case_kind").set_value("A case as zip").run()
    app.file_uploader(key="case_upload_zip").set_value(
        ("case.zip", b"PK\x03\x04 not whole", "application/zip")
    )
    (error,) = app.run().error
    assert error.value.startswith("[ARCHIVE-CORRUPT]")


def test_nothing_is_predicted_before_the_overlay_is_confirmed(
    page: AppTest, pair: tuple[Path, Path], small_run
) -> None:
    app = upload(page, *(path.read_bytes() for path in pair))
    assert not app.exception
    assert "Tumour volume:" in said(app)
    assert "Probability of LNM" not in said(app)
    next(b for b in app.button if b.label == "The overlay is right").click()
    app.run(timeout=300)
    assert not app.exception
    assert not app.error
    shown = json.loads(prediction_of(app))
    assert f"Probability of LNM {shown['probability']:.2f}" in said(app)
    assert "synthetic" in said(app)
    assert_as_the_command_line(shown, pair, small_run)


def prediction_of(app: AppTest) -> str:
    return json.dumps(app.session_state["case_result"][1].as_dict())


def assert_as_the_command_line(shown: dict, pair: tuple[Path, Path], small_run) -> None:
    from core.models.bundle import load_bundle
    from core.models.case import predict_files

    same = predict_files(load_bundle(small_run.bundle), list(pair), None, small_run.cache / "weights")
    assert shown == json.loads(json.dumps(same.as_dict()))


def test_uploads_leave_no_trace_on_disk(
    page: AppTest, pair: tuple[Path, Path], monkeypatch, tmp_path: Path
) -> None:
    work = tmp_path / "tmp"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    upload(page, *(path.read_bytes() for path in pair))
    assert list(work.rglob("*")) == []


def test_the_case_is_still_there_after_a_look_at_another_page(page: AppTest, pair: tuple[Path, Path]) -> None:
    app = upload(page, *(path.read_bytes() for path in pair))
    app = app.switch_page("pages/study/cohorts.py").run().switch_page(PAGE).run()
    assert "Tumour volume:" in said(app)
    next(b for b in app.button if b.label == "Remove the case").click().run()
    assert "Tumour volume:" not in said(app)
    assert "case" not in app.session_state
