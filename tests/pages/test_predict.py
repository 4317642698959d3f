"""The predict page: a case scored as the command line scores it, and one clear error for each fault."""

import gzip
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk
from streamlit.testing.v1 import AppTest

from tests.imaging.dicom_maker import write_series
from tests.pages.conftest import said, tables

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


def number_of_models(small_run) -> int:
    from core.models.bundle import load_bundle

    resampling = load_bundle(small_run.bundle).settings["resampling"]
    return resampling["folds"] * resampling["repeats"]


def upload(page: AppTest, image: bytes, mask: bytes) -> AppTest:
    return upload_all(page, [(image, mask)])


def upload_all(page: AppTest, pairs: list[Pair]) -> AppTest:
    for part, key in enumerate(("image", "mask")):
        files = [
            (f"Jane_Doe_{k}_{key}.nii.gz", pair[part], "application/gzip") for k, pair in enumerate(pairs)
        ]
        page.file_uploader(key=f"case_upload_{key}").set_value(files)
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
    app = confirm(app)
    assert not app.exception
    assert not app.error
    shown = json.loads(prediction_of(app))
    assert f"Probability of LNM {shown['probability']:.2f}" in said(app)
    low, high = (f"{shown[key]:.2f}" for key in ("probability_low", "probability_high"))
    assert f"Range over {shown['models']} resampled models: {low}-{high}" in said(app)
    assert shown["models"] == len(shown["resampled"]) == number_of_models(small_run)
    assert 0 <= shown["probability_low"] < shown["probability_high"] <= 1
    assert "synthetic" in said(app)
    assert "Overlay confirmed" in said(app)
    nearest = next(d for d in tables(app) if "Distance" in d)
    assert list(nearest["Distance"]) == [f"{row['distance']:.2f}" for row in shown["neighbours"]]
    assert_as_the_command_line(shown, pair, small_run)
    assert_the_report_says_the_same(app, shown, small_run)


def test_one_part_of_a_lesion_may_be_measured(page: AppTest, pair: tuple[Path, Path], tmp_path: Path) -> None:
    mask = sitk.ReadImage(str(pair[1]))
    array = sitk.GetArrayFromImage(mask)
    whole = int((array == 1).sum())
    array[:2, :4, :4] = 1
    two = sitk.GetImageFromArray(array)
    two.CopyInformation(mask)
    app = upload(page, pair[0].read_bytes(), packed(two, tmp_path))
    assert f"Tumour volume: {whole + 32:,} voxels" in said(app)
    assert any("[MASK-PARTS]" in warning.value for warning in app.warning)
    (choice,) = (box for box in app.selectbox if box.label == "Measure and score")
    assert choice.options == ["all 2 parts", f"the largest ({whole:,} voxels)", "part 2 (32 voxels)"]
    for number, voxels in ((0, whole), (1, 32), (-1, whole + 32)):
        app = next(b for b in app.selectbox if b.label == "Measure and score").set_value(number).run()
        assert not app.exception and not app.error
        assert f"Tumour volume: {voxels:,} voxels" in said(app)
        assert (f"Measured: part {number + 1} of 2" in said(app)) is (number >= 0)


def test_the_dynamic_series_may_be_chosen(page: AppTest, tmp_path: Path) -> None:
    phases = np.random.default_rng(0).integers(1, 900, (3, 5, 12, 16)).astype(np.uint16)
    write_series(tmp_path / "dicom" / "a", phases, number=1)
    write_series(tmp_path / "dicom" / "b", phases[:, :4, ::-1] * 2, description="other", number=2)
    shutil.make_archive(str(tmp_path / "case"), "zip", tmp_path / "dicom")
    app = page.segmented_control(key="case_kind").set_value("A case as zip").run()
    data = (tmp_path / "case.zip").read_bytes()
    app = app.file_uploader(key="case_upload_zip").set_value(("case.zip", data, "application/zip")).run()
    (choice,) = (box for box in app.selectbox if box.label == "Dynamic series")
    assert choice.options == [
        "series 1: 3 x 5 slices, 16 x 12, axial",
        "series 2: 3 x 4 slices, 16 x 12, axial",
    ]
    (held,) = cases_of(app)
    assert held.case.phases[0].GetSize() == (16, 12, 5)
    first, second = held.case.previews  # each series by its middle slice, on square pixels
    assert first.shape == second.shape == (192, round(192 * 16 * 0.7 / (12 * 0.8)))
    assert first.std() > 0 and not np.array_equal(first, second)
    app = choice.set_value(1).run()
    assert not app.exception and not app.error
    assert cases_of(app)[0].case.phases[0].GetSize() == (16, 12, 4)


def test_a_mask_of_several_labels_is_asked_for_the_tumour(
    page: AppTest, pair: tuple[Path, Path], small_run, tmp_path: Path
) -> None:
    mask = sitk.ReadImage(str(pair[1]))
    array = sitk.GetArrayFromImage(mask)
    whole = int((array == 1).sum())
    array[array == 1] = 3
    array[:4, :5, :6] = 2
    two = sitk.GetImageFromArray(array)
    two.CopyInformation(mask)
    app = upload(page, pair[0].read_bytes(), packed(two, tmp_path))
    assert not app.exception and not app.error
    (choice,) = (box for box in app.selectbox if box.label == "The tumour is")
    assert choice.options == ["label 2 (120 voxels)", f"label 3 ({whole:,} voxels)"]
    assert f"Tumour volume: {whole:,} voxels" in said(app) and "Measured: label 3 of 2, 3." in said(app)
    app = choice.set_value(2).run()
    assert "Tumour volume: 120 voxels" in said(app)
    assert any("[MASK-BORDER]" in warning.value for warning in app.warning)
    app = next(b for b in app.selectbox if b.label == "The tumour is").set_value(3).run()
    assert f"Tumour volume: {whole:,} voxels" in said(app)
    shown = json.loads(prediction_of(confirm(app)))
    assert_as_the_command_line(shown, pair, small_run)  # there the same voxels have label 1


