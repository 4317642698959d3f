"""A click on a feature shows its patients; a click on a tile opens the patient, and the slider its slices."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import open_link, settled

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
        const y = trace.type === 'bar' ? trace.base[at] + trace.y[at] / 2 : trace.y[at];
        return [box.x + _size.l + xaxis.d2p(trace.x[at]), box.y + _size.t + yaxis.d2p(y)];
    }
}
"""


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
    texts = "[...document.querySelectorAll('.st-key-chart_viewer .annotation-text')].map(t => t.textContent)"
    shown = f"{patient}, 1st post-contrast, slice "
    tab.wait_for_function(f"{texts}.includes('{shown}{key + 1}')")
    assert {"A", "P", "S", "I", "20 mm"} <= set(tab.evaluate(texts))
    assert f"patients={patient}" in tab.url
    picture = "document.querySelector('.st-key-chart_viewer .js-plotly-plot').data[0].source"
    before = tab.evaluate(picture)
    tab.get_by_role("slider").last.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function(f"{texts}.includes('{shown}{key + 2}')")
    settled(tab)
    assert tab.evaluate(picture) != before
