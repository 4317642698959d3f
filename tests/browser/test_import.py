"""Cohorts in the layouts of the public archives, imported in the browser from start to results."""

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from tests.browser import importing as on
from tests.browser.conftest import open_link, serve
from tests.study_makers import write_nact, write_tcga

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
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_study: Path):
    """A server on a folder of data, with a study there already."""
    monkeypatch.setenv("NODESCOPE_DATA", str(tmp_path / "data"))
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "demo").symlink_to(small_study)
    with serve(tmp_path / "studies", tmp_path / "cache") as address:
        yield address


def test_tcga_from_barcodes_and_les_masks_to_results(tab: Page, server: str, tmp_path: Path) -> None:
    source = write_tcga(tmp_path / "data")
    on.begin(tab, server, "TCGA breast")
    on.step(tab, "Clinical table")
    on.upload(tab, source.table)
    said = on.text(tab)
    assert "date_of_initial_diagnosis" in said and "left out" in said
    assert "N1mi, micrometastases" in said
    on.step(tab, "Images and masks")
    on.choose(tab, "Images", "On the server")
    on.fill(tab, "Folder in data", "images")
    on.switch(tab, "The masks lie in another folder")
    on.choose(tab, "Masks", "On the server")
    tab.get_by_label("Folder in data").nth(1).fill("lesions")
    tab.keyboard.press("Tab")
    tab.wait_for_selector("text=24 of 26 patients have an image and a mask")
    on.look(tab)
    on.step(tab, "Expression")
    on.switch(tab, "There is gene expression")
    on.choose(tab, "Expression", "On the server")
    on.fill(tab, "File in data", source.expression.name)
    tab.wait_for_selector("text=24 of 26 training patients have a sample")
