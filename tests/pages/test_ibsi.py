"""The IBSI page: core's table, the same with and without a study."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.features.ibsi.table import ibsi_table
from core.store import Store
from pages._ui.imaging.ibsi_view import STATUSES, printed
from tests.pages.conftest import open_page, said, tables

PAGE = "pages/imaging/ibsi.py"


@pytest.fixture
def page(visit, tmp_path: Path):
    """Opens the page without a study."""
    visit(tmp_path / "none", tmp_path / "cache")
    return lambda **query: open_page(PAGE, **query)


def picked(app: AppTest) -> list[str]:
    return list(tables(app)[0]["IBSI"])


def test_without_a_study(page, tmp_path: Path) -> None:
    app = page()
    assert not app.exception
    assert not app.error
    assert "**122 of 122** measured values lie within IBSI's tolerance" in said(app)
    assert bool(app.get("plotly_chart"))
    ours = ibsi_table()
    assert picked(app) == list(ours["id"])
    assert list(tables(app)[0]["Status"]) == list(ours["status"])
    stored = list((tmp_path / "cache" / "ibsi").glob("[!.]*"))
    assert len(stored) == 1
    assert Store(tmp_path / "cache").entry("ibsi", stored[0].name)["table"]["tag"].is_unique
    page()
    assert list((tmp_path / "cache" / "ibsi").glob("[!.]*")) == stored


def test_beside_a_study_at_fault(visit, tmp_path: Path) -> None:
    """Errors are the study's own; the table stands whole."""
    broken = tmp_path / "studies" / "demo"
    broken.mkdir(parents=True)
    (broken / "study.toml").write_text("[study\n")
    app = visit(tmp_path / "studies", tmp_path / "cache")(PAGE)
    assert not app.exception
    assert all(error.value.startswith("[STUDY-TOML]") for error in app.error)
    assert bool(app.get("plotly_chart"))
    assert len(picked(app)) == 487


@pytest.mark.parametrize("status", STATUSES)
def test_filters(page, status: str) -> None:
    app = page(ibsi_family="Morphology", ibsi_status=status)
    rows = ibsi_table().query("family == 'Morphology'")
    rows = rows[rows["status"].isin(STATUSES[status])]
    assert not app.error
    assert len(rows) == {"All": 29, "Measured": 18, "By formula": 10, "Outside tolerance": 0,
                         "Another setting": 0, "Not defined": 7, "No reference": 4}[status]  # fmt: skip
    assert picked(app) == list(rows["id"]) if len(rows) else "has this status" in app.info[0].value


def test_numbers_are_printed_as_ibsi_prints_them() -> None:
    rows = ibsi_table().set_index("tag", drop=False)
    shown = printed(rows.loc[["morph_integ_int", "stat_rms", "morph_comp_1", "ivh_auc"]])
    assert list(shown["Reference"]) == ["1200", "2.77", "0.0411", ""]
    assert list(printed(rows.loc[["rlm_lrlge_3D_comb", "szm_lze_3D"]])["Reference"]) == ["2.16", "550"]
    assert list(printed(rows.loc[["cm_clust_shade_3D_avg", "loc_peak_loc"]])["Reference"]) == ["16.6", "2.60"]


def test_downloads_name_no_study(visit, studies: Path, tmp_path: Path, monkeypatch) -> None:
    """The table belongs to no study: its line must not call it synthetic."""
    from pages._ui import origin, show

    lines = []
    monkeypatch.setattr(show, "_csv", lambda frame, line: lines.append(line) or "")
    line = origin.line
    monkeypatch.setattr(origin, "line", lambda: lines.append(line()) or lines[-1])
    app = visit(studies, tmp_path / "cache")(PAGE)
    assert not app.error
    assert "Synthetic study" not in said(app)
    assert lines
    assert all("settings key ibsi" in text and "SYNTHETIC" not in text for text in lines)
    lines.clear()
    app.switch_page("pages/imaging/robustness.py").run()
    assert not any("settings key ibsi" in text for text in lines)
