"""Orders of the heat map: permutations, sorted as asked, and clusters that stand together."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.genomics.clustering import PATIENT_ORDERS, leaf_order, pathway_order, patient_order

UNIT = st.floats(-1, 1, allow_nan=False, width=32)


@st.composite
def cohorts(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    n = draw(st.integers(1, 15))
    codes = [f"P{i:02d}" for i in draw(st.permutations(range(n)))]
    scores = pd.DataFrame(draw(arrays(float, (4, n), elements=UNIT)), list("abcd"), codes)
    lnm = draw(arrays(float, n, elements=st.sampled_from([0.0, 1.0, np.nan])))
    value = draw(arrays(float, n, elements=UNIT | st.just(np.nan)))
    high = (value > 0).astype(float)
    return scores, pd.DataFrame({"lnm": lnm, "high": high, "value": value}, index=sorted(codes))


@given(cohort=cohorts(), by=st.sampled_from(PATIENT_ORDERS))
def test_every_patient_once(cohort: tuple[pd.DataFrame, pd.DataFrame], by: str) -> None:
    scores, groups = cohort
    assert sorted(patient_order(scores, groups, by)) == sorted(scores.columns)


@given(cohort=cohorts(), by=st.sampled_from(["LNM", "Risk group", "Signature"]))
def test_sorted_by_group_then_value(cohort: tuple[pd.DataFrame, pd.DataFrame], by: str) -> None:
    scores, groups = cohort
    found = groups.loc[patient_order(scores, groups, by)].fillna(np.inf)
    keys = {"LNM": ["lnm", "value"], "Risk group": ["high", "value"], "Signature": ["value"]}[by]
    rows = list(found[keys].itertuples(index=False, name=None))
    assert rows == sorted(rows)


def test_an_order_that_is_none_is_refused() -> None:
    scores = pd.DataFrame([[1.0, 2.0]], ["a"], ["P1", "P2"])
    with pytest.raises(KeyError):
        patient_order(scores, pd.DataFrame(index=["P1", "P2"]), "Age")


def test_patients_of_one_cluster_stand_together() -> None:
    rng = np.random.default_rng(0)
    kind = rng.permutation([0] * 10 + [1] * 10 + [2] * 10)
    scores = pd.DataFrame(rng.normal(0, 0.1, (5, 30)) + kind, list("abcde"), [f"P{i}" for i in range(30)])
    found = [kind[int(code[1:])] for code in patient_order(scores, pd.DataFrame(), "Clustering")]
    assert sum(a != b for a, b in zip(found, found[1:], strict=False)) == 2


@given(rows=arrays(float, st.tuples(st.integers(0, 9), st.integers(0, 3)), elements=UNIT))
def test_leaves_are_a_permutation(rows: np.ndarray) -> None:
    assert sorted(leaf_order(rows)) == list(range(len(rows)))


def test_pathways_stand_by_category_in_the_order_of_the_paper() -> None:
    names = ["s1", "g1", "i1", "x1", "none", "i2"]
    scores = pd.DataFrame(np.random.default_rng(1).normal(size=(6, 8)), names)
    categories = pd.Series(
        {"s1": "Signal transduction", "g1": "Cell growth and death", "i1": "Immune system",
         "i2": "Immune system", "x1": "Metabolism", "none": ""}
    )  # fmt: skip
    found = pathway_order(scores, categories, "KEGG category")
    assert [name for name, _ in found] == [
        "Cell growth and death", "Immune system", "Signal transduction", "Metabolism", "",
    ]  # fmt: skip
    assert {name: set(own) for name, own in found}["Immune system"] == {"i1", "i2"}
    ((name, own),) = pathway_order(scores, categories, "Clustering")
    assert name == ""
    assert sorted(own) == sorted(names)
