"""Cohorts in the layouts of the public archives, imported in the browser from start to results."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from tests.browser import importing as on
from tests.browser.conftest import open_link, serve
from tests.study_makers import REAL, write_nact, write_tcga

pytestmark = pytest.mark.browser

SMALL = """
[radiomics]
log_sigmas = [2.0]
[robustness]
patients = 2
[forest]
trees = 20
[resampling]
repeats = 1
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_study: Path) -> Iterator[str]:
    """A server on a folder of data; a study is there already."""
    monkeypatch.setenv("NODESCOPE_DATA", str(tmp_path / "data"))
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "demo").symlink_to(small_study)
    with serve(tmp_path / "studies", tmp_path / "cache") as address:
        yield address


def test_tcga_from_barcodes_and_les_masks_to_results(tab: Page, server: str, tmp_path: Path) -> None:
    source = write_tcga(tmp_path / "data", n=15, genes=160)
    on.begin(tab, server, "TCGA breast")
    on.step(tab, "Clinical table")
    on.upload(tab, source.table)
    said = on.text(tab)
    assert (
        "are left out: date_of_initial_diagnosis" in said or "is left out: date_of_initial_diagnosis" in said
    )
    assert "N1mi, micrometastases" in said
    on.step(tab, "Images and masks")
    on.choose(tab, "Images", "On the server")
    on.fill(tab, "Folder in data", "images")
    on.switch(tab, "The masks lie in another folder")
    on.choose(tab, "Masks", "On the server")
    on.fill(tab, "Folder in data", "lesions", at=1)
    assert "16 of 17 patients have an image and a mask" in on.text(tab)
    on.look(tab)
    assert "les" in on.text(tab)
    on.step(tab, "Expression")
    on.switch(tab, "There is gene expression")
    on.choose(tab, "Expression", "On the server")
    on.fill(tab, "File in data", source.expression.name)
    assert "15 of 17 training patients have a sample" in on.text(tab)
    on.choose(tab, "Gene sets (GMT)", "On the server")
    on.fill(tab, "File in data", source.genesets.name, at=1)
    on.step(tab, "Who is in")
    assert "15 of 17 patients are in" in on.text(tab)
    on.create(tab, SMALL)
    on.press(tab, "Open it and compute")
    clinical = pd.read_csv(tmp_path / "studies/tcga_breast/clinical.csv")
    assert dict(zip(clinical["patient"], clinical["lnm"], strict=True)).items() <= source.labels.items()
    on.results(tab, server, "tcga_breast")
    on.computed(tab, tmp_path / "cache", tmp_path / "studies/tcga_breast")


def test_nact_with_its_real_patient_to_results(tab: Page, server: str, shared: Path, tmp_path: Path) -> None:
    write_nact(tmp_path / "data", shared / "data/nact_pilot" / REAL, n=9)
    on.begin(tab, server, "NACT pilot")
    on.step(tab, "Clinical table")
    on.choose(tab, "Clinical table", "On the server")
    on.fill(tab, "File in data", "clinical.xlsx")
    assert "header in row 3" in on.text(tab)
    on.step(tab, "Images and masks")
    on.choose(tab, "Images", "On the server")
    on.fill(tab, "Folder in data", "UCSF")
    assert "10 of 10 patients have an exam folder" in on.text(tab)
    on.look(tab)
    on.step(tab, "Who is in")
    on.press(tab, "Read the image headers")
    assert "GE (10)" in on.text(tab)
    on.create(tab, SMALL)
    on.press(tab, "Open it and compute")
    on.results(tab, server, "nact_pilot")
    on.computed(tab, tmp_path / "cache", tmp_path / "studies/nact_pilot")


def test_a_study_goes_out_as_an_archive_and_comes_in_beside_itself(
    tab: Page, server: str, tmp_path: Path
) -> None:
    open_link(tab, server, "data")
    tab.get_by_text("Export", exact=True).click()
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Export as one archive").click()
    waiting.value.save_as(tmp_path / "demo.zip")
    on.press(tab, "Import an archive")
    on.upload(tab, tmp_path / "demo.zip")
    on.fill(tab, "Its name here", "twin")
    tab.get_by_role("button", name="Import it").click()
    tab.wait_for_selector("text=twin is imported")  # the page says so by itself
    on.press(tab, "Open it")
    assert "This study: twin" in on.text(tab)
    assert (tmp_path / "studies/twin/study.toml").read_bytes() == (
        tmp_path / "studies/demo/study.toml"
    ).read_bytes()
