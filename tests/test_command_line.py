"""The command line: one clear error and exit 1 for each fault of the input, numbers for good input."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from tests.conftest import SmallRun, core


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[sitk.Image, sitk.Image]:
    """A small textured volume and a ball in it."""
    rng = np.random.default_rng(3)
    grid = np.indices((24, 24, 24)) - 12
    ball = ((grid**2).sum(axis=0) < 49).astype(np.uint8)
    image = sitk.GetImageFromArray(rng.normal(100, 20, (24, 24, 24)).astype(np.float32))
    return image, sitk.GetImageFromArray(ball)


def _write(folder: Path, image: sitk.Image, mask: sitk.Image, suffix: str = ".nii.gz") -> list[Path]:
    paths = [folder / f"image{suffix}", folder / f"mask{suffix}"]
    for volume, path in zip((image, mask), paths, strict=True):
        sitk.WriteImage(volume, str(path))
    return paths


def _with_nan(image: sitk.Image) -> sitk.Image:
    array = sitk.GetArrayFromImage(image)
    array[12, 12, 12] = np.nan
    return sitk.GetImageFromArray(array)


def _shifted(mask: sitk.Image) -> sitk.Image:
    other = sitk.Image(mask)
    other.SetSpacing((1.0, 1.0, 1.5))
    return other


FAULTS = {
    "MASK-GRID": lambda image, mask: (image, _shifted(mask)),
    "MASK-EMPTY": lambda image, mask: (image, mask * 0),
    "MASK-LABEL": lambda image, mask: (image, mask * 255),
    "IMAGE-NAN": lambda image, mask: (_with_nan(image), mask),
}


def _is_one_clear_error(done: object, code: str, folder: Path) -> bool:
    lines = done.stderr.strip().splitlines()
    return (
        done.returncode == 1 and len(lines) == 1 and f"[{code}]" in lines[0] and str(folder) not in lines[0]
    )


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize("command", ["radiomics", "predict"])
def test_a_faulty_pair_is_one_clear_error(
    code: str, command: str, pair: tuple[sitk.Image, sitk.Image], small_run: SmallRun, tmp_path: Path
) -> None:
    paths = _write(tmp_path, *FAULTS[code](*pair))
    before = [small_run.bundle, "--cache", small_run.cache] if command == "predict" else []
    done = core(command, *before, *paths, "-o", tmp_path / "out")
    assert _is_one_clear_error(done, code, tmp_path), done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd"])
def test_a_truncated_file_is_one_clear_error(
    suffix: str, pair: tuple[sitk.Image, sitk.Image], tmp_path: Path
) -> None:
    image, mask = _write(tmp_path, *pair, suffix)
    image.write_bytes(image.read_bytes()[: image.stat().st_size * 2 // 3])
    done = core("radiomics", image, mask, "-o", tmp_path / "out.csv")
    assert _is_one_clear_error(done, "IMAGE-TRUNCATED", tmp_path), done.stderr


def test_a_corrupt_zip_is_one_clear_error(small_run: SmallRun, tmp_path: Path) -> None:
    archive = tmp_path / "case.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("a.dcm", np.random.default_rng(0).bytes(20000))
    archive.write_bytes(archive.read_bytes()[:9000])
    done = core("predict", small_run.bundle, archive, "--cache", small_run.cache, "-o", tmp_path / "out.json")
    assert _is_one_clear_error(done, "ARCHIVE-CORRUPT", tmp_path), done.stderr


def test_an_altered_bundle_is_one_clear_error(
    pair: tuple[sitk.Image, sitk.Image], small_run: SmallRun, tmp_path: Path
) -> None:
    data = bytearray(small_run.bundle.read_bytes())
    data[len(data) // 2] ^= 255
    altered = tmp_path / "altered"
    altered.write_bytes(data)
    done = core("predict", altered, *_write(tmp_path, *pair), "-o", tmp_path / "out.json")
    assert done.returncode == 1 and done.stderr.startswith("[BUNDLE"), done.stderr


def test_a_validation_patient_is_predicted_as_the_study_did(small_run: SmallRun, tmp_path: Path) -> None:
    """A validation patient through ``predict`` gets the probability that ``run`` stored for it."""
    from core.pipeline import Pipeline
    from core.store import Store
    from core.study.manifest import load_study

    study = load_study(small_run.study)
    patient = study.patients("validation")[0]
    out = tmp_path / "p.json"
    done = core(
        "predict", small_run.bundle, study.image_path(patient), study.mask_path(patient),
        "--cache", small_run.cache, "-o", out,
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    found = json.loads(out.read_text())
    stored = Pipeline(study, Store(small_run.cache)).entry("fusion")["predictions"].set_index("patient")
    assert found["probability"] == pytest.approx(stored.at[patient, "DLRN"], rel=1e-9)
    for name, value in found["signatures"].items():
        assert value == pytest.approx(stored.at[patient, name], rel=1e-9)
    assert any("synthetic" in w for w in found["warnings"]) and any(
        "random weights" in w for w in found["warnings"]
    )


def test_the_real_patient_lies_outside(shared: Path, small_run: SmallRun, tmp_path: Path) -> None:
    folder = shared / "data/nact_pilot/UCSF-BR-06"
    archive = tmp_path / "case.zip"
    with zipfile.ZipFile(archive, "w") as z:
        for path in sorted(folder.rglob("*.dcm")):
            z.write(path, path.relative_to(folder.parent))
    out = tmp_path / "p.json"
    done = core("predict", small_run.bundle, archive, "--cache", small_run.cache, "-o", out)
    assert done.returncode == 3, done.stderr
    found = json.loads(out.read_text())
    assert 0 <= found["probability"] <= 1 and set(found["signatures"]) == {
        "Radiomics",
        "GoogLeNet",
        "ResNet50",
    }
    assert found["tumour"]["voxels"] == 41105
    assert not found["domain"]["inside"] and found["domain"]["distance"] > found["domain"]["threshold"]
    assert any("outside what the model was trained on" in w for w in found["warnings"])
    assert set(found["weights"]) == {"googlenet", "resnet50"}


def test_tumour_volume_of_the_real_patient(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/nact_pilot/UCSF-BR-06"
    (seg,) = (folder / "mask").glob("*.dcm")
    out = tmp_path / "mask.nii.gz"
    done = core(
        "tumour-volume", "--dce", folder / "image_dce_3dfgre_orig", "--pe", folder / "image_dce_pe1",
        "--ser", folder / "image_dce_ser", "--seg", seg, "-o", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["voxels"] == 41105
    assert int(sitk.GetArrayFromImage(sitk.ReadImage(str(out))).sum()) == 41105


def test_evaluate_writes_the_statistics(shared: Path, tmp_path: Path) -> None:
    folder = shared / "reference"
    out = tmp_path / "s.json"
    done = core(
        "evaluate", folder / "predictions_valid.csv", "--outcome", "y", "--models", "old", "new",
        "--train", folder / "predictions_train.csv", "-o", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())
    expected = pd.read_csv(folder / "statistics_valid.csv", index_col="name")["value"]
    assert found["models"]["new"]["auc"] == pytest.approx(expected["auc_new"], rel=1e-6)
    assert found["comparisons"][0]["delong_z"] == pytest.approx(expected["delong_z"], rel=1e-6)


def test_every_command_has_help() -> None:
    for command in (
        "demo",
        "run",
        "radiomics",
        "deep",
        "tumour-volume",
        "evaluate",
        "modules",
        "gsva",
        "fetch",
        "bundle",
        "predict",
    ):
        assert core(command, "--help").returncode == 0
