"""Gallery and features: what stands on the page is what core gives, for the patients that pass the filter."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.features.distribution import compare
from core.figures.text import number, p_number
from core.imaging.volumes import read_volume
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from pages._ui.imaging.slices import VOLUME, ordered
from tests.conftest import SmallRun
from tests.pages.conftest import ROOT, said, tables

GALLERY, FEATURES = "pages/imaging/gallery.py", "pages/imaging/features.py"


@pytest.fixture
def studies(small_study: Path, tmp_path: Path) -> Path:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "demo").symlink_to(small_study)
    return tmp_path / "studies"


@pytest.fixture
def stored(studies: Path, small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(studies / "demo"), Store(small_run.cache))


@pytest.fixture
def page(visit, studies: Path, small_run: SmallRun):
    """Opens a page with a query."""
    visit(studies, small_run.cache)

    def opened(path: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run().switch_page(path).run()

    return opened


def table_of(stored: Pipeline, role: str) -> pd.DataFrame:
    clinical = stored.study.clinical.query("role == @role").set_index("patient")
    return compare(stored.entry("radiomics")["features"].loc[clinical.index], clinical["lnm"].to_numpy() == 1)


def test_the_features_page_prints_cores_numbers(page, stored: Pipeline) -> None:
    app = page(FEATURES)
    expected = table_of(stored, "training")
    known = expected.dropna()
    found = int((known["q"] < 0.05).sum())
    assert f"**{found:,} of {len(known):,}** Radiomics features differ in the training cohort" in said(app)
    best = known.nsmallest(15, "p")
    table = tables(app)[0]
    assert list(table["AUC"]) == [number(v, 3) for v in best["auc"]]
    assert list(table["P"]) == [p_number(v) for v in best["p"]]
    assert list(table["q"]) == [p_number(v) for v in best["q"]]
    assert "play no part in the signature" in said(app)


def test_another_comparison_and_family(page, stored: Pipeline) -> None:
    app = page(FEATURES)
    app.session_state["compare"] = "LNM, validation"
    known = table_of(stored, "validation").dropna()
    assert f"**{int((known['q'] < 0.05).sum()):,} of {len(known):,}**" in said(app.run())
    app.session_state["family"] = "GoogLeNet"
    app.run()
    assert not app.error
    assert "GoogLeNet features differ" in said(app)
    assert "no evidence" in said(app)


def test_a_chosen_feature_is_described(page, stored: Pipeline) -> None:
    name = "original_shape_Sphericity"
    app = page(FEATURES)
    app.selectbox(key="feature_radiomics").select("original shape Sphericity").run()
    row = table_of(stored, "training").set_index("feature").loc[name]
    assert f"original shape Sphericity, n = 40. LNM, training: AUC {number(row['auc'])}" in said(app)


@pytest.mark.parametrize("rule", ["lnm:1|;cohort:sim-brca|", "age:0.0..1.0"])
def test_too_few_patients_is_one_calm_sentence(page, rule: str) -> None:
    for path in (FEATURES, GALLERY):
        app = page(path, filter=rule)
        assert not app.exception
        assert not app.error
        assert bool(app.info) == (path == FEATURES or rule.startswith("age"))


def test_one_cohort_has_no_comparison_of_cohorts(page, stored: Pipeline) -> None:
    cohort = stored.study.cohorts[0].name
    app = page(FEATURES, filter=f"cohort:{cohort}|")
    assert not app.error
    assert not app.info
    options = next(b.options for b in app.get("button_group") if b.label == "Compare")
    assert [getattr(o, "content", o) for o in options] == ["LNM, training"]


def test_the_gallery_shows_who_passes_and_the_sizes_of_the_masks_stage(page, stored: Pipeline) -> None:
    cases = stored.entry("masks")["cases"].set_index("patient")
    clinical = stored.study.clinical.set_index("patient")
    app = page(GALLERY)
    assert "Patients 1 to 24 of 40" in said(app)
    positive = clinical.index[clinical["lnm"] == 1]
    app.session_state["filter"] = "lnm:1|"
    app.session_state["patient"] = positive[3]
    app.run()
    assert f"of {len(positive)}, {len(positive)} LNM positive." in said(app)
    picker = app.selectbox(key="patient")
    assert list(picker.options) == list(positive)
    assert picker.value == positive[3]
    volume = cases.loc[positive[3], "volume_mm3"] / 1000
    assert f"Tumour volume | {volume:.1f} cc" in said(app)
    key = stored.entry("key_slices")["index"].set_index("patient")["slice"]
    assert app.slider(key=f"slice_{positive[3]}").value == key[positive[3]] + 1


def test_sorted_by_volume_the_largest_tumour_comes_first() -> None:
    table = pd.DataFrame({VOLUME: [3.0, 9.0, 1.0, 9.0], "lnm": [0, 1, 1, 0]})
    assert list(ordered(table, VOLUME).index) == [1, 3, 0, 2]
    assert list(ordered(table, "LNM").index) == [1, 2, 0, 3]


def test_a_page_that_the_filter_took_away_gives_way_to_the_last(page) -> None:
    app = page(GALLERY)
    app.session_state["gallery_page"] = "2"
    app.run()
    assert "Patients 25 to 40 of 40" in said(app)
    app.session_state["filter"] = "lnm:1|"
    app.run()
    assert not app.exception
    assert not app.error


def test_the_robustness_page_prints_cores_numbers(page, stored: Pipeline) -> None:
    icc = stored.entry("robustness")["icc"]
    app = page("pages/imaging/robustness.py")
    assert not app.exception
    text = said(app)
    assert f"**{(icc['icc'] >= 0.75).sum():,} of {len(icc):,}** features" in text
    assert f"median ICC {number(icc['icc'].median())}" in text
    worst = icc.nsmallest(15, "icc")
    assert [cell.split(" ")[0] for cell in tables(app)[0]["ICC (95% CI)"]] == [
        number(v) for v in worst["icc"]
    ]


def test_the_viewer_shows_other_planes_and_colours(page, stored: Pipeline) -> None:
    """Each plane has its own slider, over as many slices as the volume has there."""
    patient = stored.study.clinical["patient"].iloc[4]
    app = page(GALLERY, patient=patient)
    size = read_volume(stored.study.image_path(patient)).GetSize()
    counts = {app.slider(key=f"slice_{patient}").max}
    for plane in ("axial", "coronal", "sagittal"):
        app = app.segmented_control(key="plane").set_value(plane).run()
        assert not app.exception and not app.error
        slider = app.slider(key=f"slice_{patient}_{plane}")
        assert 1 < slider.value < slider.max
        counts.add(slider.max)
    assert counts == set(size)
    for colour, text in (("PE", "PE = 100 (S1 - S0) / S0"), ("SER", "SER = (S1 - S0) / (S2 - S0)")):
        app = app.segmented_control(key="colours").set_value(colour).run()
        assert text in said(app)
        app = app.segmented_control(key="coloured").set_value("PE ≥ 70%").run()
        assert not app.exception and not app.error
    assert "Enhancement is highest in the phase" in said(app)
    app = app.toggle(key="surface").set_value(True).run()
    assert not app.exception and not app.error and "drag to turn it" in said(app)
