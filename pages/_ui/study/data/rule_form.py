"""A further inclusion rule."""

import pandas as pd
import streamlit as st

from core.importing.drafts import Draft
from core.study.intake.rules import MAKERS, TITLES
from core.study.intake.tables import SourceTable
from pages._ui.study.data import columns, drafting

SOURCES = {**TITLES, "column": "A clinical column"}
MODALITIES = ("MR", "CT", "MG", "US", "PT")
UNKNOWN = {"keep": "stay in", "leave out": "are left out"}
Values = dict[str, object]


def draw(draft: Draft, found: SourceTable, known: pd.DataFrame | None) -> None:
    """What is asked for, and a button that adds it to the rules."""
    with st.expander("Add a rule", icon=":material/add:"):
        left, middle, right = st.columns(3)
        source = left.selectbox(
            "By", list(SOURCES), format_func=SOURCES.get, key=drafting.key(draft, "rule_by")
        )
        column = ""
        if source == "column":
            kept = [name for name in columns.chosen(draft, found).kept if name]
            column = left.selectbox("Column", kept, key=drafting.key(draft, "rule_column"))
        with middle:
            asked = _asked(draft, found, known, source, column)
        unknown = right.radio(
            "Patients of whom it is not known", list(UNKNOWN), format_func=UNKNOWN.get,
            key=drafting.key(draft, "rule_unknown"),
        )  # fmt: skip
        rule = {
            "source": source,
            "column": column,
            "values": [],
            "low": "",
            "high": "",
            "unknown": unknown,
            **asked,
        }
        st.button(
            "Add this rule", on_click=_add, args=(draft, rule), icon=":material/add:",
            disabled=not (rule["values"] or rule["low"] or rule["high"]),
        )  # fmt: skip


def _add(draft: Draft, rule: Values) -> None:
    draft.renew()
    draft.put(rules=[*draft.get("rules", []), rule])


def _asked(draft: Draft, found: SourceTable, known: pd.DataFrame | None, source: str, column: str) -> Values:
    """Allowed values, or both ends of a range."""
    if source in ("manufacturer", "modality"):
        usual = MAKERS if source == "manufacturer" else MODALITIES
        seen = [] if known is None else [v for v in known[source].unique() if v and v not in usual]
        return {
            "values": st.multiselect("One of", [*usual, *seen], key=drafting.key(draft, f"rule_{source}"))
        }
    if source == "acquired":
        return _range(draft, source, "2015-01-31")
    if source == "field_strength":
        return _range(draft, source, "1.5")
    values = found.frame[column].dropna().astype(str)
    if pd.to_numeric(values, errors="coerce").notna().all() and values.nunique() > 12:
        return _range(draft, f"column_{column}", "18")
    return {
        "values": st.multiselect(
            "One of", sorted(values.unique())[:200], key=drafting.key(draft, f"is_{column}")
        )
    }


def _range(draft: Draft, name: str, example: str) -> Values:
    low = st.text_input("From", key=drafting.key(draft, f"low_{name}"), placeholder=example)
    high = st.text_input("To", key=drafting.key(draft, f"high_{name}"), placeholder=example)
    return {"low": low.strip(), "high": high.strip()}
