"""Pathways, GSVA and gene score show core's own numbers, for those patients that pass the filter."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.roc import auc
from core.figures.text import estimate, number, p_number
from core.genomics.gsva_groups import between_groups, with_signatures
from core.genomics.joint_evidence import Rule, by_pathway, weigh
from core.genomics.odds_ratio import odds_ratios
from core.genomics.traits import trait_table
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import Study, load_study
from tests.conftest import SmallRun
from tests.pages.conftest import ROOT, said, tables

PATHWAYS, GSVA, SCORE = (f"pages/biology/{name}.py" for name in ("pathways", "gsva", "gene_score"))
PAIR = ["Radiomics", "GoogLeNet"]
SIGNATURES = (*PAIR, "ResNet50", "DLRN")  # of a study without a ring


@pytest.fixture(scope="module")
def small(small_study: Path, small_run: SmallRun) -> Pipeline:
    return Pipeline(load_study(small_study), Store(small_run.cache))


@pytest.fixture
def go(visit, small_study: Path, small_run: SmallRun, tmp_path: Path):
    """A function that opens a page on the small demo study with values of its state keys."""
    (tmp_path / "demo").symlink_to(small_study)
    visit(tmp_path, small_run.cache)

    def opened(page: str, **values: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
        for name, value in values.items():
            app.session_state[name] = value
        app = app.switch_page(page).run()
        assert not app.exception
        assert not app.error
        return app

    return opened


def traits(pipeline: Pipeline) -> pd.DataFrame:
    study: Study = pipeline.study
    return trait_table(pipeline.entry("fusion")["predictions"], study.clinical)


def weighed(pipeline: Pipeline, people: pd.DataFrame, rule: Rule):
    eigengenes, scores = pipeline.entry("modules")["eigengenes"], pipeline.entry("gsva")["scores"]
    return weigh(pipeline.entry("enrichment")["table"], eigengenes, scores, people, PAIR, rule)


def test_pathways_prints_what_core_weighed(go, small: Pipeline) -> None:
    app = go(PATHWAYS, pathway_modules="All", pathway_rows="All")
    found = weighed(small, traits(small), Rule())
    hits = int(found.dots["hit"].sum())
    assert f"{hits} of {len(found.dots):,} module-pathway tests have q < 0.05" in said(app)
    rows = by_pathway(found.dots, found.correlations, PAIR, found.joint)
    table = tables(app)[0]
    assert list(table["Module"]) == list(rows["module"])
    assert list(table["Enrichment q"]) == [p_number(q) for q in rows["q"]]
    assert [r.rstrip("*") for r in table["GSVA r, Radiomics"]] == [number(r) for r in rows["Radiomics r"]]
    first = app.selectbox(key="pathway_pair").value
    row = found.dots.set_index(["module", "gene_set"]).loc[tuple(first.split("|"))]
    assert len(tables(app)[1]) == row["overlap"]


def test_a_limit_changes_what_pathways_counts(go, small: Pipeline) -> None:
    found = weighed(small, traits(small), Rule(0.001, by="q"))
    app = go(PATHWAYS, pathway_q="0.001", pathway_by="q < 0.05")
    assert f"{int(found.dots['hit'].sum())} of {len(found.dots):,} module-pathway tests" in said(app)
    assert "q < 0.001" in said(app)


def test_pathways_recomputes_correlations_for_the_filtered(go, small: Pipeline) -> None:
    everyone = traits(small)
    people = everyone[everyone["LNM"] == 1]
    app = go(PATHWAYS, filter="lnm:1|", pathway_modules="All", pathway_rows="All")
    found = weighed(small, people, Rule())
    rows = by_pathway(found.dots, found.correlations, PAIR, found.joint)
    assert f"{len(people)} of {len(everyone)} training patients, as filtered" in said(app)
    shown = [r.rstrip("*") for r in tables(app)[0]["GSVA r, GoogLeNet"]]
    assert shown == [number(r) for r in rows["GoogLeNet r"]]


def test_gsva_prints_the_correlations_of_core(go, small: Pipeline) -> None:
    app = go(GSVA)
    scores, people = small.entry("gsva")["scores"], traits(small)
    table = with_signatures(scores, people[list(SIGNATURES)]).sort_values("p", kind="stable")
    stored = small.entry("gsva")["correlations"].set_index(["pathway", "signature"])
    again = table.set_index(["pathway", "signature"]).loc[stored.index]
    np.testing.assert_allclose(again[["r", "p", "q"]], stored[["r", "p", "q"]])
    shown = tables(app)[0]
    assert list(shown["r (95% CI)"]) == [estimate(r.r, r.low, r.high) for r in table.itertuples()]
    assert f"r = {number(table['r'].iloc[0])}, P = {p_number(table['p'].iloc[0])}" in said(app)


def test_gene_score_leads_with_the_out_of_fold_auc(go, small: Pipeline) -> None:
    app = go(SCORE)
    scores = small.entry("gene_score")["scores"]
    honest = auc(scores["lnm"], scores["out_of_fold"])
    assert f"**AUC {estimate(honest.auc, honest.low, honest.high)}**" in said(app)
    assert "Apparent, fitted and tested on the same patients: 1.00" in said(app)
    assert "share no core gene" in said(app)  # as in the small study
    odds = odds_ratios(scores["out_of_fold"], scores["lnm"])
    shown = tables(app)[0]
    assert list(shown["P"]) == [p_number(p) for p in odds["p"]]
    assert shown["Odds ratio (95% CI)"].iloc[3].startswith(number(odds["odds_ratio"].iloc[3]))


def test_gene_score_of_filtered_patients(go, small: Pipeline) -> None:
    scores = small.entry("gene_score")["scores"]
    clinical = small.study.clinical.set_index("patient")
    ages = clinical.loc[scores.index, "age"]
    kept = scores[ages.between(40, 62)]
    app = go(SCORE, filter="age:40..62")
    honest = auc(kept["lnm"], kept["out_of_fold"])
    assert f"**AUC {estimate(honest.auc, honest.low, honest.high)}** (n = {len(kept)}," in said(app)
    assert "stay as fitted" in said(app)


def test_a_separating_score_is_warned_of(go) -> None:
    app = go(SCORE, odds_of="apparent")
    assert [w.value for w in app.warning] == [
        "The score separates the classes: maximum likelihood has no finite estimate. Read Firth's."
    ]


@pytest.mark.parametrize(
    ("page", "rule", "wanted"),
    [
        (PATHWAYS, "cohort:no such|", "leaves no training patients with expression"),
        (PATHWAYS, "lnm:0|;age:50..52", "a correlation needs 4. Enrichment does not depend on the filter."),
        (GSVA, "cohort:no such|", "leaves no training patients with expression"),
        (GSVA, "lnm:0|", "as filtered"),
        (SCORE, "cohort:no such|", "leaves 0 LNM negative and 0 LNM positive"),
        (SCORE, "lnm:0|", "need two of each"),
    ],
)
def test_few_patients_or_one_class_are_said_calmly(go, page: str, rule: str, wanted: str) -> None:
    assert wanted in said(go(page, filter=rule))


@pytest.mark.parametrize("page", [PATHWAYS, GSVA])
def test_a_study_without_gene_sets_says_so(
    page: str, visit, small_study: Path, small_run: SmallRun, tmp_path: Path
) -> None:
    folder = tmp_path / "bare"
    folder.mkdir()
    for name in small_study.iterdir():
        if name.name != "study.toml":
            (folder / name.name).symlink_to(name)
    text = (small_study / "study.toml").read_text()
    (folder / "study.toml").write_text(re.sub(r"(?ms)^\[genesets\].*?(?=^\[|\Z)", "", text))
    app = visit(tmp_path, small_run.cache)(page)
    assert not app.exception
    assert not app.error
    assert "names no gene sets" in said(app)


def test_groups_of_the_page_are_those_of_core(small: Pipeline) -> None:
    people = traits(small)
    risk = people[["LNM", *(f"{name} high risk" for name in SIGNATURES)]]
    found = between_groups(small.entry("gsva")["scores"], risk)
    assert len(found) == 36 * 5
    assert (found["n_low"] + found["n_high"] == len(people)).all()
