"""The real index: what both collections hold, offline. The counts are those of the pinned idc-index-data."""

import socket
import time

import pytest

from core.errors import StudyError
from core.study.archives import idc, rules
from core.study.archives.idc_index import read_index

BOTH = ["tcga_brca", "breast_mri_nact_pilot"]


@pytest.fixture(scope="module")
def plan():
    return idc.make_plan(BOTH)


@pytest.fixture(scope="module")
def everything():
    return read_index(BOTH)


def left(plan, cohort, rule):
    row = plan.flow[(plan.flow["cohort"] == cohort) & (plan.flow["rule"] == rule)].iloc[0]
    return row["n"], row["source"]


def test_patients_after_each_rule(plan):
    tcga = {rule: left(plan, "TCGA-BRCA", rule)[0] for rule in ("mr", "ge", "dynamic", "first_exam")}
    assert tcga == {"mr": 137, "ge": 107, "dynamic": 104, "first_exam": 104}
    nact = {
        rule: left(plan, "Breast-MRI-NACT-Pilot", rule)[0]
        for rule in ("mr", "ge", "dynamic", "maps", "first_exam")
    }
    assert set(nact.values()) == {64}


def test_what_only_headers_can_say_is_not_yet_known(plan):
    unknown = plan.flow[plan.flow["n"].isna()]
    assert list(unknown["rule"]) == ["field", "sagittal", "preoperative", "field", "sagittal", "baseline"]
    assert set(unknown["source"]) == {"headers", "elsewhere"}
    assert unknown["reasons"].iloc[0] == "not yet known: read of 0 of 104 patients"


def test_the_dynamic_series_of_every_nact_exam_is_the_one_that_the_maps_came_from(everything):
    nact = everything[everything["collection"] == "breast_mri_nact_pilot"]
    counts = nact.groupby(["patient", "exam"])["kind"].value_counts().unstack(fill_value=0)
    assert len(counts) == 189
    assert (counts[["dynamic", "ser", "report"]] == 1).all(axis=None)
    assert (counts["seg"] == 4).all()
    assert counts["pe1"].sum() == 188  # one exam holds PE2 instead
    named = nact[(nact["kind"] == "dynamic") & nact["description"].str.contains("dfgre|3d", case=False)]
    assert len(named) == 187  # ad and l breast: the description alone misses them


def test_no_series_after_processing_counts_as_dynamic(everything):
    tcga = everything[(everything["collection"] == "tcga_brca") & (everything["kind"] == "dynamic")]
    assert not tcga["description"].str.contains("CAD~|SUB|MIP|T2|STIR|DWI|reformat", case=False).any()
    assert {"Ax Vibrant MULTIPHASE", "Sag Vibrant +C", "SAG 3D (POST-CONTRAST)"} <= set(tcga["description"])
    undescribed = everything[everything["kind"] == "undescribed"]
    assert undescribed["patient"].nunique() == 3


def test_segmentations_of_slides_are_not_segmentations_of_mr(plan, everything):
    tcga = everything[everything["collection"] == "tcga_brca"]
    assert (tcga["modality"] == "SEG").sum() == 0
    contents = plan.contents.set_index(["collection", "kind"])
    assert contents.loc[("breast_mri_nact_pilot", "seg"), ["patients", "series"]].tolist() == [64, 256]
    assert contents.loc[("breast_mri_nact_pilot", "pe1"), "patients"] == 63
    assert contents.loc[("breast_mri_nact_pilot", "pe2"), "patients"] == 1
    assert contents.loc[("breast_mri_nact_pilot", "ser"), "patients"] == 64


def test_the_first_exam_of_every_nact_patient_is_the_one_before_all_others(plan):
    nact = plan.series[plan.series["collection"] == "breast_mri_nact_pilot"]
    assert set(nact["exam"]) == {1}


def test_size_and_licence_stand_before_the_download(plan):
    assert plan.bytes == 21_766_792_448
    assert set(plan.contents["licence"]) == {"CC BY 3.0"}
    assert plan.contents["bytes"].sum() == plan.bytes


def test_neither_dates_nor_uids_leave_the_index(everything):
    text = everything.to_csv()
    assert "1.3.6.1.4" not in text
    assert not any("date" in column.lower() for column in everything.columns)


def test_rules_can_be_chosen():
    plan = idc.make_plan(["tcga_brca"], ["dynamic"])
    assert list(plan.flow["rule"]) == ["mr", "dynamic"]
    assert plan.flow["n"].tolist() == [137, 134]
    with pytest.raises(StudyError, match=r"IDC-RULE.*siemens"):
        idc.make_plan(["tcga_brca"], ["siemens"])
    with pytest.raises(StudyError, match=r"IDC-COLLECTION.*nowhere"):
        idc.make_plan(["nowhere"])


def test_the_index_is_read_quickly_and_without_a_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    start = time.monotonic()
    assert len(read_index(BOTH)) == 4806
    assert time.monotonic() - start < 30  # 0.5 s alone; the reader of pandas, unfiltered, takes gigabytes


def test_header_rules_count_once_everybody_is_read(everything):
    steps = {"breast_mri_nact_pilot": rules.rules_of("breast_mri_nact_pilot")}
    chosen = rules.choose(everything, steps)
    dynamic = chosen[chosen["kind"] == "dynamic"]
    headers = dynamic[["uuid"]].assign(tesla=1.5, orientation="sagittal", visit="MRI_1")
    headers.iloc[0, 1], headers.iloc[1, 2] = 3.0, "axial"
    flow = rules.flow(everything, steps, headers).set_index("rule")
    assert flow.loc[["field", "sagittal", "baseline"], "n"].tolist() == [63, 62, 62]
    assert flow.loc["field", "reasons"] == "1 another field strength"
    part = rules.flow(everything, steps, headers.iloc[:10]).set_index("rule")
    assert part.loc["field", "reasons"] == "not yet known: read of 10 of 64 patients"
    assert part.loc[["field", "sagittal"], "n"].isna().all()
