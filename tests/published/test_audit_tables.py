"""The paper's own table, printed correlations, AUC hints, and what is told of tables that cannot be read."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from core.errors import TableError
from core.evaluation.group_tests import benjamini_hochberg
from core.evaluation.roc import auc, operating, youden
from core.methods import audit as words
from core.published.audit import tables
from core.published.audit.area import hanley_error, hints
from core.published.audit.correlations import audit_correlations, read_p
from core.published.audit.printed import read_shares
from core.published.audit.report import Audit, audit
from core.published.audit.row import audit_row
from tests.evaluation.strategies import cohorts

MATRICES = {  # TP, FN, TN, FP that shared/PAPER.md derives by hand
    ("Radiomics", "training"): (38, 3, 39, 8), ("GoogLeNet", "training"): (37, 4, 35, 12),
    ("ResNet50", "training"): (34, 7, 37, 10), ("Radiomics", "validation"): (27, 8, 18, 4),
    ("GoogLeNet", "validation"): (30, 5, 14, 8), ("ResNet50", "validation"): (23, 12, 17, 5),
}  # fmt: skip


@pytest.fixture(scope="module")
def paper() -> Audit:
    metrics = tables.check_metrics(tables.published_metrics())
    return audit(metrics, tables.check_correlations(tables.published_correlations()), "0.08")


def test_the_paper_s_table_gives_six_exact_matrices(paper: Audit) -> None:
    exact = paper.rows[(paper.rows["rule"] == "rounded") & (paper.rows["number"] == 1)]
    listed = paper.matrices[paper.matrices["left_out"] == ""]
    found = {
        (r.model, r.cohort): (r.tp, r.fn, r.tn, r.fp)
        for r in listed.itertuples()
        if r.row in set(exact["row"])
    }
    assert found == MATRICES


def test_the_paper_s_flags_are_three_and_no_more(paper: Audit) -> None:
    flagged = paper.flagged.set_index(["model", "cohort", "entry"])
    assert flagged["reads"].to_dict() == {
        ("DLRN", "training", "SPEC"): "0.87",
        ("DLRN", "validation", "ACC"): "0.89",
        ("DLRN", "validation", "SPEC"): "0.73",
    }
    assert (flagged["verdict"] == "cannot be").all()
    assert flagged["counts"].tolist() == ["41/47", "51/57", "16/22"]
    assert paper.flags == 3
    assert words.row_verdict(4, paper) == "SPEC 0.73 should read 0.87 (41/47)"
    assert "3 cannot be right" in words.summary(paper)


def test_the_paper_s_chi_square(paper: Audit) -> None:
    assert paper.chi_square["statistic"] == pytest.approx(3.043, abs=5e-4)
    assert paper.chi_square["p"] == pytest.approx(0.081, abs=5e-4)
    assert paper.chi_square["p_corrected"] == pytest.approx(0.115, abs=5e-4)
    assert paper.chi_square["verdict"] == "fits"


def test_the_paper_s_correlations(paper: Audit) -> None:
    found = paper.correlations.set_index("what")
    assert (found["verdict"] == "fits").all()
    brown, purple = (found.loc[f"{m} module - Radiomics"] for m in ("brown", "purple"))
    assert (round(brown["p_exact"], 3), round(purple["p_exact"], 3)) == (0.039, 0.031)
    assert round(found.loc["Radiomics - GoogLeNet, validation", "p_exact"], 3) == 0.015
    assert brown["tests"] == 32
    assert min(brown["q_low"], purple["q_low"]) > 0.5
    said = words.correlations(paper.correlations)
    assert said.startswith("Each of the 10 printed P fits its r and n.")
    assert "modules with Radiomics 0.56 (32 tests)" in said


@pytest.mark.parametrize("n", [5, 57, 88])
@pytest.mark.parametrize("r", ["-0.9", "0.05", "0.22", "0.59"])
def test_p_is_that_of_data_with_this_r(n: int, r: str) -> None:
    x, noise = np.linalg.qr(np.c_[np.ones(n), np.random.default_rng(n).normal(size=(n, 2))])[0].T[1:]
    y = float(r) * x + np.sqrt(1 - float(r) ** 2) * noise
    table = tables.check_correlations(pd.DataFrame({"n": [str(n)], "r": [r]}))
    assert audit_correlations(table)["p_exact"][0] == pytest.approx(stats.pearsonr(x, y).pvalue, rel=1e-9)


def test_q_is_benjamini_hochberg_s_where_all_other_tests_show_nothing() -> None:
    table = pd.DataFrame({"n": "60", "r": ["0.45", "0.30", "0.43", "-0.28"], "family": "one", "tests": "20"})
    found = audit_correlations(tables.check_correlations(table))
    q = benjamini_hochberg([*found["p_exact"], *np.ones(16)])[:4]
    np.testing.assert_allclose(found["q_exact"], q, rtol=1e-12)
    assert (found["q_low"] <= found["q_exact"]).all()


@pytest.mark.parametrize(
    ("text", "least", "most", "verdict"),
    [
        ("0.04", 0.035, 0.036, "fits"), ("0.04", 0.046, 0.049, "fits if cut off"),
        ("0.04", 0.051, 0.06, "cannot be"), ("=0.04", 0.01, 0.0349, "cannot be"),
        ("<0.01", 0.009, 0.02, "fits"), ("p < .01", 0.011, 0.02, "cannot be"),
        ("≤0.05", 0.01, 0.02, "fits"), (">0.05", 0.01, 0.04, "cannot be"),
        ("P=0.000", 0.0001, 0.0002, "fits"),
    ],
)  # fmt: skip
def test_printed_p(text: str, least: float, most: float, verdict: str) -> None:
    assert read_p(text).verdict(least, most) == verdict


def test_a_wrong_p_is_flagged() -> None:
    table = pd.DataFrame({"what": ["a", "b"], "n": "88", "r": ["0.10", "0.22"], "p": ["0.03", "0.04"]})
    metrics = tables.check_metrics(tables.published_metrics().iloc[:1])
    found = audit(metrics, tables.check_correlations(table))
    assert found.flags == 1
    assert found.correlations["verdict"].tolist() == ["cannot be", "fits"]
    assert words.lines(found)[-1].startswith("a: r = 0.10, n = 88 gives P = 0.35")


def test_hanley_s_error_is_the_spread_of_exponential_scores() -> None:
    # The formula is exact where scores are exponential; cases five times as high: AUC 5/6.
    rng = np.random.default_rng(1)
    cases, controls = 5 * rng.exponential(size=(8000, 20, 1)), rng.exponential(size=(8000, 1, 30))
    areas = (cases > controls).mean(axis=(1, 2))
    assert hanley_error(5 / 6, 20, 30) == pytest.approx(areas.std(), rel=0.03)


@settings(max_examples=80, deadline=None)
@given(cohorts(smallest=5, largest=40))
def test_a_right_auc_gives_no_hint_but_of_its_width(cohort) -> None:
    y, p = cohort
    area, point = auc(y, p), operating(y, p, youden(y, p))
    texts = {
        name: f"{value:.2f}" for name, value in zip(tables.AREA, (area.auc, area.low, area.high), strict=True)
    }
    areas, _ = read_shares(texts)
    printed, _ = read_shares(
        {"sen": f"{point['sensitivity'].value:.2f}", "spec": f"{point['specificity'].value:.2f}"}
    )
    row = audit_row(int(y.sum()), int((1 - y).sum()), printed)
    said = hints(areas["auc"], areas["auc_low"], areas["auc_high"], row)
    # A limit that was clipped at 0 is no longer as far away as the other.
    clipped = area.low == 0
    assert [hint for hint in said if "wide, much" not in hint and not (clipped and "symmetric" in hint)] == []


def test_what_is_odd_about_an_auc() -> None:
    row = audit_row(41, 47, read_shares({"sen": "0.93", "spec": "0.83"})[0])

    def said(*texts: str) -> str:
        return " ".join(hints(*(read_shares({"a": t})[0]["a"] for t in texts), row))

    assert "does not hold" in said("0.95", "0.96", "0.98")
    assert "symmetric" in said("0.90", "0.80", "0.93")
    assert "much narrower" in said("0.90", "0.89", "0.91")
    assert "outside 0.77 to 0.99" in said("0.70", "0.60", "0.80")
    assert said("0.90", "0.84", "0.96") == ""


def test_every_problem_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("Model,N,Positive,ACC,Sensitivity\na,88,41,0.9,0.9\nb,x,3,0.9,1.2\n\nc,10,10,,\n")
    with pytest.raises(TableError) as caught:
        tables.read_metrics(path)
    assert caught.value.code == "AUDIT-ROWS"
    for part in (
        "row 3, column n: 'x'",
        "row 3, column sen: '1.2'",
        "row 5, column positives",
        "row 5, column acc",
    ):
        assert part in str(caught.value)
    assert "row 2" not in str(caught.value)


def test_zeros_at_the_end_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("n,positives,ACC,Sens\n88,41,0.90,1.00\n")
    assert tables.read_metrics(path).iloc[0][["acc", "sen"]].tolist() == ["0.90", "1.00"]


def test_a_download_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('# Nodescope, study "A, B\nn,positives,acc\n88,41,0.90\n')
    assert tables.read_metrics(path).index.tolist() == [3]


@pytest.mark.parametrize("columns", [["n", "acc"], ["positives"], ["a"]])
def test_columns_that_are_missing(columns: list[str]) -> None:
    with pytest.raises(TableError, match="AUDIT-COLUMN"):
        tables.check_metrics(pd.DataFrame([["5"] * len(columns)], columns=columns))


def test_faults_of_correlations_and_of_a_printed_p() -> None:
    faulty = pd.DataFrame(
        {"n": ["2", "9", "9"], "r": ["0.1", "1.1", "0.2"], "p": ["", "", "n.s."], "rank": ["", "", "x"]}
    )
    with pytest.raises(TableError) as caught:
        tables.check_correlations(faulty)
    for part in ("column n: '2'", "column r: '1.1'", "column p: 'n.s.'", "column rank: 'x'"):
        assert part in str(caught.value)
    with pytest.raises(TableError, match="AUDIT-P"):
        audit(tables.check_metrics(tables.published_metrics()), None, "about 0.1")


def test_a_cohort_of_two_sizes_has_no_chi_square() -> None:
    table = pd.DataFrame({"cohort": ["a", "a", "b"], "n": ["9", "10", "9"], "positives": "4", "sen": "0.50"})
    found = audit(tables.check_metrics(table))
    assert found.chi_square == {}
    assert "more than one n" in words.node_status(found)


def test_a_table_of_patients_is_no_table_to_audit() -> None:
    with pytest.raises(TableError, match="at most 500 rows; found 600"):
        tables.check_metrics(pd.DataFrame({"n": ["9"] * 600, "positives": "4", "acc": "0.5"}))


def test_many_explanations_are_not_spelt_out() -> None:
    table = pd.DataFrame(
        {"n": ["88"], "positives": "41", "acc": "0.10", "sen": "0.93", "spec": "0.83", "ppv": "0.20"}
    )
    found = audit(tables.check_metrics(table.assign(npv="0.40")))
    assert words.row_verdict(0, found).endswith("may be wrong, or n or the positives")
