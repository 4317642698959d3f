"""A predictions table that this session alone sees: uploaded, its columns named, judged, forgotten."""

from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from core.digests import digest
from core.errors import NodescopeError
from core.evaluation import predictions as tables
from core.evaluation.predictions import Columns
from core.figures.text import plain
from core.study.csv_file import parse_csv
from pages._ui import origin, state
from pages._ui.guard import show as show_error
from pages._ui.model.judged import Judged
from pages._ui.uploader import uploader

MEGABYTES = 10
NONE = "(none)"


def upload() -> dict[str, Any] | None:
    """The uploader; the table that this session holds, or None."""
    file = uploader("Predictions table", ["csv"], state.OWN_UPLOAD, MEGABYTES, on_change=_changed)
    if file is not None and st.session_state.get(state.OWN, {}).get("id") != file.file_id:
        _read(file.file_id, file.getvalue())
    with st.container(horizontal=True):
        st.download_button(
            "Template", tables.template().to_csv(index=False), "nodescope_predictions.csv", "text/csv",
            on_click="ignore", icon=":material/download:", key="own_template",
        )  # fmt: skip
        held = st.session_state.get(state.OWN)
        if held is not None and file is None:
            st.button("Forget the table", on_click=forget, icon=":material/delete:", type="tertiary")
    return held


def nothing() -> None:
    """While there is no table: what one looks like."""
    st.caption("For example, as in the template:")
    st.table(tables.template().iloc[[0, 1, 4, 5]].astype(str), border="horizontal", hide_index=True)


def forget() -> None:
    """Drop the table and everything made of it."""
    for key in [k for k in st.session_state if str(k) == state.OWN or str(k).startswith("own_")]:
        if key != state.OWN_UPLOAD:
            del st.session_state[key]


def _changed() -> None:
    # Only the user's own change comes here: the uploader also forgets its file when another page is shown.
    forget()


def _read(number: str, data: bytes) -> None:
    try:
        table = parse_csv(data, "predictions table")
        tables.guess(table)
    except NodescopeError as error:
        show_error(error)
        return
    st.session_state[state.OWN] = {
        "id": number,
        "table": table,
        "mark": sha256(data).hexdigest()[:10],
        "memo": {},
    }


def columns(held: dict[str, Any]) -> Columns:
    """Which column is what, guessed and then chosen."""
    table: pd.DataFrame = held["table"]
    guessed, names = tables.guess(table), [str(name) for name in table.columns]
    with st.expander("Columns", icon=":material/view_column:", expanded=True):
        left, middle, right = st.columns(3)
        outcome = _one(held, left, "Outcome", names, guessed.outcome)
        levels = tables.levels(table[outcome])
        positive = _one(held, left, f"Positive value of {outcome}", levels, tables.likely(table[outcome]))
        rest = [name for name in names if name != outcome]
        with middle:
            models = st.multiselect(
                "Models: probabilities of the outcome", rest, [m for m in guessed.models if m in rest],
                key=_key(held, f"models_{outcome}"), max_selections=tables.MOST_MODELS,
                persist_state="session",
            )  # fmt: skip
        patient = _one(held, middle, "Patient", [NONE, *rest], guessed.patient)
        cohort = _one(held, right, "Cohort", [NONE, *rest], guessed.cohort)
        cohorts = tables.levels(table[cohort]) if cohort else []
        likely = guessed.training if cohort == guessed.cohort else ""
        training = _one(held, right, "Cut-offs from", [NONE, *cohorts], likely) if len(cohorts) > 1 else ""
    return Columns(outcome, positive, tuple(models), patient, cohort, training)


def _one(held: dict[str, Any], place: Any, label: str, options: list[str], guessed: str) -> str:
    index = options.index(guessed) if guessed in options else 0
    with place:
        chosen = st.selectbox(
            plain(label), options, index, key=_key(held, label), persist_state="session",
            format_func=lambda value: "all patients" if label == "Cut-offs from" and value == NONE else value,
        )  # fmt: skip
    return "" if chosen == NONE else chosen


def _key(held: dict[str, Any], name: str) -> str:
    return f"own_{held['mark']}_column_{name}"


def judged(held: dict[str, Any], chosen: Columns) -> Judged | None:
    """The table judged, once per choice of columns; says which cohorts are left out. None if none is left."""
    memo: dict[Any, Any] = held["memo"]
    if chosen not in memo:
        memo.clear()
        predictions = tables.arranged(held["table"], chosen)
        memo[chosen] = tables.judge_uploaded(predictions, chosen.models), {}
    found, derived = memo[chosen]
    for cohort, why in found.left_out.items():
        said = why.replace("LNM", chosen.outcome)
        st.info(f"{plain(cohort)} is left out: {plain(said)}. Judging needs two patients of each class.")
    if found.tables is None:
        return None
    mark = digest([held["mark"], repr(chosen)])[:10]
    origin.replace(f"an uploaded predictions table (sha256 {held['mark']})")
    models = list(chosen.models)
    return Judged(
        found.tables, found.predictions, models, found.cutoffs, (mark,), None, chosen.outcome, derived,
        chosen.models,
    )  # fmt: skip


def cutoff_note(chosen: Columns) -> str:
    """Where the cut-offs come from."""
    if chosen.training:
        name = plain(chosen.training)
        return (
            f"Cut-off: Youden on {name}, carried unchanged to the other cohorts; metrics of {name} at it are "
            "chosen on the same patients, and whether its probabilities are out-of-fold only you can know."
        )
    return "Cut-off: Youden on all patients of the table; metrics at it are apparent (same patients)."
