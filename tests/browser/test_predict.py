"""A case without a mask, in the browser: the box, the mask it gives, other pages, and the reload."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import settled

pytestmark = pytest.mark.browser


def test_a_box_stands_in_for_the_mask(tab: Page, address: str, shared: Path, tmp_path: Path) -> None:
    case = shared / "data" / "nact_pilot" / "UCSF-BR-06"
    whole, broken = tmp_path / "Jane_Doe.zip", tmp_path / "broken.zip"
    with zipfile.ZipFile(whole, "w") as packed:
        for file in sorted(case.rglob("*.dcm")):
            if "mask" not in file.relative_to(case).parts:
                packed.write(file, file.relative_to(case.parent))
    broken.write_bytes(b"PK\x03\x04 cut short")
    tab.goto(f"{address}/predict")
    settled(tab)
    tab.set_input_files("input[type=file]", [broken, whole])
    use = tab.get_by_role("button", name="Use this mask")
    use.wait_for()
    text = tab.inner_text("body")
    assert "Upload 1: [ARCHIVE-CORRUPT]" in text
    assert "No mask: set a box around the tumour" in text
    use.click()
    tab.get_by_role("button", name="The overlay is right").wait_for()
    text = tab.inner_text("body")
    assert "1st post-contrast" in text
    assert "Mask from a box: columns" in text
    tab.get_by_role("button", name="Change the box").click()
    use.wait_for()
    tab.reload()
    settled(tab)
    assert "No mask" not in tab.inner_text("body")
