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


def test_the_parts_of_a_lesion_one_by_one(pair: tuple[sitk.Image, sitk.Image], tmp_path: Path) -> None:
    """Each part as if it had been drawn alone, the largest first; a label other than 1 on request."""
    image, mask = pair
    ball, array = sitk.GetArrayFromImage(mask), sitk.GetArrayFromImage(mask) * 2
    array[1:4, 1:4, 1:4] = 2
    both = _write(tmp_path, image, sitk.GetImageFromArray(array))
    rows = _features(tmp_path, *both, "--label", 2, "--parts", "each")
    assert list(rows["original_shape_VoxelVolume"]) == [ball.sum(), 27]
    largest = _features(tmp_path, *both, "--label", 2, "--parts", "largest")
    alone = _features(tmp_path, *_write(tmp_path, *pair))
    pd.testing.assert_frame_equal(largest, alone)
    pd.testing.assert_frame_equal(rows.iloc[:1], alone)


def _features(folder: Path, *arguments: object) -> pd.DataFrame:
    done = core("radiomics", *arguments, "-o", folder / "out.csv")
    assert done.returncode == 0, done.stderr
    return pd.read_csv(folder / "out.csv")


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


def test_audit_flags_the_paper_s_table(shared: Path, tmp_path: Path) -> None:
    table, out = shared / "reference" / "published_table1.csv", tmp_path / "audit.json"
    related = tmp_path / "r.csv"
    related.write_text("what,n,r,p,tests,rank\nbrown,88,0.22,0.04,32,2\n")
    done = core("audit", table, "--correlations", related, "--p", "0.08", "-o", out)
    assert done.returncode == 3, done.stderr
    found = json.loads(out.read_text())
    flagged = [(e["name"], e["entry"], e["reads"]) for e in found["entries"] if e["verdict"] == "cannot be"]
    assert flagged == [
        ("DLRN, training", "SPEC", "0.87"), ("DLRN, validation", "ACC", "0.89"),
        ("DLRN, validation", "SPEC", "0.73"),
    ]  # fmt: skip
    assert found["flagged"] == 3
    assert found["chi_square"]["p"] == pytest.approx(0.081, abs=5e-4)
    assert found["correlations"][0]["q_low"] > 0.5
    assert "SPEC 0.73 should read 0.87 (41/47)" in done.stderr
    right = tmp_path / "right.csv"
    right.write_text("".join(table.read_text().splitlines(keepends=True)[:4]))
    assert core("audit", right, "-o", out).returncode == 0


def test_every_command_has_help() -> None:
    for command in (
        "demo",
        "run",
        "radiomics",
        "deep",
        "tumour-volume",
        "evaluate",
        "audit",
        "modules",
        "gsva",
        "fetch",
        "bundle",
        "predict",
    ):
        assert core(command, "--help").returncode == 0
