"""Cohorts by a second table, without a browser, to the written study."""

from pathlib import Path

from core.importing.reopening import reopen
from core.importing.writing import write_study
from core.study.intake.cohort_file import COLUMN, assigned, likely_columns
from core.study.intake.columns import ColumnMapping
from core.study.intake.plan import CohortPlan, ImportPlan
from core.study.intake.preview import preview
from core.study.intake.tables import read_table
from core.study.manifest import load_study
from tests.pages.importing import N, write_data


def test_two_tables_become_a_study_of_two_cohorts(tmp_path: Path) -> None:
    write_data(tmp_path / "in")
    split = [f"P{k:02d};{'own' if k < 10 else 'other'}" for k in range(N - 1)]  # the last is in no cohort
    (tmp_path / "split.csv").write_text("\n".join(["code;cohort", *split, "Z9;own"]) + "\n")
    frame, given = (read_table(path).frame for path in (tmp_path / "in/table.csv", tmp_path / "split.csv"))
    found = assigned(frame, "id", given, *likely_columns(given))
    assert list(found.matches.unused) == ["Z9"]
    files = {"folder": str(tmp_path / "in/images"), "images": "{patient}/dce_{phase}.nii.gz",
             "masks": "{patient}/mask.nii.gz"}  # fmt: skip
    cohorts = (
        CohortPlan("own", "training", ("own",), **files),
        CohortPlan("other", "validation", ("other",), **files),
    )
    columns = ColumnMapping("id", "pathologic_N", COLUMN, "age")
    plan = ImportPlan("Two", columns=columns, cohorts=cohorts)
    seen = preview(plan, found.frame)
    assert seen.notes == ("1 patients are of no cohort: P13",) and not seen.problems
    done = write_study(plan, found.frame, tmp_path / "study")
    study = load_study(done.root)
    assert study.patients("training") == [f"P{k:02d}" for k in range(10)]
    assert study.patients("validation") == ["P10", "P11", "P12"]
    assert COLUMN not in study.clinical
    # Gone through again, the study knows its cohorts without the second table.
    again, table = reopen(done.root)
    assert preview(again, table).included == done.included
