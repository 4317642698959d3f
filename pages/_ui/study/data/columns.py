"""Which column is what: guessed with a reason, then chosen."""

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.figures.text import listed, plain
from core.importing.drafts import Draft
from core.study.intake.cohort_file import COLUMN
from core.study.intake.columns import ColumnMapping, Guess, require_mapping
from core.study.intake.tables import SourceTable
from pages._ui.guard import show as show_error
from pages._ui.study.data import drafting, table
from pages._ui.study.data.cohort_table import WAY

NONE = ""
FIELDS = {
    "patient": ("Patient code", "The code that images and expression are named by."),
    "outcome": ("Node status", "Pathologic N, number of positive nodes, or a column that says it."),
    "outcome_2": ("Node status, second column", "Completes the first where that says nothing."),
    "age": ("Age", "In years."),
}
TAKEN_FOR = {
    "patient": "patient code", "cohort": "cohort", "age": "age", "outcome": "node status",
    "covariate": "further clinical variable", "identifying": "may identify: left out",
    "empty": "empty: left out",
}  # fmt: skip


def draw(draft: Draft, found: SourceTable) -> ColumnMapping:
    """The choices, what the others were taken for, and what is left out."""
    names = [str(name) for name in found.frame.columns]
    likely = table.likely(draft, found)
    for place, (name, (title, said)) in zip(st.columns(len(FIELDS)), FIELDS.items(), strict=True):
        options = names if name in ("patient", "outcome") and getattr(likely, name) else [NONE, *names]
        with place:
            st.selectbox(
                title, options, format_func=lambda value: value or "(none)", help=said,
                **drafting.kept(draft, f"map_{name}", getattr(likely, name), options),
            )  # fmt: skip
    st.multiselect(
        "Further columns to keep", names, default=None, placeholder="none",
        **drafting.kept_several(draft, "map_covariates", list(likely.covariates), names),
    )  # fmt: skip
    mapping = chosen(draft, found)
    _privacy(draft, found, mapping)
    with st.expander("What each column was taken for, and why"):
        st.dataframe(_guesses(draft, found), hide_index=True)
    try:
        require_mapping(mapping, found.frame)
    except NodescopeError as error:
        show_error(error)
    return mapping


def chosen(draft: Draft, found: SourceTable) -> ColumnMapping:
    """The mapping as it stands."""
    names, likely = set(map(str, found.frame.columns)), table.likely(draft, found)
    one = {f: draft.get(f"map_{f}", getattr(likely, f)) for f in (*FIELDS, "cohort")}
    one = {f: name if name in names else "" for f, name in one.items()}
    way = draft.get("cohort_way", "column" if likely.cohort else "one")
    if way != "column":
        one["cohort"] = COLUMN if way == WAY and COLUMN in names else ""
    several = [n for n in draft.get("map_covariates", likely.covariates) if n in names]
    return ColumnMapping(
        **one, covariates=tuple(n for n in several if n not in one.values()),
        confirmed=tuple(draft.get("map_confirmed", [])),
    )  # fmt: skip


def missing(draft: Draft, found: SourceTable) -> str:
    """What is still to be chosen."""
    try:
        require_mapping(chosen(draft, found), found.frame)
    except NodescopeError as error:
        return error.fix.rstrip(".").lower() if error.code == "TABLE-PRIVACY" else "choose the columns"
    return ""


def _privacy(draft: Draft, found: SourceTable, mapping: ColumnMapping) -> None:
    """Says what may tell who a patient is: left out, or confirmed one by one."""
    risky = table.risky(found)
    out = [f"*{plain(n)}* ({said})" for n, said in risky.items() if n not in mapping.kept]
    if out:
        st.warning(
            f"May tell who a patient is, and {'is' if len(out) == 1 else 'are'} left out: {listed(out)}.",
            icon=":material/visibility_off:",
        )
    kept = [name for name in risky if name in mapping.kept]
    if kept:
        st.multiselect(
            "These columns look as if they told who a patient is. Which of them do not?", kept,
            format_func=lambda name: f"{name}: {risky[name]}", placeholder="none confirmed",
            **drafting.kept_several(draft, "map_confirmed", [], kept),
        )  # fmt: skip


def _guesses(draft: Draft, found: SourceTable) -> pd.DataFrame:
    rows = [_row(guess, found.frame[guess.column].dropna()) for guess in table.guesses(draft, found)]
    return pd.DataFrame(rows, columns=["Column", "For example", "Taken for", "Why"])


def _row(guess: Guess, values: "pd.Series[str]") -> tuple[str, str, str, str]:
    hidden = guess.role == "identifying"
    example = "(not shown)" if hidden else ", ".join(map(str, values.unique()[:3]))
    return guess.column, example, TAKEN_FOR[guess.role], guess.reason
