"""What makes a patient LNM positive: every raw value with its count, every doubtful one with its decision."""

from typing import Any, get_args

import streamlit as st

from core.figures.text import plain
from core.importing.drafts import Draft
from core.study.intake.columns import ColumnMapping
from core.study.intake.node_status import (
    CATEGORIES,
    DECIDABLE,
    Decision,
    Kind,
    LabelRule,
    NodeStatus,
    completed,
    default_decisions,
    node_status,
)
from core.study.intake.preview import MIN_PER_CLASS
from core.study.intake.tables import SourceTable
from pages._ui.study.data import columns, drafting, table

KINDS = {"stage": "Pathologic N", "count": "Number of positive nodes", "values": "Values named here"}
BUTTONS = {"positive": "positive", "negative": "negative", "exclude": "left out"}
WORDS = {"positive": "LNM positive", "negative": "LNM negative", "exclude": "left out"}
POSITIVE = ("1", "yes", "y", "true", "positive", "pos", "n+", "lnm", "lnm+", "metastasis")


def draw(draft: Draft, found: SourceTable, mapping: ColumnMapping) -> None:
    """The rule, and what becomes of every raw value under it."""
    kinds = list(get_args(Kind))
    st.radio(
        f"*{plain(mapping.outcome)}* holds", kinds, format_func=KINDS.get, horizontal=True,
        **drafting.kept(draft, "label_kind", _likely(draft, found, mapping.outcome), kinds),
    )  # fmt: skip
    if draft.get("label_kind", _likely(draft, found, mapping.outcome)) == "values":
        _values(draft, found, mapping)
    status = judged(draft, found, mapping)
    _decisions(draft, status)
    counts = status.counts
    shown = counts.assign(decision=counts["decision"].map(WORDS), raw=counts["raw"].replace("", "(empty)"))
    shown = shown[["raw", "meaning", "decision", "n"]]
    shown.columns = ["In the table", "Read as", "Becomes", "Patients"]
    st.dataframe(shown, hide_index=True)
    said = list(status.labels.values())
    st.markdown(
        f"**{sum(said)} LNM positive, {len(said) - sum(said)} negative**, "
        f"{len(status.excluded)} left out for their node status."
    )


def rule(draft: Draft, found: SourceTable, outcome: str) -> LabelRule:
    """The rule as it stands."""
    decisions: dict[str, Decision] = {**default_decisions()}
    decisions |= {c: d for c in DECIDABLE if (d := draft.get(f"decide_{c}")) in WORDS}
    positive, negative = _both(draft, found, outcome)
    return LabelRule(
        draft.get("label_kind", _likely(draft, found, outcome)), decisions, tuple(positive), tuple(negative)
    )  # fmt: skip


def judged(draft: Draft, found: SourceTable, mapping: ColumnMapping) -> NodeStatus:
    """Node status of every patient of the table."""
    patients = found.frame[mapping.patient].fillna("").astype(str)
    own = rule(draft, found, mapping.outcome)
    first = node_status(patients, found.frame[mapping.outcome], own)
    if not mapping.outcome_2:
        return first
    other = second_rule(draft, found, mapping.outcome_2, own)
    return completed(first, node_status(patients, found.frame[mapping.outcome_2], other))


def second_rule(draft: Draft, found: SourceTable, column: str, first: LabelRule) -> LabelRule:
    """The rule of the second column: the same decisions, read as it is likely meant."""
    return LabelRule(_likely(draft, found, column), first.decisions, first.positive, first.negative)


def missing(draft: Draft, found: SourceTable) -> str:
    """What is still to be decided."""
    labels = list(judged(draft, found, columns.chosen(draft, found)).labels.values())
    few = min(sum(labels), len(labels) - sum(labels))
    if few == 0:
        return "say what makes a patient LNM positive and what negative: one class is empty"
    least = MIN_PER_CLASS["training"]
    return "" if few >= least else f"find {least} patients of each class at least"


def _likely(draft: Draft, found: SourceTable, column: str) -> Kind:
    kinds = {guess.column: guess.kind for guess in table.guesses(draft, found)}
    return kinds.get(column) or "values"


def _decisions(draft: Draft, status: NodeStatus) -> None:
    """One decision per doubtful category that occurs; at first AJCC's."""
    occurring = [c for c in DECIDABLE if c in set(status.counts["category"])]
    if not occurring:
        return
    st.caption("At first as the AJCC manual (8th edition) counts them; what is no pathologic N is left out.")
    for place, category in zip(st.columns(max(len(occurring), 2)), occurring, strict=False):
        n = int(status.counts.loc[status.counts["category"] == category, "n"].sum())
        place.segmented_control(
            f"{category}, {CATEGORIES[category]}: n = {n}", list(BUTTONS), format_func=BUTTONS.get,
            required=True,
            **drafting.kept(draft, f"decide_{category}", default_decisions()[category], list(WORDS)),
        )  # fmt: skip


def _values(draft: Draft, found: SourceTable, mapping: ColumnMapping) -> None:
    values = _levels(found, mapping.outcome)
    positive, negative = _both(draft, found, mapping.outcome)
    for place, name, title, now in zip(
        st.columns(2), ("label_positive", "label_negative"), ("LNM positive", "LNM negative"),
        (positive, negative), strict=True,
    ):  # fmt: skip
        place.multiselect(
            f"Values that mean {title}", values, **drafting.kept_several(draft, name, now, values)
        )


def _both(draft: Draft, found: SourceTable, outcome: str) -> tuple[list[Any], list[Any]]:
    levels = _levels(found, outcome)
    likely = [v for v in levels if v.strip().lower() in POSITIVE]
    positive = [v for v in draft.get("label_positive", likely) if v in levels]
    negative = draft.get("label_negative", [v for v in levels if v not in positive] if likely else [])
    return positive, [v for v in negative if v in levels and v not in positive]


def _levels(found: SourceTable, column: str) -> list[str]:
    return sorted(found.frame[column].dropna().astype(str).unique())[:200]
