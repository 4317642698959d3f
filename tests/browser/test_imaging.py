"""A click on a feature shows its patients; a click on a tile opens the patient, and the slider its slices."""

import shutil
from pathlib import Path

import pytest
import SimpleITK as sitk
from playwright.sync_api import Page

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import open_link, serve, settled
from tests.conftest import core

pytestmark = pytest.mark.browser
# Where on the page a point of a chart stands: that of a feature, or the middle of a bar of a patient.
PLACE = """
([chart, name]) => {
    const plot = document.querySelector(`.st-key-chart_${chart} .js-plotly-plot`);
    plot.scrollIntoView({block: 'center'});
    const {xaxis, yaxis, _size} = plot._fullLayout, box = plot.getBoundingClientRect();
    for (const trace of plot._fullData) {
        const at = Array.from(trace.customdata || []).indexOf(name);
        if (at < 0) continue;
        const tile = trace.type === 'bar' && trace.base;
        const y = tile ? trace.base[at] + trace.y[at] / 2 : trace.y[at];
        const x = trace.orientation === 'h' ? trace.x[at] / 2 : trace.x[at];
        if (!x) continue;
        return [box.x + _size.l + xaxis.d2p(x), box.y + _size.t + yaxis.d2p(y)];
    }
}
"""

# Between two drawings there may be no plot.
TRACES = "(document.querySelector('.st-key-chart_viewer .js-plotly-plot')?._fullData || [])"
KINDS = f"{TRACES}.map(trace => trace.type).join()"
COLOURED = f"Array.from({TRACES}[1]?.z || [], row => [...row]).flat()"
LETTERS = "[...document.querySelectorAll('.st-key-chart_viewer .annotation-text')].map(t => t.textContent)"
GREYS = "document.querySelector('.st-key-chart_viewer .js-plotly-plot')?.data[0].source"


def click(tab: Page, chart: str, name: str) -> None:
    tab.wait_for_selector(f".st-key-chart_{chart} .js-plotly-plot .nsewdrag")
    tab.wait_for_timeout(500)  # the page is still growing
    x, y = tab.evaluate(PLACE, [chart, name])
    tab.mouse.move(x, y)
    tab.mouse.click(x, y)


def test_a_click_on_a_feature_shows_its_patients(tab: Page, address: str, studies: Path, small_run) -> None:
    names = {"original shape MeshVolume": "original_shape_MeshVolume"}
    open_link(tab, address, "features?feature_radiomics=original+shape+MeshVolume")
    values = Pipeline(load_study(studies / "demo"), Store(small_run.cache)).entry("radiomics")["features"]
    drawn = "(document.querySelector('.st-key-chart_feature .js-plotly-plot')?._fullData || [])"
    drawn += ".flatMap(trace => [...trace.y])"
    for step in range(2):
        ((short, name),) = names.items()
        wanted = sorted(values[name])
        tab.wait_for_function(f"Math.max(...{drawn}) === {wanted[-1]!r}")
        assert sorted(tab.evaluate(drawn)) == wanted
        assert f"feature_radiomics={short.replace(' ', '+')}" in tab.url
        if step == 0:
            names = {"original shape Flatness": "original_shape_Flatness"}
            click(tab, "features", "original shape Flatness")


def test_a_tile_opens_its_patient_and_the_slider_moves_through_the_volume(
    tab: Page, address: str, studies: Path, small_run
) -> None:
    open_link(tab, address, "gallery")
    index = Pipeline(load_study(studies / "demo"), Store(small_run.cache)).entry("key_slices")["index"]
    patient, key = index.loc[7, "patient"], index.loc[7, "slice"]
    click(tab, "gallery", patient)
    shown = f"{patient}, 1st post-contrast, slice "
    tab.wait_for_function(f"{LETTERS}.includes('{shown}{key + 1}')")
    assert {"A", "P", "S", "I", "20 mm"} <= set(tab.evaluate(LETTERS))
    assert f"patients={patient}" in tab.url
    picture = "document.querySelector('.st-key-chart_viewer .js-plotly-plot').data[0].source"
    before = tab.evaluate(picture)
    tab.get_by_role("slider").last.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function(f"{LETTERS}.includes('{shown}{key + 2}')")
    settled(tab)
    assert tab.evaluate(picture) != before


def press(tab: Page, name: str) -> None:
    tab.get_by_role("radio", name=name, exact=True).click()


def test_phase_plane_and_colours_change_the_picture(tab: Page, address: str, studies: Path) -> None:
    study = load_study(studies / "demo")
    patient = study.patients("validation")[0]
    open_link(tab, address, f"gallery?patient={patient}")
    tab.wait_for_function(f"{KINDS} === 'image,contour'")
    seen = [tab.evaluate(GREYS)]
    for name in ("pre-contrast", "axial", "coronal"):
        press(tab, name)
        tab.wait_for_function(f"before => {GREYS} && {GREYS} !== before", arg=seen[-1])
        settled(tab)
        seen.append(tab.evaluate(GREYS))
    assert len(set(seen)) == 4
    assert {"R", "L", "S", "I"} <= set(tab.evaluate(LETTERS))
    assert "plane=coronal" in tab.url
    for name in ("PE", "SER"):
        press(tab, name)
        tab.wait_for_function(f"{KINDS} === 'image,heatmap,contour' && {TRACES}[1].name === '{name}'")
        assert tab.evaluate(f"{COLOURED}.some(v => v > 0)")
    before = tab.evaluate(f"{COLOURED}.join()")
    press(tab, "PE ≥ 70%")
    tab.wait_for_function(f"before => {COLOURED}.length && {COLOURED}.join() !== before", arg=before)
    settled(tab)
    tab.locator(".st-key-surface").get_by_text("Draw in 3D").click()
    tab.wait_for_selector(".st-key-chart_viewer_surface .js-plotly-plot")
    tab.reload()
    settled(tab)
    tab.wait_for_function(f"{KINDS} === 'image,heatmap,contour'")  # the link holds what was chosen


def test_a_bar_of_the_checks_lists_its_patients_and_a_row_opens_one(
    tab: Page, studies: Path, small_run, tmp_path: Path
) -> None:
    shutil.copytree(small_run.study, tmp_path / "studies" / "parted")
    masks = sorted((tmp_path / "studies" / "parted" / "masks").iterdir())
    for path in (masks[2], masks[6]):
        mask = sitk.ReadImage(str(path))
        mask[1:4, 1:4, 1:4] = 1
        sitk.WriteImage(mask, str(path))
    done = core("run", tmp_path / "studies" / "parted", "--cache", small_run.cache, "--only", "key_slices")
    assert done.returncode == 0, done.stderr
    with serve(tmp_path / "studies", small_run.cache) as address:
        open_link(tab, address, "checks")
        click(tab, "checks", "MASK-PARTS")
        tab.wait_for_function("location.search.includes('check=MASK-PARTS')")
        settled(tab)
        assert "Patients with findings, n = 2" in tab.inner_text("body")
        second = masks[6].name.split(".")[0]
        rows = tab.locator(".stDataFrameGlideDataEditor").first
        rows.click(position={"x": 18, "y": 88})  # the box at the left of the second row
        tab.wait_for_function(f"{LETTERS}.some(t => t.startsWith('{second},'))")
