"""Which patients train the model and which validate it."""

import streamlit as st

from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.intake.columns import ColumnMapping
from core.study.intake.tables import SourceTable
from pages._ui.study.data import cohort_table, columns, drafting, table
from pages._ui.study.data.cohort_table import WAY

WAYS = {"one": "All patients are one cohort", "column": "A column says", WAY: "Another table says"}
ROLES = {"training": "training", "validation": "validation", "": "leave out"}
TRAINING = ("train", "development", "discovery", "derivation")
MOST = 12


def draw(draft: Draft, found: SourceTable, mapping: ColumnMapping) -> None:
    """One cohort, or a role for each of those that a column or another table names."""
    way = st.radio(
        "Cohorts", list(WAYS), format_func=WAYS.get, horizontal=True, label_visibility="collapsed",
        **drafting.kept(draft, "cohort_way", _way(draft, found), list(WAYS)),
    )  # fmt: skip
    if way == "one":
        st.text_input("Name of the cohort", **drafting.kept(draft, "cohort_name", "training"))
        st.caption("It trains the model; results are out-of-fold. A validation cohort can be added later.")
        return
    if way == WAY:
        cohort_table.draw(draft, table.alone(draft))
        found = table.read(draft)  # with what was just chosen
    else:
        names = [n for n in map(str, found.frame.columns) if n not in (mapping.patient, mapping.outcome)]
        likely = table.likely(draft, found).cohort
        st.selectbox("Column", names, **drafting.kept(draft, "map_cohort", likely or names[0], names))
    mapping = columns.chosen(draft, found)
    if not mapping.cohort:
        return
    values = levels(found, mapping)
    if len(values) > MOST:
        return
    sizes = _sizes(found, mapping)
    for row in range(0, len(values), 3):
        for place, value in zip(st.columns(3), values[row : row + 3], strict=False):
            place.segmented_control(
                f"{plain(value)}, n = {sizes[value]}", list(ROLES), format_func=ROLES.get, required=True,
                **drafting.kept(draft, f"role_{value}", _likely(value, sizes), list(ROLES)),
            )  # fmt: skip


def roles(draft: Draft, found: SourceTable) -> dict[str, str]:
    """Role of each cohort, by its name; cohorts that are left out are not in it."""
    mapping = columns.chosen(draft, found)
    if not mapping.cohort:
        return {draft.get("cohort_name", "training").strip(): "training"}
    sizes = _sizes(found, mapping)
    given = {value: draft.get(f"role_{value}", _likely(value, sizes)) for value in levels(found, mapping)}
    kept = {value: role for value, role in given.items() if role}
    return dict(sorted(kept.items(), key=lambda one: one[1]))  # training first


def missing(draft: Draft, found: SourceTable) -> str:
    """What is still to be chosen."""
    mapping = columns.chosen(draft, found)
    way = draft.get("cohort_way", _way(draft, found))
    if way != "one" and not mapping.cohort:
        return "choose the table of the cohorts" if way == WAY else "choose the column of the cohorts"
    if mapping.cohort and len(levels(found, mapping)) > MOST:
        return f"choose a column of at most {MOST} cohorts"
    given = roles(draft, found)
    if "" in given:
        return "name the cohort"
    return "" if "training" in given.values() else "choose a cohort that trains the model"


def levels(found: SourceTable, mapping: ColumnMapping) -> list[str]:
    """Values of the cohort column."""
    return sorted(found.frame[mapping.cohort].dropna().astype(str).unique())


def _way(draft: Draft, found: SourceTable) -> str:
    return "column" if table.likely(draft, found).cohort else "one"


def _sizes(found: SourceTable, mapping: ColumnMapping) -> dict[str, int]:
    """Patients of each cohort, the largest first."""
    return {str(value): int(n) for value, n in found.frame[mapping.cohort].value_counts().items()}


def _likely(value: str, sizes: dict[str, int]) -> str:
    """By its name; where none is named so, the largest trains."""
    named = [v for v in sizes if v.lower().startswith(TRAINING)] or list(sizes)[:1]
    return "training" if value in named else "validation"
