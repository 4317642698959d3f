import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from core.figures.palette import DARK, LIGHT
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import go_to, open_link, serve, settled

pytestmark = pytest.mark.browser
READ_CURVES = """
() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => plot._fullData.map(trace => ({
    name: trace.name, axis: trace.xaxis, x: Array.from(trace.x || []), y: Array.from(trace.y || []),
})))
"""


def test_the_bare_address_leads_to_the_overview(tab: Page, studies: Path, small_run) -> None:
    with serve(studies, small_run.cache) as fresh:
        assert "AUC" in open_link(tab, fresh, "")
    assert "/overview" in tab.url


def test_a_page_asks_no_other_host(tab: Page, address: str) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    open_link(tab, address, "comparison")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_the_plotted_roc_points_are_those_of_core(tab: Page, address: str, studies: Path, small_run) -> None:
    open_link(tab, address, "comparison")
    tab.wait_for_selector(".js-plotly-plot .scatterlayer")
    plots = tab.evaluate(READ_CURVES)
    evaluation = Pipeline(load_study(studies / "demo"), Store(small_run.cache)).entry("evaluation")
    roc = evaluation["roc"]
    for role, axis in (("training", "x"), ("validation", "x2")):
        for model in ("Radiomics", "GoogLeNet", "ResNet50", "DLRN"):
            (drawn,) = [t for t in plots[0] if t["name"] == model and t["axis"] == axis]
            rows = roc[(roc["role"] == role) & (roc["model"] == model)]
            np.testing.assert_array_equal(drawn["x"], rows["fpr"])
            np.testing.assert_array_equal(drawn["y"], rows["tpr"])


@pytest.mark.parametrize("first", ["light", "dark"])
def test_figures_follow_the_theme(first: str, tab: Page, address: str) -> None:
    tab.emulate_media(color_scheme=first)
    open_link(tab, address, "comparison")
    for scheme in (first, "dark" if first == "light" else "light"):
        tab.emulate_media(color_scheme=scheme)
        ink = (LIGHT if scheme == "light" else DARK).ink
        tab.wait_for_function(
            f"document.querySelector('.js-plotly-plot')?._fullLayout?.font.color === '{ink}'"
        )


def test_the_chosen_preset_stays_across_pages(tab: Page, address: str) -> None:
    open_link(tab, address, "comparison?preset=published")
    go_to(tab, "Study", "Cohorts")
    tab.get_by_text("optimistic").first.wait_for()
    assert "preset=published" in tab.url


def test_a_real_patient_from_zip_to_probability(
    tab: Page, address: str, shared: Path, small_run, tmp_path: Path
) -> None:
    from core.models.bundle import load_bundle
    from core.models.case.files import predict_files

    case = shared / "data" / "nact_pilot" / "UCSF-BR-06"
    archive = tmp_path / "case.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in sorted(case.rglob("*.dcm")):
            packed.write(file, file.relative_to(case.parent))
    open_link(tab, address, "predict")
    tab.set_input_files("input[type=file]", archive)
    confirm = tab.get_by_role("button", name="The overlay is right")
    confirm.wait_for()
    text = tab.inner_text("body")
    assert "3 DCE phases, PE1, SER, SEG" in text
    assert "41,105 voxels" in text
    assert "Probability of LNM" not in text
    confirm.click()
    tab.get_by_text("Among the training patients", exact=True).wait_for(timeout=300_000)
    settled(tab)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="JSON").click()
    shown = json.loads(Path(download.value.path()).read_text())
    same = predict_files(load_bundle(small_run.bundle), [archive], None, small_run.cache / "weights")
    assert shown == json.loads(json.dumps(same.as_dict()))
    assert not shown["domain"]["inside"]
    text = tab.inner_text("body")
    assert f"Probability of LNM {shown['probability']:.2f}" in text
    assert "outside what the model was trained on" in text
    low, high = (f"{shown[key]:.2f}" for key in ("probability_low", "probability_high"))
    assert f"Range over {shown['models']} resampled models: {low}-{high}" in text
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Report (HTML)").click()
    report = Path(download.value.path()).read_text()
    assert f"Probability of LNM {shown['probability']:.2f}" in report
    assert report.count("data:image/svg+xml;base64,") == 4
    assert "UCSF" not in report


def test_a_corrupt_zip_is_one_clear_error(tab: Page, address: str, tmp_path: Path) -> None:
    archive = tmp_path / "case.zip"
    archive.write_bytes(b"PK\x03\x04 cut short")
    open_link(tab, address, "predict")
    tab.set_input_files("input[type=file]", archive)
    error = tab.wait_for_selector("[data-testid=stAlert]")
    assert "[ARCHIVE-CORRUPT]" in error.inner_text()
    assert "Traceback" not in tab.inner_text("body")


def test_from_nothing_the_demo_study_starts_by_itself(tab: Page, tmp_path: Path) -> None:
    import psutil

    from core.jobs import Jobs

    jobs, demo = Jobs(tmp_path / "cache"), tmp_path / "studies" / "demo"
    try:
        with serve(tmp_path / "studies", tmp_path / "cache") as fresh:
            text = open_link(tab, fresh, "")
            assert "demo study" in text
            tab.get_by_text(re.compile("Starting|Simulating")).first.wait_for()
            progress = jobs.progress(demo)
            assert progress is not None
            assert progress.state == "running"
    finally:
        progress = jobs.progress(demo)
        jobs.cancel(demo)
        assert (
            progress is None or not psutil.pid_exists(progress.pid) or jobs.progress(demo).state != "running"
        )
