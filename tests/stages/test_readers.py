"""Two readers, end to end: their masks, how far they agree, and what that does to the features."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from scipy.spatial.distance import cdist

from core.features.radiomics import extract
from core.pipeline import READING_STAGES, Pipeline
from core.store import Entry, Store
from core.study.manifest import load_study
from tests.conftest import core
from tests.image_study import SPACING, code, lesion, second_reader, unsteady, write_study
from tests.study_folder import edit, fault

COHORT = 'second_masks = "masks_2/{patient}.nii.gz"'
TWICE = range(8)  # of 10 patients
FEW = "[settings.robustness]\npatients = 2"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("readers") / "study", cohort=COHORT, settings=FEW)


def compared(study: Path) -> Entry:
    pipeline = Pipeline(load_study(study), Store(study.parent / "cache"))
    pipeline.run(lambda *_: None, workers=1, only="readers")
    found = pipeline.entry("readers")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def by_noise(study: Path) -> dict[float, Entry]:
    found = {}
    for noise in (0.0, 0.5, 1.5):
        second_reader(study, noise, TWICE)
        found[noise] = compared(study)
    return found


def by_reader(found: Entry, reading: str) -> pd.DataFrame:
    return found["readings"].xs(reading, level="reading")


def test_icc_falls_as_the_second_contour_gets_unsteady(by_noise: dict[float, Entry]) -> None:
    icc = {noise: found["icc"]["icc"] for noise, found in by_noise.items()}
    assert (icc[0.0] == 1).all()
    assert 1 > icc[0.5].median() > icc[1.5].median() + 0.1
    assert (icc[0.5] >= icc[1.5]).mean() > 0.8


def test_features_are_those_of_each_readers_mask(study: Path, by_noise: dict[float, Entry]) -> None:
    found, settings = by_noise[1.5], load_study(study).settings.radiomics
    for reading in ("drawn", "second"):
        assert list(by_reader(found, reading).index) == [code(i) for i in TWICE]
    image, mask = (sitk.ReadImage(str(study / part / "P03.nii.gz")) for part in ("images", "masks_2"))
    pd.testing.assert_series_equal(
        by_reader(found, "second").loc["P03"], extract(image, mask, settings), check_names=False
    )
    radiomics = Pipeline(load_study(study), Store(study.parent / "cache")).entry("radiomics")["features"]
    pd.testing.assert_frame_equal(by_reader(found, "drawn"), radiomics.loc[by_reader(found, "drawn").index])


def surface(inside: np.ndarray) -> np.ndarray:
    """Places in mm of voxels that have a neighbour across a face outside, one by one."""
    kept = []
    for place in np.argwhere(inside):
        near = place + np.vstack([np.eye(3, dtype=int), -np.eye(3, dtype=int)])
        kept += [place] if not all(inside[tuple(n)] for n in near) else []
    return np.array(kept) * SPACING[::-1]


def test_overlap_is_what_counting_gives(by_noise: dict[float, Entry]) -> None:
    table = by_noise[1.5]["overlap"].set_index("patient")
    for i in (0, 5):
        one, two = lesion(i), unsteady(i, 1.5)
        away = cdist(surface(one), surface(two))
        there, back = away.min(axis=1), away.min(axis=0)
        row = table.loc[code(i)]
        assert row["dice"] == pytest.approx(2 * (one & two).sum() / (one.sum() + two.sum()))
        assert row["mean_mm"] == pytest.approx(np.concatenate([there, back]).mean())
        assert row["hausdorff_mm"] == pytest.approx(max(there.max(), back.max()))
        expected = max(np.percentile(there, 95), np.percentile(back, 95))
        assert row["hausdorff95_mm"] == pytest.approx(expected)
        assert row["second_mm3"] == pytest.approx(two.sum() * np.prod(SPACING))


def test_a_broken_second_mask_is_left_out_by_name(study: Path, by_noise: dict[float, Entry]) -> None:
    empty = sitk.ReadImage(str(study / "masks_2" / "P02.nii.gz")) * 0
    sitk.WriteImage(empty, str(study / "masks_2" / "P02.nii.gz"))
    (study / "masks_2" / "P05.nii.gz").write_bytes(b"no mask")
    done = core("run", study, "--cache", study.parent / "cache", "--only", "readers")
    assert done.returncode == 3
    assert "left out: P02: [MASK-EMPTY] Second mask: " in done.stderr
    assert "left out: P05: [IMAGE-" in done.stderr
    pipeline = Pipeline(load_study(study), Store(study.parent / "cache"))
    found = pipeline.entry("readers")
    assert list(found["failures"]["patient"]) == ["P02", "P05"]
    assert found["info"]["patients"] == len(by_reader(found, "drawn")) == 6
    others = [p for p in by_reader(by_noise[1.5], "second").index if p not in ("P02", "P05")]
    pd.testing.assert_frame_equal(by_reader(found, "second"), by_reader(by_noise[1.5], "second").loc[others])
    # They stay in the study: its own masks are sound.
    assert not pipeline.failures() and len(pipeline.failures(READING_STAGES)) == 2


def test_one_patient_read_twice_has_an_overlap_and_no_icc(tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", cohort=COHORT, settings=FEW)
    second_reader(study, 0.5, range(1))
    found = compared(study)
    assert found["icc"].empty and len(found["overlap"]) == 1


def test_a_study_of_one_reader_has_no_such_stage(tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path / "study"))
    assert "readers" not in Pipeline(study, Store(tmp_path)).keys
    assert study.second_mask_path("P00") is None


@pytest.mark.parametrize("pattern", ["masks_2/mask.nii", "../{patient}.nii", "{patient}_{phase}.nii", ""])
def test_a_pattern_of_another_kind_is_refused(tmp_path: Path, pattern: str) -> None:
    study = write_study(tmp_path / "study", cohort=COHORT)
    edit(study, "study.toml", "masks_2/{patient}.nii.gz", pattern)
    assert "second_masks must be a file name" in str(fault(study))


def test_one_reader_named_twice_is_refused(tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", cohort=COHORT.replace("masks_2", "masks"))
    assert "second_masks must be other files than masks" in str(fault(study))
