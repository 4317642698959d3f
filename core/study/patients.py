"""The patients of a study: its clinical tables, held against the cohorts of study.toml."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.errors import Problem, StudyError
from core.faults import Faults
from core.study.cells import place_of
from core.study.folder import Cohort, Role
from core.study.schema import shown
from core.study.tables import Outcome, read_clinical

MIN_PER_CLASS = 5
UNREAD = ("TABLE-MISSING", "TABLE-READ", "TABLE-COLUMN")  # patients may be missing of a table with these
ROLE = 'Give one cohort role = "training".'


def read_patients(
    root: Path,
    tables: Sequence[str],
    outcome: Outcome,
    cohorts: Sequence[Cohort],
    faults: Faults,
    used: Sequence[str] = (),
) -> pd.DataFrame:
    """Clinical table of a study: patient, cohort, role, ``lnm`` (0 or 1), and what else the tables have.

    Where ``faults`` collects, rows at fault are left out, ``lnm`` is missing where it is not known, and
    warnings tell of odd cells, of gaps in columns that are ``used``.
    Adds StudyError (STUDY-COHORT, STUDY-ONE-CLASS) and what ``read_clinical`` finds.
    """
    before = len(faults.problems)
    table = read_clinical({name: root / name for name in tables}, outcome, faults, used)
    whole = all(problem.code not in UNREAD for problem in faults.problems[before:])
    roles: dict[str, Role] = {c.name: c.role for c in cohorts}
    table = _of_known_cohorts(table, roles, whole, faults)
    table.insert(2, "role", table["cohort"].map(roles))
    if whole:
        _check_classes(table, faults)
    return table


def _of_known_cohorts(
    table: pd.DataFrame, roles: dict[str, Role], whole: bool, faults: Faults
) -> pd.DataFrame:
    training = [name for name, role in roles.items() if role == "training"]
    if not training and roles:
        error = StudyError("STUDY-COHORT", "One cohort must have the role training", "none", ROLE)
        faults.add(error.at(file="study.toml", key="cohorts"))
    known = table["cohort"].isin(list(roles))
    if roles and not known.all():
        _unknown(table[~known], roles, faults)
    empty = [name for name in training if name not in set(table["cohort"])] if whole else []
    if empty:
        error = StudyError(
            "STUDY-COHORT",
            "Every training cohort must have patients in the clinical table",
            f"no row of {', '.join(empty)}",
            "Add their rows, or remove the cohort from study.toml.",
        )
        faults.add(error.at(file="study.toml", key=f"cohorts.{shown(empty[0])}"))
    return table[known].reset_index(drop=True)


def _unknown(rows: pd.DataFrame, roles: dict[str, Role], faults: Faults) -> None:
    expected = f"Cohorts of the clinical table must be {', '.join(roles)}"
    fix = "Add them to study.toml or correct the table."
    names = sorted(set(rows["cohort"]))
    each = [
        Problem("STUDY-COHORT", expected, shown(name), fix, **place_of(at), column="cohort")
        for at, name in zip(rows.index, rows["cohort"], strict=True)
    ]
    faults.add(StudyError("STUDY-COHORT", expected, shown(", ".join(names)), fix).listing(each))


def _check_classes(clinical: pd.DataFrame, faults: Faults) -> None:
    for role, minimum in (("training", MIN_PER_CLASS), ("validation", 1)):
        labels = clinical.loc[clinical["role"] == role, "lnm"]
        positive, negative = int((labels == 1).sum()), int((labels == 0).sum())
        unknown = int(labels.isna().sum())  # where faults are collected; each may be of the class that lacks
        if len(labels) and min(positive, negative) + unknown < minimum:
            error = StudyError(
                "STUDY-ONE-CLASS",
                f"The {role} patients must hold at least {minimum} LNM-positive and {minimum} LNM-negative",
                f"{positive} positive and {negative} negative",
                "Check the outcome column and its positive values in study.toml.",
            )
            faults.add(error.at(file="study.toml", key="outcome"))
