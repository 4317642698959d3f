"""Pictures of docs/own_data.md: a simulated TCGA-like cohort, imported from start to results.

``python docs/take_guide_screenshots.py`` writes docs/guide/*.webp; it takes a few minutes.
"""

import io
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.study.demo import write_demo  # noqa: E402
from tests.browser import importing as on  # noqa: E402
from tests.browser.conftest import CHROMIUM, FLAGS, serve, settled  # noqa: E402
from tests.study_makers import Source, write_tcga  # noqa: E402

OUT = ROOT / "docs" / "guide"
WIDTH, TALLEST = 1180, 3000
# Small settings: these pictures show the way, not a result.
SETTINGS = "[forest]\ntrees = 50\n\n[resampling]\nrepeats = 2\n\n[robustness]\npatients = 4"


def main() -> None:
    """Go through the import, a picture at each step."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:  # the study still computes
        root = Path(work)
        source = write_tcga(root / "data", n=20)
        write_demo(root / "studies" / "demo", small=True)  # as on every server: it is there already
        os.environ["NODESCOPE_DATA"] = str(root / "data")
        with serve(root / "studies", root / "cache") as address, sync_playwright() as driver:
            chromium = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            tab = chromium.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
            tab.set_default_timeout(180_000)
            _walk(tab, address, source)
            chromium.close()


def _walk(tab: Page, address: str, source: Source) -> None:
    on.begin(tab, address, "TCGA breast")
    _take(tab, "1_name", end="Next")
    on.step(tab, "Clinical table")
    on.upload(tab, source.table)
    _take(tab, "2_table", end="Columns")
    _take(tab, "3_columns", "Columns", "Node status")
    _take(tab, "4_node_status", "Node status", "Cohorts")
    on.step(tab, "Images and masks")
    on.choose(tab, "Images", "On the server")
    on.fill(tab, "Folder in data", "images")
    on.switch(tab, "The masks lie in another folder")
    on.choose(tab, "Masks", "On the server")
    on.fill(tab, "Folder in data", "lesions", at=1)
    _take(tab, "6_images", "Images and masks", "Does the mask")
    on.look(tab)
    _take(tab, "7_overlay", "Does the mask")
    on.step(tab, "Expression")
    on.switch(tab, "There is gene expression")
    on.choose(tab, "Expression", "On the server")
    on.fill(tab, "File in data", source.expression.name)
    on.choose(tab, "Gene sets (GMT)", "On the server")
    on.fill(tab, "File in data", source.genesets.name, at=1)
    _take(tab, "8_expression")
    on.step(tab, "Who is in")
    _take(tab, "9_who_is_in")
    on.create(tab, SETTINGS)
    _take(tab, "10_created")
    on.press(tab, "Open it and compute")
    on.results(tab, address, "tcga_breast")
    _take(tab, "11_results", end="From images to pathways")


def _take(tab: Page, name: str, start: str = "", end: str = "") -> None:
    """The page from one heading to the next, as tall as it needs to be."""
    tall = tab.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight") + 40
    tab.set_viewport_size({"width": WIDTH, "height": max(900, min(tall, TALLEST))})
    tab.wait_for_timeout(1500)  # figures fit themselves to the new size
    settled(tab)
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("RGB")
    left = tab.locator("[data-testid=stMainBlockContainer]").bounding_box()["x"]
    top = _edge(tab, start, "y") - 14 if start else 50
    bottom = _edge(tab, end, "y") - 8 if end else _edge(tab, "", "end")
    cut = picture.crop((int(left), int(top), WIDTH, int(min(bottom, picture.height))))
    cut.save(OUT / f"{name}.webp", quality=80, method=6)
    print(name, f"{(OUT / f'{name}.webp').stat().st_size / 1000:.0f} kB")
    tab.set_viewport_size({"width": WIDTH, "height": 900})


def _edge(tab: Page, heading: str, side: str) -> float:
    """Where a heading (or the button Next, or with none the last thing on the page) stands."""
    if heading == "Next":
        return tab.get_by_role("button", name="Next").first.bounding_box()["y"]
    if not heading:
        last = "[data-testid=stMainBlockContainer] > div > *:last-child"
        box = tab.locator(last).last.bounding_box()
        return box["y"] + box["height"] + 20
    box = tab.get_by_role("heading", name=heading).last.bounding_box()
    return box[side]


if __name__ == "__main__":
    main()
