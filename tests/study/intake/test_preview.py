"""Who would be in a study: rows joined or refused, cohorts, steps, and what is still open."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from core.errors import StudyError, TableError
from core.study.inclusion import FIRST
from core.study.intake.columns import ColumnMapping
from core.study.intake.node_status import LabelRule
from core.study.intake.people import people
from core.study.intake.plan import CohortPlan, ImportPlan
from core.study.intake.preview import EXAMS, FILES, HAND, NODES, preview
from core.study.intake.rules import Rule
from core.study.intake.scan import Listing
from core.study.intake.written import clinical_table, manifest

COLUMNS = ColumnMapping("id", "pN", "site", "age", ("grade",))
FILES_OF = [f"{kind}/P{i}{end}" for i in range(30) for kind, end in (("i", "_1.nii"), ("m", ".nii"))]
COHORT = CohortPlan("one", "training", ("A",), "data", "i/{patient}_{phase}.nii", "m/{patient}.nii")
PLAN = ImportPlan(
    "Study", columns=COLUMNS, cohorts=(COHORT, replace(COHORT, name="two", role="validation", values=("B",)))
)


def _frame(n=16, **changes):
    rows = [
        {
            "id": f"P{i}",
            "pN": ("N0", "N1")[i % 2],
            "site": "AB"[i >= 12],
            "age": str(40 + i),
            "grade": "2",
            "MRN": "x",
        }
        for i in range(n)
    ]
    frame = pd.DataFrame(rows, dtype=object)
    for name, values in changes.items():
        for at, value in values.items():
            frame.loc[at, name] = value
    return frame


def _listed(_root):
    return Listing(Path("data"), tuple(sorted(FILES_OF)), ("i", "m"))


def test_rows_of_one_patient_are_joined_unless_they_contradict():
    plan = replace(PLAN, codes="tcga")
    frame = pd.DataFrame(
        [
            ("TCGA-AO-A03M-01A", "N0", "A", "50", None), ("TCGA-AO-A03M-11A", "N0", "A", "50", "2"),
            ("TCGA-AO-A03N-01A", "N0", "A", "50", "1"), ("TCGA-AO-A03N-06A", "N1", "A", "50", "1"),
            (None, "N0", "A", "1", "1"), ("a/b", "N0", "C", "1", "1"),
        ],
        columns=["id", "pN", "site", "age", "grade"], index=range(2, 8),
    )  # fmt: skip
    found = people(frame, plan)
    assert list(found.who["patient"]) == ["TCGA-AO-A03M", "TCGA-AO-A03N", "a/b"]
    assert found.values.loc["TCGA-AO-A03M", "grade"] == "2"
    assert found.notes == (
        "row 6: no patient code, left out", "patient TCGA-AO-A03M (row 2 and 3): joined into one",
        "1 patients are of no cohort: a/b",
    )  # fmt: skip
    assert [p.split(": ")[1] for p in found.problems] == [
        "pN not the same", "the code holds / \\ .. or a control character",
    ]  # fmt: skip
    assert len(people(frame, replace(plan, left_out=("TCGA-AO-A03N",))).problems) == 1


def test_two_cohorts_and_each_step():
    frame = _frame(pN={1: "NX"}, site={15: "Z"}, id={14: "Q9"})
    found = preview(replace(PLAN, left_out=("P2",)), frame, listed=_listed)
    assert found.included == tuple(f"P{i}" for i in range(14) if i not in (1, 2))
    assert dict(zip(found.patients["patient"], found.patients["reason"], strict=True)) == {
        **{f"P{i}": "" for i in range(14)}, "P1": "Node status: nodes not assessed (NX)",
        "P2": "left out by hand", "Q9": f"{FILES}: no image", "P15": "of no cohort",
    }  # fmt: skip
    flow = found.flow[["cohort", "step", "n"]].to_numpy().tolist()
    assert flow == [
        ["one", FIRST, 12], ["one", NODES, 11], ["one", FILES, 11], ["one", HAND, 10],
        ["two", FIRST, 3], ["two", NODES, 3], ["two", FILES, 2], ["two", HAND, 2],
    ]  # fmt: skip
    assert found.problems == ()


def test_what_is_not_known_yet_is_missing_in_the_flow():
    nowhere = replace(PLAN, cohorts=(replace(COHORT, folder=""),))
    found = preview(nowhere, _frame(), listed=_listed)
    assert found.problems == ("cohort one: no folder of images, or no pattern",)
    assert found.flow.loc[found.flow["step"] == FILES, "n"].isna().all() and not found.included
    rules = replace(PLAN, rules=(Rule("manufacturer", values=("GE",)),))
    found = preview(rules, _frame(), listed=_listed)
    assert found.problems == ("Manufacturer: GE: the image headers are not read yet",)
    assert preview(replace(PLAN, cohorts=()), _frame(), listed=_listed).problems[0].startswith("no cohort")


def test_masks_that_are_not_looked_for_are_not_counted_as_found():
    exams = tuple(sorted(f"P{i}/dce/{k}.dcm" for i in range(30) for k in range(2)))
    folders = tuple(sorted(f"P{i}{end}" for i in range(30) for end in ("", "/dce")))
    inside = tuple(replace(c, images="{patient}", masks="") for c in PLAN.cohorts)
    plan = replace(PLAN, cohorts=inside)
    found = preview(plan, _frame(), listed=lambda _: Listing(Path("data"), exams, folders))
    assert list(dict.fromkeys(found.flow["step"])) == [FIRST, NODES, EXAMS]
    assert len(found.included) == 16 and found.problems == ()


def test_too_few_of_a_class_are_a_problem():
    found = preview(replace(PLAN, label=LabelRule(decisions={"NX": "exclude"})), _frame(8), listed=_listed)
    assert found.problems == (
        "the training patients must hold at least 5 LNM-positive and 5 negative; found 4 and 4",
    )


def test_rules_may_ask_for_columns_that_stay_out_of_the_study():
    plan = replace(PLAN, rules=(Rule("column", "MRN", values=("x",)),))
    found = preview(plan, _frame(MRN={3: "y"}), listed=_listed)
    assert "P3" not in found.included
    table = clinical_table(plan, found, list(found.included))
    assert list(table.columns) == ["patient", "cohort", "age", "lnm", "pN", "grade"]
    with pytest.raises(TableError, match="TABLE-PRIVACY"):
        preview(replace(plan, columns=replace(COLUMNS, covariates=("MRN",))), _frame(), listed=_listed)


def test_names_that_nodescope_needs_are_kept_free():
    columns = ColumnMapping("id", "lnm", covariates=("role", "age", "grade"))
    plan = ImportPlan("S", columns=columns, label=LabelRule("values", positive=("N1",), negative=("N0",)))
    frame = _frame().rename(columns={"pN": "lnm", "site": "role"})
    found = preview(replace(plan, cohorts=(replace(COHORT, values=()),)), frame, listed=_listed)
    table = clinical_table(plan, found, list(found.included))
    assert list(table.columns) == [
        "patient",
        "cohort",
        "lnm",
        "lnm (table)",
        "role (table)",
        "age (table)",
        "grade",
    ]


def test_the_manifest_keeps_what_a_plan_does_not_say():
    before = '# by hand\n[study]\nname = "Old" # first\nsynthetic = true\n[settings.forest]\ntrees = 5\n'
    before += '[genesets]\nfiles = ["x"]\n'
    text = manifest(PLAN, {"one": {"role": "training", "phase": 1}}, "e.tsv", [], before)
    assert text.startswith('# by hand\n[study]\nname = "Study" # first\nsynthetic = true\n')
    assert "trees = 5" in text and "genesets" not in text and 'file = "e.tsv"' in text
    with pytest.raises(StudyError, match="STUDY-TOML"):
        manifest(PLAN, {}, "", [], "[[[")
