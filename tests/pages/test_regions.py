"""Pages of a study with a second reader and a peritumoral ring: what stands there is what core gives."""

from pathlib import Path

import pytest
import SimpleITK as sitk

from core.figures.text import number
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun, core
from tests.image_study import second_reader, write_study
from tests.pages.conftest import PAGES, said, tables
from tests.stages.test_peritumoral import FUSED, RING, SMALL

ROBUSTNESS, FEATURES = "pages/imaging/robustness.py", "pages/imaging/features.py"
NOMOGRAM, TUNING = "pages/model/nomogram.py", "pages/model/tuning.py"


@pytest.fixture(scope="session")
def regions(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """Twelve patients, nine of them with second masks, of which one is empty; computed in full."""
    folder = tmp_path_factory.mktemp("regions")
    second = 'second_masks = "masks_2/{patient}.nii.gz"'
    study = write_study(folder / "studies" / "two", 12, cohort=second, settings=SMALL + FUSED + RING)
    second_reader(study, 1.0, range(9))
    empty = study / "masks_2" / "P04.nii.gz"
    sitk.WriteImage(sitk.ReadImage(str(empty)) * 0, str(empty))
    done = core("run", study, "--cache", folder / "cache")
    assert done.returncode == 3, done.stderr
    return Pipeline(load_study(study), Store(folder / "cache"))


@pytest.fixture
def opened(visit, regions: Pipeline):
    return visit(regions.study.root.parent, regions.store.root)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands(page: str, opened) -> None:
    app = opened(page)
    assert not app.exception
    assert not app.error


def test_two_readers_come_first_and_perturbed_contours_are_a_choice(opened, regions: Pipeline) -> None:
    found = regions.entry("readers")
    icc, overlap = found["icc"]["icc"], found["overlap"].set_index("patient")
    app = opened(ROBUSTNESS)
    text = said(app)
    assert f"**{(icc >= 0.75).sum():,} of {len(icc):,}** features" in text
    assert f"contours of 8 patients; median ICC {number(icc.median())}." in text
    cases = tables(app)[0].set_index("Patient")
    assert list(cases["Dice"]) == [number(v, 3) for v in sorted(overlap["dice"])]
    rows = overlap.loc[cases.index]
    assert list(cases["Mean surface distance (mm)"]) == [number(v) for v in rows["mean_mm"]]
    assert list(cases["95% Hausdorff distance (mm)"]) == [number(v, 1) for v in rows["hausdorff95_mm"]]
    left_out = tables(app)[1]
    assert list(left_out["patient"]) == ["P04"] and "Second mask" in left_out["message"].iloc[0]
    app.session_state["contours"] = "Perturbed contours"
    text = said(app.run())
    icc = regions.entry("robustness")["icc"]["icc"]
    assert f"**{(icc >= 0.75).sum():,} of {len(icc):,}** features" in text
    assert "over 5 contours of each of 12 patients" in text


def test_a_filter_that_leaves_nobody_with_two_readings_is_one_sentence(opened) -> None:
    app = opened(ROBUSTNESS, filter="patient:P11|")
    assert not app.exception
    assert [i.value for i in app.info] == ["None of the patients measured here passes the filter."]


def test_a_study_of_one_reader_says_how_to_name_another(visit, studies: Path, small_run: SmallRun) -> None:
    app = visit(studies, small_run.cache)(ROBUSTNESS)
    assert "`second_masks` of a cohort in study.toml" in said(app)
    assert not [b for b in app.get("button_group") if b.label == "Other contours"]


def test_the_ring_is_a_family_of_the_features_page(opened, regions: Pipeline) -> None:
    app = opened(FEATURES, family="Peritumoral")
    assert "Peritumoral features differ in the training cohort" in said(app)
    assert "outside the tumour, at most 3 mm from one of its" in "".join(c.value for c in app.code)
    columns = len(regions.entry("peritumoral")["features"].columns)
    assert f" of {columns:,}** Peritumoral" in said(app)
    assert tables(app)[0]["Feature"].str.startswith("ring ").all()


def test_the_ring_is_a_model_among_the_others(opened, regions: Pipeline) -> None:
    metrics = regions.entry("evaluation")["metrics"]
    table = next(t for t in tables(opened("pages/model/comparison.py")) if "Model" in t and "AUC" in t)
    assert list(table["Model"]) == list(metrics["model"])
    assert "Radiomics and the Peritumoral signature" in "".join(c.value for c in opened(NOMOGRAM).code)
    shown = next(t for t in tables(opened("pages/study/patient.py")) if "Risk group" in t)
    assert list(shown["Signature"]) == ["Radiomics", "Peritumoral", "GoogLeNet", "ResNet50", "DLRN"]


def test_the_ring_can_be_tuned(opened) -> None:
    app = opened(TUNING, tuned="Peritumoral")
    assert not app.error
    assert "Performance at the cut-off" in said(app)
    assert any("Peritumoral" in table for table in tables(app))
