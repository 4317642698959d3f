"""The checks page: what it says of a study is what core found, sound or not."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk
from streamlit.testing.v1 import AppTest

from core.checks.catalogue import CATALOGUE
from core.checks.cohort import counts
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.conftest import SmallRun, core
from tests.pages.conftest import open_page, said, tables

CHECKS = "pages/imaging/checks.py"


@pytest.fixture(scope="session")
def faulty(small_run: SmallRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small study with a mask elsewhere, an empty one, two in parts and a cut-off image."""
    folder = tmp_path_factory.mktemp("faulty") / "faulty"
    shutil.copytree(small_run.study, folder)
    masks = sorted((folder / "masks").iterdir())
    for k, change in ((3, _elsewhere), (5, _empty), (8, _in_parts), (11, _in_parts)):
        mask = sitk.ReadImage(str(masks[k]))
        sitk.WriteImage(change(mask), str(masks[k]))
    (image,) = (folder / "images").glob(f"{masks[14].name.split('.')[0]}_1.*")
    image.write_bytes(image.read_bytes()[:3000])
    done = core("run", folder, "--cache", small_run.cache, "--only", "key_slices")
    assert done.returncode == 3, done.stderr
    return folder


def _elsewhere(mask: sitk.Image) -> sitk.Image:
    mask.SetOrigin([v + 3 for v in mask.GetOrigin()])
    return mask


def _empty(mask: sitk.Image) -> sitk.Image:
    return mask * 0


def _in_parts(mask: sitk.Image) -> sitk.Image:
    array = sitk.GetArrayFromImage(mask)
    array[:3, 2:6, 2:6] = 1
    two = sitk.GetImageFromArray(array)
    two.CopyInformation(mask)
    return two


@pytest.fixture
def page(visit, small_run: SmallRun, faulty: Path, tmp_path: Path) -> AppTest:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "faulty").symlink_to(faulty)
    return visit(tmp_path / "studies", small_run.cache)(CHECKS)


@pytest.fixture
def findings(small_run: SmallRun, faulty: Path) -> pd.DataFrame:
    stages = Pipeline(load_study(faulty), Store(small_run.cache))
    return stages.entry("masks")["findings"]


def test_a_sound_study_says_so(visit, small_run: SmallRun, studies: Path) -> None:
    app = visit(studies, small_run.cache)(CHECKS)
    assert not app.exception and not app.error
    assert f"All 40 patients passed all {len(CATALOGUE)} checks." in said(app)
    assert list(tables(app)[-1]["Code"]) == list(CATALOGUE)
    assert "Image quality control: the images and masks of 40 patients" in "".join(c.value for c in app.code)


def test_what_was_found_is_counted_and_listed(page: AppTest, findings: pd.DataFrame) -> None:
    assert not page.exception
    assert "Of 40 patients, **3** are left out and **2** kept with a warning; 35 passed" in said(page)
    listed, catalogue = tables(page)
    assert set(listed["patient"]) == set(findings["patient"])
    for row in listed.to_dict("records"):
        own = findings[findings["patient"] == row["patient"]]
        assert {code for code in CATALOGUE if row.get(code) == "●"} == set(own["code"])
        assert row["findings"] == "; ".join(own["text"]) and row["outcome"] == own["outcome"].iloc[0]
    expected = counts(findings).set_index("code")
    assert list(catalogue["Left out"]) == list(expected["left_out"])
    assert list(catalogue["Kept with a warning"]) == list(expected["kept"])


def test_a_check_lists_its_patients_and_they_can_be_selected(page: AppTest, findings: pd.DataFrame) -> None:
    app = page.selectbox(key="check").set_value("MASK-PARTS").run()
    wanted = list(findings.loc[findings["code"] == "MASK-PARTS", "patient"])
    assert list(tables(app)[0]["patient"]) == wanted and len(wanted) == 2
    assert app.selectbox(key="patient").options == wanted
    assert any("[MASK-PARTS] 2 separate parts" in warning.value for warning in app.warning)
    app = next(b for b in app.button if b.label == "Select these 2 patients on every page").click().run()
    assert app.session_state["patients"] == tuple(wanted)


@pytest.mark.parametrize("code", ["MASK-GRID", "MASK-EMPTY", "IMAGE-TRUNCATED"])
def test_who_was_left_out_is_shown_as_far_as_possible(page: AppTest, code: str) -> None:
    app = page.selectbox(key="check").set_value(code).run()
    assert not app.exception
    assert app.error[0].value.startswith(f"[{code}]")
    without = [w.value for w in app.warning if w.value.startswith("No contour: MASK-GRID")]
    assert bool(without) == (code == "MASK-GRID")
    assert any(s.label == "Slice" for s in app.slider) == (code != "IMAGE-TRUNCATED")
    if code == "MASK-EMPTY":
        assert "n/a" in said(app)


def test_the_filter_holds(visit, small_run: SmallRun, faulty: Path, tmp_path: Path, findings) -> None:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "faulty").symlink_to(faulty)
    visit(tmp_path / "studies", small_run.cache)
    app = open_page("", filter="lnm:1|").switch_page(CHECKS).run()
    clinical = load_study(faulty).clinical.set_index("patient")
    positive = clinical.index[clinical["lnm"] == 1]
    left = findings[findings["patient"].isin(positive)]
    assert f"Of {len(positive)} patients, " in said(app)
    assert set(tables(app)[0]["patient"]) == set(left["patient"])
    assert np.array_equal(tables(app)[1]["Left out"], counts(left)["left_out"])
