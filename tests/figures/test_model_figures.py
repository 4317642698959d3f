"""Figures of the model chapter draw what their frames say, and name the patients."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from core.figures.calibration import calibration_figure
from core.figures.confusion import confusion_figure
from core.figures.decision_curve import decision_figure
from core.figures.nomogram import nomogram_figure
from core.figures.pairwise import delong_figure, reclassification_figure
from core.figures.palette import DARK, LIGHT, LNM, MODELS
from core.figures.place import place_figure
from core.figures.published import published_figure
from core.figures.roc import roc_figure
from core.figures.signatures import correlation_figure, signatures_figure

SIZES = (("TCGA-BRCA", "training", 88, 41), ("NACT-Pilot", "validation", 57, 35))


@pytest.fixture(scope="module")
def predictions() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    parts = []
    for cohort, role, n, positives in SIZES:
        y = np.r_[np.ones(positives, int), np.zeros(n - positives, int)]
        part = pd.DataFrame({"cohort": cohort, "role": role, "lnm": y})
        part.insert(0, "patient", [f"{role}{i}" for i in range(n)])
        parts.append(part.assign(**{m: rng.uniform(size=n) for m in MODELS}))
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def at() -> pd.DataFrame:
    rows = []
    for cohort, role, n, positives in SIZES:
        counts = {"tp": positives - 3, "fn": 3, "fp": 5, "tn": n - positives - 5}
        rows.append(
            {"cohort": cohort, "role": role, "n": n, "positives": positives, "threshold": 0.4, **counts}
        )
    return pd.DataFrame(rows).assign(fpr=[0.1, 0.2], sensitivity=[0.9, 0.8], net_benefit=[0.3, 0.4])


@pytest.fixture(scope="module")
def pairs() -> pd.DataFrame:
    rows = []
    for cohort, role, n, positives in SIZES:
        for i, (a, b) in enumerate((("Radiomics", "ResNet50"), ("Radiomics", "DLRN"), ("ResNet50", "DLRN"))):
            row = {"cohort": cohort, "role": role, "a": a, "b": b, "n": n, "positives": positives}
            row |= {"difference": 0.1 * i - 0.1, "difference_low": -0.2, "difference_high": 0.2}
            row |= {"delong_p": [0.3, 0.04, 0.0002][i]}
            for measure in ("nri", "idi"):
                row |= {measure: 0.2, f"{measure}_low": 0.1, f"{measure}_high": 0.4, f"{measure}_p": 0.02}
                row |= {f"{measure}_events": 0.15, f"{measure}_nonevents": 0.05}
            rows.append(row)
    return pd.DataFrame(rows)


def named(figure, name: str) -> list:
    return [t for t in figure.data if t.name == name]


def test_the_cutoff_is_marked_in_each_panel(roc, metrics, decision, at) -> None:
    figure = roc_figure(roc, metrics, LIGHT, at=at, model="Radiomics")
    assert [(t.x[0], t.y[0]) for t in named(figure, "chosen cut-off")] == [(0.1, 0.9), (0.2, 0.8)]
    assert all(t.marker.color == "#009E73" for t in named(figure, "chosen cut-off"))
    assert named(figure, "DLRN")[0].customdata[3][0] == "DLRN"
    figure = decision_figure(decision, metrics, LIGHT, at=at, model="DLRN")
    assert [(t.x[0], t.y[0]) for t in named(figure, "chosen cut-off")] == [(0.4, 0.3), (0.4, 0.4)]


def test_a_decision_curve_ends_where_the_probabilities_end(decision, metrics) -> None:
    reach = metrics[["cohort", "role", "model"]].assign(low=0.2, high=0.6)
    figure = decision_figure(decision, metrics, LIGHT, reach=reach)
    for trace in named(figure, "DLRN"):
        assert trace.x.min() >= 0.2
        assert trace.x.max() <= 0.6
    assert named(figure, "Treat all")[0].x.max() > 0.9
    assert figure.layout.xaxis.range[1] == pytest.approx(0.63)


def test_confusion_prints_its_counts(at) -> None:
    figure = confusion_figure(at, DARK)
    for name in ("tp", "fn", "fp", "tn"):
        assert [t.customdata[0] for t in named(figure, name)] == list(at[name])
    assert "n = 88" in figure.layout.annotations[0].text


def test_calibration_has_a_tick_per_patient(calibration, metrics, predictions) -> None:
    one = calibration_figure(calibration, metrics, ["DLRN"], LIGHT, patients=predictions)
    positive = named(one, "patients: LNM positive")
    assert [len(t.x) for t in positive] == [41, 35]
    rows = predictions[(predictions["role"] == "training") & (predictions["lnm"] == 1)]
    assert list(positive[0].ids) == list(rows["patient"])
    np.testing.assert_array_equal(positive[0].x, rows["DLRN"])
    every = calibration_figure(calibration, metrics, MODELS, LIGHT, patients=predictions)
    assert [len(named(every, f"patients: {m}")) for m in MODELS] == [2] * len(MODELS)


def test_delong_cells_carry_difference_and_p(pairs) -> None:
    figure = delong_figure(pairs, LIGHT)
    cells, other = named(figure, "cells")
    assert list(cells.text) == ["-0.10<br>P = 0.30", "0.00<br><b>P = 0.04</b>", "0.10<br><b>P < 0.001</b>"]
    assert len(other.x) == 3
    scale = figure.layout.coloraxis
    assert (scale.cmid, scale.cmin) == (0, -scale.cmax)


def test_reclassification_shows_the_sum_and_both_parts(pairs) -> None:
    figure = reclassification_figure(pairs, LIGHT)
    sums = named(figure, "sum of both")
    assert len(sums) == 4
    assert list(sums[0].y) == ["ResNet50 v Radiomics", "DLRN v Radiomics", "DLRN v ResNet50"]
    np.testing.assert_allclose(sums[0].x + sums[0].error_x.array, 0.4)
    assert {t.marker.color for t in named(figure, "events (LNM positive)")} == {LNM[1]}


def test_signatures_name_every_patient_of_every_model(predictions) -> None:
    tests = pd.DataFrame(
        [(c, r, m, n, k, 0.04) for c, r, n, k in SIZES for m in MODELS],
        columns=["cohort", "role", "model", "n", "positives", "p"],
    )
    figure = signatures_figure(predictions, tests, LIGHT)
    positive = named(figure, "LNM positive")[0]
    rows = predictions[(predictions["role"] == "training") & (predictions["lnm"] == 1)]
    assert list(positive.ids) == list(rows["patient"]) * len(MODELS)
    np.testing.assert_array_equal(positive.y, np.concatenate([rows[m] for m in MODELS]))
    assert [a.text for a in figure.layout.annotations].count("P = 0.04") == 2 * len(MODELS)


def test_correlation_draws_points_line_and_r(predictions) -> None:
    row = {"x": "Radiomics", "y": "GoogLeNet", "r": 0.59, "low": 0.4, "high": 0.7, "p": 0.001}
    table = pd.DataFrame(
        [{"cohort": c, "role": r, "n": n, **row, "slope": 0.5, "intercept": 0.1} for c, r, n, _ in SIZES]
    )
    figure = correlation_figure(predictions, table, DARK)
    assert figure.layout.annotations[0].text == "<b>Training</b>, n = 88<br>r = 0.59 (0.40-0.70), P = 0.001"
    line = named(figure, "least squares")[1]
    assert line.y[0] == pytest.approx(0.1 + 0.5 * line.x[0])
    assert sum(len(t.ids) for t in figure.data if t.ids is not None) == 145
    alone = correlation_figure(predictions, table.head(1), DARK)
    assert "xaxis2" not in alone.to_dict()["layout"]


def test_many_correlations_stand_three_beside_each_other_cohort_by_cohort(predictions) -> None:
    pairs = list(combinations(MODELS[:4], 2))
    numbers = {"r": 0.5, "low": 0.4, "high": 0.6, "p": 0.001, "slope": 0.5, "intercept": 0.1}
    table = pd.DataFrame(
        [
            {"cohort": c, "role": r, "n": n, "x": x, "y": y, **numbers}
            for c, r, n, _ in SIZES
            for x, y in pairs
        ]
    )
    layout = correlation_figure(predictions, table, LIGHT).layout
    axes = [(f"xaxis{k}".removesuffix("1"), f"yaxis{k}".removesuffix("1")) for k in range(1, 10)]
    titled = [(layout[x].title.text, layout[y].title.text) for x, y in axes]
    assert titled == [*pairs, *pairs[:3]]
    assert {layout[x].domain[0] for x, _ in axes[:3]} == {layout[x].domain[0] for x, _ in axes[3:6]}
    assert layout.yaxis.domain == layout.yaxis3.domain and layout.yaxis4.domain[1] < layout.yaxis.domain[0]
    assert [a.text.split("<br>")[0] for a in layout.annotations] == (
        ["<b>Training</b>, n = 88"] * 6 + ["<b>Validation</b>, n = 57"] * 6
    )
    odd = correlation_figure(predictions, table[table["x"] == "Radiomics"].head(2), LIGHT)
    assert len(odd.layout.annotations) == 2


def test_a_strip_names_its_patients_and_marks_one(axes, predictions) -> None:
    figure = place_figure(predictions, None, LIGHT, name="")
    assert len(figure.layout.shapes) == 0
    assert sum(len(t.ids) for t in figure.data) == 145
    marked = place_figure(predictions, 0.97, LIGHT, name="P1")
    assert marked.layout.annotations[0].text == "<b>P1 0.97</b>"
    assert marked.layout.annotations[0].xanchor == "right"
    ticks = [t for t in nomogram_figure(axes, LIGHT).data if t.name == "Points" and t.marker.size == 5]
    assert len(ticks[0].x) == 40


def test_published_values_are_hollow_and_the_study_s_filled() -> None:
    rows = []
    for cohort, role, n, positives in SIZES:
        for metric in ("AUC", "SEN"):
            for m in MODELS:
                row = {
                    "cohort": cohort,
                    "role": role,
                    "n": n,
                    "positives": positives,
                    "model": m,
                    "metric": metric,
                }
                row |= {"paper": 0.9, "paper_low": 0.8, "paper_high": 0.95, "paper_n": n}
                rows.append(row | {"study": 0.7, "study_low": 0.6, "study_high": 0.8})
    figure = published_figure(pd.DataFrame(rows), LIGHT)
    papers, studies = named(figure, "paper"), named(figure, "study")
    assert len(papers) == len(studies) == 4
    assert (papers[0].marker.symbol, studies[0].marker.symbol) == ("circle-open", "circle")
    np.testing.assert_allclose(studies[0].x, 0.7)
    np.testing.assert_allclose(studies[0].error_x.array, 0.1)
    assert papers[0].text[-1] == "Radiomics, paper: 0.90 (0.80-0.95)"
    assert "paper n = 88" in "".join(a.text for a in figure.layout.annotations)
