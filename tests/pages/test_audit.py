"""The audit page: there without a study, on the paper's table first, on any table that is uploaded."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages._ui import state
from tests.pages.conftest import said, tables

PAGE = "pages/report/audit.py"
TABLE = """# Nodescope, a line on where the numbers come from
Model,Cohort,N,Positives,ACC,Sensitivity,SPEC,PPV,NPV
good,here,88,41,87.5%,92.7%,83.0%,82.6%,92.9%
bad,here,88,41,0.88,0.93,0.83,0.83,0.90
"""


@pytest.fixture
def opened(visit, tmp_path: Path) -> AppTest:
    return visit(tmp_path / "none", tmp_path / "cache")(PAGE)


def upload(app: AppTest, sheet: str, text: str) -> AppTest:
    [uploader] = [u for u in app.file_uploader if ("acc" in u.label) == (sheet == state.AUDIT_METRICS)]
    return uploader.upload("t.csv", text.encode(), "text/csv").run()


def test_the_paper_s_table_without_a_study(opened: AppTest) -> None:
    assert not opened.exception
    assert not opened.error
    assert "3 cannot be right (DLRN, training: SPEC 0.73; DLRN, validation: ACC 0.90, SPEC 0.85)" in said(
        opened
    )
    assert "P = 0.081" in said(opened)
    rows = next(t for t in tables(opened) if "TP" in t)
    assert rows.loc[0, ["TP", "FN", "TN", "FP"]].tolist() == ["38", "3", "39", "8"]
    assert rows["Verdict"].str.startswith("all 5 printed fit").sum() == 6
    entries = next(t for t in tables(opened) if "Counts give" in t)
    assert len(entries) == 40
    assert (entries["Verdict"] == "no count gives it").sum() == 3
    related = next(t for t in tables(opened) if "q at least" in t)
    assert related.loc[:1, "q at least"].tolist() == ["0.56", "0.56"]


def test_another_table_is_uploaded_and_the_paper_s_comes_back(opened: AppTest) -> None:
    app = upload(opened, state.AUDIT_METRICS, TABLE)
    assert not app.error
    rows = next(t for t in tables(app) if "TP" in t)
    assert rows["Verdict"].tolist() == ["all 5 printed fit", "NPV 0.90 should read 0.93 (39/42)"]
    assert app.text_input(key=state.AUDIT_P).value == ""
    app.button(key=f"{state.AUDIT_METRICS}_reset").click().run()
    assert "3 cannot be right" in said(app)
    assert app.text_input(key=state.AUDIT_P).value == "0.08"


def test_faults_are_told_together_and_the_other_table_stays(opened: AppTest) -> None:
    app = upload(
        opened, state.AUDIT_METRICS, TABLE.replace("bad,here,88,41", "bad,here,88,88").replace("87.5%", "x")
    )
    [error] = app.error
    assert "row 1, column acc: 'x'" in error.value
    assert "row 2, column positives: 88 of 88" in error.value
    assert any("q at least" in t for t in tables(app))
    assert not any("TP" in t for t in tables(app))


@pytest.mark.parametrize("sheet", [state.AUDIT_METRICS, state.AUDIT_CORRELATIONS])
def test_a_file_that_is_no_table_changes_nothing(sheet: str, opened: AppTest) -> None:
    app = upload(opened, sheet, "a,a\n1,2\n")
    assert [error.value.split("]")[0] for error in app.error] == ["[TABLE-COLUMN"]
    assert "3 cannot be right" in said(app)


def test_a_p_that_does_not_fit(opened: AppTest) -> None:
    opened.text_input(key=state.AUDIT_P).set_value("0.03").run()
    assert "Printed: P = 0.03, which does not fit" in said(opened)
    opened.text_input(key=state.AUDIT_P).set_value("high").run()
    assert [error.value.split("]")[0] for error in opened.error] == ["[AUDIT-P"]


def test_printed_correlations_are_judged(opened: AppTest) -> None:
    app = upload(opened, state.AUDIT_CORRELATIONS, "what,n,r,p,tests\none,88,0.22,0.01,32\n")
    [row] = next(t for t in tables(app) if "q at least" in t).to_dict("records")
    assert (row["Verdict"], row["P (over the rounding of r)"]) == ("cannot be right", "0.039 (0.035-0.044)")


def test_what_is_uploaded_stays_across_pages(opened: AppTest) -> None:
    app = upload(opened, state.AUDIT_METRICS, TABLE)
    assert app.session_state[state.ALONE]
    app.switch_page("pages/study/overview.py").run()
    assert not app.session_state[state.ALONE]
    app.switch_page(PAGE).run()
    assert "NPV 0.90" in said(app)
    assert app.text_input(key=state.AUDIT_P).value == ""


def test_the_page_of_published_results_tells_the_same(visit, studies: Path, small_run) -> None:
    app = visit(studies, small_run.cache)("pages/report/published_results.py")
    assert "DLRN, training: SPEC 0.73 should read 0.87 (41/47)" in said(app)
