"""A published table is edited in the browser: the flag comes, stays across pages, and goes."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import go_to, open_link, settled

pytestmark = pytest.mark.browser
ACC = 7  # column


def test_an_edited_cell_is_flagged(tab: Page, address: str, tmp_path: Path) -> None:
    text = open_link(tab, address, "audit")
    assert "3 cannot be right" in text
    _edit_first_row(tab, "0.80")
    flagged = tab.get_by_text("4 cannot be right (Radiomics, training: ACC 0.80")
    flagged.wait_for()
    expect(tab.get_by_text("ACC 0.80 should read 0.88 (77/88)")).to_be_visible()
    go_to(tab, "Report", "Published results")
    go_to(tab, "Report", "Audit")
    flagged.wait_for()
    _edit_first_row(tab, "0.88")
    tab.get_by_text("3 cannot be right").wait_for()
    table = tmp_path / "table.csv"
    table.write_text("model,cohort,n,positives,acc,sen,spec\nmine,one,20,10,0.75,1.00,0.50\n")
    tab.get_by_role("button", name="Another table").first.click()
    tab.set_input_files("input[type=file]", [table])
    tab.get_by_text("No entry is flagged").wait_for()


def _edit_first_row(tab: Page, value: str) -> None:
    grid = tab.get_by_test_id("stDataFrame").first
    box = grid.bounding_box()
    tab.mouse.click(box["x"] + 60, box["y"] + 52)  # the model of the first row
    _selected(tab, 0)
    for column in range(ACC):  # one at a time: the grid moves on from what it last drew
        tab.keyboard.press("ArrowRight")
        _selected(tab, column + 1)
    tab.keyboard.press("Enter")
    tab.locator("#portal").locator("input, textarea").fill(value)
    tab.keyboard.press("Enter")
    settled(tab)


def _selected(tab: Page, column: int) -> None:
    cell = tab.get_by_test_id("stDataFrame").first.get_by_test_id(f"glide-cell-{column + 1}-0")
    cell.and_(tab.locator("[aria-selected=true]")).wait_for(state="attached")
