"""Node status: what each way of writing it means, and that nobody is lost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.study.intake.n_stage import stage_category
from core.study.intake.node_status import CATEGORIES, LabelRule, completed, node_status

WRITTEN = {
    "N0": "N0", "pN0": "N0", "n0": "N0", "N0 (i-)": "N0", "pN0(sn)": "N0", "N0(i-)(sn)": "N0",
    "N0 (i+)": "N0(i+)", "pN0(i+)": "N0(i+)", "N0 (i+)(sn)": "N0(i+)", "N0i+": "N0(i+)",
    "N0 (mol+)": "N0(mol+)", "N0 (mol-)": "N0", "N1mi": "N1mi", "pN1mi (sn)": "N1mi",
    "N1": "N+", "N1a": "N+", "N1c": "N+", "N2": "N+", "N2b": "N+", "N3c": "N+", "N+": "N+", "pN+": "N+",
    "NX": "NX", "pNx": "NX", "cN0": "clinical", "cN1": "clinical", "ypN0": "after therapy",
    "ypN1a": "after therapy", "": "missing", "[Not Available]": "missing", "Not Reported": "missing",
    "['N0', 'N0']": "N0", "N0|N1a": "several", "N1a;N2": "N+", "['N0', '']": "N0", "N4": "unreadable",
    "N2mi": "unreadable", "T2": "unreadable", "0": "unreadable", "N0 or N1": "unreadable",
}  # fmt: skip


@pytest.mark.parametrize(("text", "category"), WRITTEN.items())
def test_each_way_of_writing_a_stage(text, category):
    assert stage_category(text) == category


def test_ajcc_decides_by_default_and_the_user_may_decide_otherwise():
    values = ["N0", "N0 (i+)", "N1mi", "N2a", "NX", None, "N0 (mol+)", "cN0", "ypN0"]
    patients = [f"P{i}" for i in range(len(values))]
    default = node_status(patients, values, LabelRule())
    assert default.labels == {"P0": 0, "P1": 0, "P2": 1, "P3": 1, "P6": 0}
    assert list(default.excluded["patient"]) == ["P4", "P5", "P7", "P8"]
    own = LabelRule(decisions={"N0(i+)": "positive", "N1mi": "exclude", "NX": "negative"})
    assert node_status(patients, values, own).labels == {"P0": 0, "P1": 1, "P3": 1, "P4": 0, "P6": 0}
    assert default.patients.loc[1, "reason"] == "negative: isolated tumour cells (N0 (i+))"


def test_counts_name_every_raw_value():
    found = node_status("ABCDE", ["N0", "N0", "N1", "NX", float("nan")], LabelRule()).counts
    assert found["n"].sum() == 5
    assert found.iloc[0].to_dict() == {
        "raw": "N0", "category": "N0", "meaning": CATEGORIES["N0"], "decision": "negative", "n": 2,
    }  # fmt: skip
    assert set(found["raw"]) == {"N0", "N1", "NX", ""}


def test_node_counts():
    values = [0, 3, 2.0, "0", "4,0", "2.5", -1, "", None, "many"]
    found = node_status(range(10), values, LabelRule("count"))
    assert found.labels == {0: 0, 1: 1, 2: 1, 3: 0, 4: 1}
    assert list(found.excluded["category"]) == [
        "unreadable",
        "unreadable",
        "missing",
        "missing",
        "unreadable",
    ]


def test_plain_values():
    rule = LabelRule("values", positive=("1", "yes"), negative=("0", "no"))
    assert node_status("ABCDE", [1, "0", "yes", 1.0, "perhaps"], rule).labels == {
        "A": 1,
        "B": 0,
        "C": 1,
        "D": 1,
    }


def test_a_second_column_completes_and_contradicts():
    patients, stages = list("ABCD"), ["N0", "NX", "N0", "NX"]
    first = node_status(patients, stages, LabelRule())
    second = node_status(patients, [0, 2, 4, None], LabelRule("count"))
    both = completed(first, second)
    assert both.labels == {"A": 0, "B": 1}
    assert list(both.excluded["category"]) == ["several", "NX"]
    assert first.labels == {"A": 0, "C": 0}


@given(st.lists(st.one_of(st.text(max_size=8), st.none(), st.floats(), st.integers()), max_size=20))
def test_nobody_is_dropped_whatever_the_values(values):
    for kind in ("stage", "count", "values"):
        found = node_status(range(len(values)), values, LabelRule(kind))
        assert len(found.patients) == len(values) == found.counts["n"].sum()
        assert set(found.patients["category"]) <= set(CATEGORIES)
        assert (found.patients["label"].isna() == found.patients["reason"].str.startswith("left out")).all()
        assert isinstance(found.patients["label"].dtype, pd.Int64Dtype)
