"""The rule on hand-made tables, and on the small network whose answer is known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.genomics.joint_evidence import (
    Rule,
    by_pathway,
    dots,
    joint_evidence,
    overlap_genes,
    related_modules,
    weigh,
)

SIGNATURES = ("Radiomics", "GoogLeNet")


@pytest.fixture
def enrichment() -> pd.DataFrame:
    rows = [
        ("brown", "MAPK", 22, 48, 567, 1e-16), ("brown", "NOD", 9, 53, 567, 0.04),
        ("blue", "MAPK", 3, 48, 642, 0.6), ("blue", "CYCLE", 33, 68, 642, 1e-30),
        ("brown", "CYCLE", 0, 68, 567, 1.0), ("blue", "NOD", 8, 53, 642, 0.05),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["module", "gene_set", "overlap", "set_size", "module_size", "q"])
    return table.assign(category="", p=table["q"] / 10, expected=1.0, odds_ratio=2.0, genes="")


@pytest.fixture
def traits() -> pd.DataFrame:
    rows = [
        ("brown", "Radiomics high risk", 0.22, 0.04, 0.3),
        ("brown", "GoogLeNet high risk", -0.3, 0.004, 0.04),
        ("blue", "Radiomics high risk", 0.1, 0.3, 0.6),
        ("blue", "GoogLeNet high risk", np.nan, np.nan, np.nan),
        ("blue", "Radiomics", 0.5, 0.001, 0.01), ("blue", "LNM", 0.5, 0.001, 0.01),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["module", "trait", "r", "p", "q"]).assign(n=88)


@pytest.fixture
def correlations() -> pd.DataFrame:
    rows = [
        ("MAPK", "Radiomics", 0.1, 0.3, 0.6), ("MAPK", "GoogLeNet", 0.3, 0.01, 0.04),
        ("NOD", "Radiomics", -0.2, 0.049, 0.2), ("NOD", "GoogLeNet", 0.28, 0.02, 0.06),
        ("CYCLE", "Radiomics", 0.4, 0.001, 0.01), ("CYCLE", "GoogLeNet", 0.4, 0.001, 0.01),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["pathway", "signature", "r", "p", "q"])
    return table.assign(low=np.nan, high=np.nan, n=88, slope=0.0, intercept=0.0)


def test_both_lines_must_hold_for_the_same_signature(enrichment, traits, correlations) -> None:
    found = joint_evidence(enrichment, traits, correlations, SIGNATURES, Rule())
    # CYCLE is enriched in blue alone, which goes with Radiomics itself but with no risk group.
    assert found[["pathway", "signature", "module"]].to_numpy().tolist() == [
        ["MAPK", "GoogLeNet", "brown"],
        ["NOD", "GoogLeNet", "brown"],
        ["NOD", "Radiomics", "brown"],
    ]
    first = found.iloc[0]
    assert (first["module_r"], first["gsva_r"], first["enrichment_q"], first["n"]) == (-0.3, 0.3, 1e-16, 88)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(by="q"), [("MAPK", "GoogLeNet")]),
        (Rule(enrichment_q=0.01), [("MAPK", "GoogLeNet")]),
        (Rule(limit=0.015), [("MAPK", "GoogLeNet")]),
        (Rule(limit=0.001), []),
    ],
)
def test_every_limit_counts(rule, expected, enrichment, traits, correlations) -> None:
    found = joint_evidence(enrichment, traits, correlations, SIGNATURES, rule)
    assert list(found[["pathway", "signature"]].itertuples(index=False, name=None)) == expected


def test_limits_are_strict_and_signatures_are_those_asked_for(enrichment, traits, correlations) -> None:
    only = joint_evidence(enrichment, traits, correlations, ["Radiomics"], Rule())
    assert list(only["pathway"]) == ["NOD"]
    assert joint_evidence(enrichment, traits, correlations, ["Radiomics"], Rule(limit=0.04)).empty
    assert list(related_modules(traits, SIGNATURES, Rule())["signature"]) == ["GoogLeNet", "Radiomics"]


def test_dots_and_the_row_of_each_pathway(enrichment, traits, correlations) -> None:
    joint = joint_evidence(enrichment, traits, correlations, SIGNATURES, Rule())
    drawn = dots(enrichment, joint, 0.05)
    assert drawn["hit"].tolist() == [True, True, False, True, False, False]
    assert drawn["joint"].tolist() == ["GoogLeNet", "GoogLeNet, Radiomics", "", "", "", ""]
    np.testing.assert_allclose(drawn["strength"], -np.log10(enrichment["q"]))
    np.testing.assert_allclose(drawn["share"].iloc[0], 22 / 48)
    rows = by_pathway(drawn, correlations, SIGNATURES, joint)
    assert rows[["pathway", "module", "hits", "joint"]].to_numpy().tolist() == [
        ["MAPK", "brown", 1, "GoogLeNet"],
        ["NOD", "brown", 1, "Radiomics, GoogLeNet"],
        ["CYCLE", "blue", 1, ""],
    ]
    assert rows.loc[1, "GoogLeNet r"] == 0.28
    assert rows.loc[1, "Radiomics p"] == 0.049


def test_overlap_genes_come_by_membership() -> None:
    kme = pd.DataFrame({"brown": [0.2, -0.9, 0.5], "blue": [1.0, 1.0, 1.0]}, index=["A", "B", "C"])
    found = overlap_genes(pd.Series({"genes": "A;B;C", "module": "brown"}), kme)
    assert found.to_numpy().tolist() == [["B", -0.9], ["C", 0.5], ["A", 0.2]]
    assert overlap_genes(pd.Series({"genes": "", "module": "brown"}), kme).empty


@pytest.fixture
def people() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Eigengenes, scores and traits in which brown and MAPK follow GoogLeNet."""
    rng = np.random.default_rng(7)
    codes = [f"P{i}" for i in range(60)]
    value = rng.normal(size=60)
    traits = pd.DataFrame({"LNM": (rng.random(60) < 0.5) * 1.0, "GoogLeNet": value}, index=codes)
    traits["GoogLeNet high risk"] = (value > np.median(value)) * 1.0
    eigengenes = pd.DataFrame(
        {"MEbrown": value + rng.normal(size=60), "MEblue": rng.normal(size=60)}, index=codes
    )
    scores = pd.DataFrame(
        [value + rng.normal(size=60), *rng.normal(size=(2, 60))], ["MAPK", "NOD", "CYCLE"], codes
    )
    return eigengenes.assign(MEgrey=value), scores, traits


def test_weigh_counts_the_patients_it_is_given(enrichment, people) -> None:
    eigengenes, scores, traits = people
    some = traits.iloc[:40]
    found = weigh(enrichment, eigengenes, scores, some, ["GoogLeNet"], Rule())
    assert found.n == 40
    assert list(found.joint["pathway"]) == ["MAPK"]
    expected = stats.pearsonr(scores.loc["MAPK", some.index], some["GoogLeNet"])
    assert found.joint["gsva_r"].iloc[0] == pytest.approx(expected.statistic)
    module = stats.pearsonr(eigengenes.loc[some.index, "MEbrown"], some["GoogLeNet high risk"])
    assert found.joint["module_p"].iloc[0] == pytest.approx(module.pvalue)
    assert "grey" not in set(found.related["module"])


@pytest.mark.parametrize("n", [0, 1, 3])
def test_weigh_says_nothing_about_too_few(n: int, enrichment, people) -> None:
    eigengenes, scores, traits = people
    found = weigh(enrichment, eigengenes, scores, traits.iloc[:n], ["GoogLeNet"], Rule())
    assert found.n == n
    assert found.joint.empty
    assert found.related.empty
    assert found.correlations["r"].isna().all()
    assert found.dots["hit"].sum() == 3