def test_a_mask_on_another_grid_is_resampled_only_when_asked(
    page: AppTest, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    mask = sitk.ReadImage(str(pair[1]))
    whole = int((sitk.GetArrayViewFromImage(mask) == 1).sum())
    wider = sitk.ConstantPad(mask, [3, 3, 3], [3, 3, 3])
    app = upload(page, pair[0].read_bytes(), packed(wider, tmp_path))
    (error,) = app.error
    assert error.value.startswith("[MASK-GRID]") and not cases_of(app)[0].case
    (button,) = (b for b in app.button if b.label == "Resample the mask with nearest neighbour")
    app = button.click().run()
    assert not app.exception and not app.error
    assert f"Tumour volume: {whole:,} voxels" in said(app)
    assert any("[MASK-RESAMPLED]" in warning.value for warning in app.warning)
    assert not [b for b in app.button if b.label == "Resample the mask with nearest neighbour"]


def test_a_mask_outside_the_image_is_not_offered_to_be_resampled(
    page: AppTest, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    mask = sitk.ReadImage(str(pair[1]))
    mask.SetOrigin([v + 2000 for v in mask.GetOrigin()])
    app = upload(page, pair[0].read_bytes(), packed(mask, tmp_path))
    assert app.error[0].value.startswith("[MASK-OUTSIDE]")
    assert not [b for b in app.button if b.label.startswith("Resample")]


def confirm(app: AppTest) -> AppTest:
    next(b for b in app.button if b.label == "The overlay is right").click()
    return app.run(timeout=300)


def cases_of(app: AppTest) -> list:
    return list(app.session_state["case"].values())


def prediction_of(app: AppTest, number: int = 1) -> str:
    case = next(c for c in cases_of(app) if c.number == number)
    (result,) = case.results.values()
    return json.dumps(result.as_dict())


def assert_as_the_command_line(shown: dict, pair: tuple[Path, Path], small_run) -> None:
    from core.models.bundle import load_bundle
    from core.models.case.files import predict_files

    same = predict_files(load_bundle(small_run.bundle), list(pair), None, small_run.cache / "weights")
    assert shown == json.loads(json.dumps(same.as_dict()))


def assert_the_report_says_the_same(app: AppTest, shown: dict, small_run) -> None:
    from core.models.bundle import load_bundle
    from core.report.case_report import case_report
    from pages._ui.case import pictures

    (held,) = cases_of(app)
    picture = pictures.overlay(held.case, held.phase, held.case.key_slice)
    (result,) = held.results.values()
    page = case_report(result, load_bundle(small_run.bundle), picture, held.case.notes, "Nodescope, demo")
    assert f"Probability of LNM {shown['probability']:.2f}" in page
    assert f"{shown['probability_low']:.2f}-{shown['probability_high']:.2f}" in page
    for value in (*shown["signatures"].values(), *(row["distance"] for row in shown["neighbours"])):
        assert f"{value:.2f}" in page
    for words in ("Research use only", "synthetic study", "Nodescope, demo", "not a confidence interval"):
        assert words in page
    assert "Jane" not in page
    assert not re.search(r"(src|href)=.(https?:)?//", page)


def test_one_broken_upload_among_three_leaves_two_results(page: AppTest, pair: tuple[Path, Path]) -> None:
    good = (pair[0].read_bytes(), pair[1].read_bytes())
    app = upload_all(page, [good, truncated(*pair, Path()), good])
    assert not app.exception
    (error,) = app.error
    assert error.value.startswith("Upload 2: [IMAGE-TRUNCATED]")
    assert list(tables(app)[0]["State"]) == [
        "overlay to be confirmed", "error IMAGE-TRUNCATED", "overlay to be confirmed",
    ]  # fmt: skip
    app = confirm(app)
    app = app.segmented_control(key="case_open").set_value(3).run()
    app = confirm(app)
    assert not app.exception
    table = tables(app)[0]
    assert list(table["State"]) == ["scored", "error IMAGE-TRUNCATED", "scored"]
    first, third = (json.loads(prediction_of(app, number)) for number in (1, 3))
    assert first == third
    limits = f"{first['probability']:.2f} ({first['probability_low']:.2f}-{first['probability_high']:.2f})"
    assert list(table["P(LNM)"]) == [limits, "", limits]
    assert "Jane" not in table.to_string()
    app.file_uploader(key="case_upload_image").set_value([("a.nii.gz", good[0], "application/gzip")]).run()
    app.file_uploader(key="case_upload_mask").set_value([("b.nii.gz", good[1], "application/gzip")]).run()
    assert [c.number for c in cases_of(app)] == [1]


def test_an_image_without_its_mask_waits(page: AppTest, pair: tuple[Path, Path]) -> None:
    page.file_uploader(key="case_upload_image").set_value(("a.nii.gz", pair[0].read_bytes(), ""))
    app = page.run()
    assert not app.exception
    assert "each image needs its mask" in said(app)


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
