"""The paper's numbers are those of the reference, and stand beside the right ones of the study."""

from pathlib import Path

import pandas as pd
import pytest

from core.published import paper

MODELS = ("Radiomics", "GoogLeNet", "ResNet50", "DLRN")  # of the paper, and of the small study


@pytest.fixture
def metrics() -> pd.DataFrame:
    rows = []
    for cohort, role in (("A", "training"), ("B", "validation"), ("C", "validation")):
        for i, model in enumerate(MODELS):
            row = {"cohort": cohort, "role": role, "model": model, "n": 10, "positives": 4, "hl_p": 0.5}
            for j, name in enumerate(paper.OURS.values()):
                row |= {name: (i + j) / 10, f"{name}_low": 0.0, f"{name}_high": 1.0}
            rows.append(row)
    return pd.DataFrame(rows)


def test_table_1_is_the_printed_one(shared: Path) -> None:
    printed = pd.read_csv(shared / "reference" / "published_table1.csv").rename(columns={"cohort": "role"})
    pd.testing.assert_frame_equal(paper.published_table(), printed)


def test_each_cohort_stands_beside_the_paper_s_of_its_role(metrics: pd.DataFrame) -> None:
    table = paper.side_by_side(metrics).set_index(["cohort", "model", "metric"])
    assert table.loc[("A", "DLRN", "AUC"), ["paper", "paper_low", "paper_high", "study"]].tolist() == [
        0.98, 0.93, 1.0, 0.3,
    ]  # fmt: skip
    assert table.loc[("C", "Radiomics", "SPEC"), ["paper", "study"]].tolist() == [0.82, 0.3]
    assert table["paper"].notna().all()
    assert table.loc[("B", "ResNet50", "NPV"), "paper_n"] == 57


def test_a_model_that_the_paper_has_not_has_no_paper_value(metrics: pd.DataFrame) -> None:
    table = paper.side_by_side(metrics.replace({"model": {"DLRN": "Other"}}))
    assert table.loc[table["model"] == "Other", "paper"].isna().all()


def test_facts_find_their_counterparts() -> None:
    traits = pd.DataFrame(
        {
            "module": ["brown", "grey", "red"] * 2,
            "trait": ["Radiomics high risk"] * 3 + ["GoogLeNet high risk"] * 3,
            "r": [0.2, 0.9, -0.4, 0.1, 0.0, 0.3], "p": [0.04, 0.001, 0.01, 0.3, 0.9, 0.02],
        }
    )  # fmt: skip
    info = {"radiomics": {"core": 5}, "deep": {"core": 7}, "common": 2, "auc": {}}
    found = paper.module_facts(traits, 1500) | paper.gene_facts(info)
    table = paper.facts_beside(found)
    table = table[table["role"] == "training"].set_index(["topic", "what", "statistic"]).sort_index()
    assert table.loc[("Modules", "Modules", "n"), "study"] == "2"
    assert table.loc[("Modules", "Radiomics", "modules with P < 0.05"), "study"] == "2"
    assert table.loc[("Modules", "Radiomics", "strongest module"), "study"] == "red, r = -0.40"
    assert table.loc[("Modules", "Genes kept", "n"), ["paper", "study"]].tolist() == ["11,687", "1,500"]
    assert table.loc[("Gene score", "Core genes in common", "n"), ["paper", "study"]].tolist() == ["20", "2"]
    assert table.loc[("Gene score", "RadDeepGene", "AUC"), "study"] == ""


def test_every_fact_of_the_study_has_a_place_in_the_table(small_run) -> None:
    from core.evaluation.pairs import pairs_table
    from core.pipeline import Pipeline
    from core.store import Store
    from core.study.manifest import load_study

    study = load_study(small_run.study)
    pipeline = Pipeline(study, Store(small_run.cache))
    predictions, metrics = pipeline.entry("fusion")["predictions"], pipeline.entry("evaluation")["metrics"]
    found = paper.model_facts(predictions, pairs_table(predictions, MODELS), metrics)
    found |= paper.cohort_facts(pipeline.entry("cohort_tests")["tests"], study.clinical)
    table = paper.facts_beside(found)
    own = table[~table["topic"].isin(("Modules", "GSVA", "Gene score"))]
    assert ((own["study"] != "") | (own["study_p"] != "")).all()
