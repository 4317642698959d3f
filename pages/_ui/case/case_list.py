"""The cases of this session as a list: errors, results, and the one that is open."""

import textwrap
from typing import Any

import pandas as pd
import streamlit as st

from core.figures.text import estimate, number
from core.store import Entry
from pages._ui import show, state
from pages._ui.case import reading
from pages._ui.case.held import Held, held, remove

NAME = 32


def choose(entry: Entry) -> Held | None:
    """Errors, results and, among several cases, the one that is open; None while there is none."""
    every = held()
    for one in every:
        if one.error is not None:
            name = f"Upload {one.number}: " if len(every) > 1 else ""
            st.error(f"{name}{one.error}", icon=":material/error:")
            reading.grid(one)
    if not every:
        return None
    if len(every) > 1:
        _table(every, entry)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        opened = _opened(every)
        st.button(
            "Remove the case", on_click=remove, args=(opened.ids,), icon=":material/delete:", type="tertiary"
        )
    reading.series(opened)
    return None if opened.case is None else opened


def _opened(every: list[Held]) -> Held:
    by_number = {one.number: one for one in every}
    if len(every) == 1:
        st.caption(f"Case {every[0].number}: {every[0].names}")
        return every[0]
    if st.session_state.get(state.CASE_OPEN) not in by_number:
        st.session_state[state.CASE_OPEN] = next((h.number for h in every if h.case), every[0].number)
    # The user's own file names are said here and nowhere else: no table, no download holds them.
    names = {
        n: f"{n}: {textwrap.shorten(one.names, NAME, placeholder='...')}" for n, one in by_number.items()
    }
    chosen = st.segmented_control(
        "Open case", names, format_func=names.__getitem__, key=state.CASE_OPEN, required=True
    )
    return by_number[chosen]


def standing(one: Held, entry: Entry) -> str:
    """How a case stands, in words."""
    if one.case is None:
        return f"error {one.error.code}"
    if one.case.mask is None:
        return "needs a box"
    if one.phase is None:
        return "overlay to be confirmed"
    return "scored" if one.result(entry) else "confirmed, not scored yet"


def _table(every: list[Held], entry: Entry) -> None:
    rows = [_row(one, entry) for one in every]
    printed = [{"Case": str(one.number), **cells} for one, (cells, _) in zip(every, rows, strict=True)]
    show.table(pd.DataFrame(printed).fillna(""), "cases", pd.DataFrame([raw for _, raw in rows]))


def _row(one: Held, entry: Entry) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the table prints of a case, and its full numbers (without the names of its files)."""
    printed, raw = {"State": standing(one, entry)}, {"case": one.number, "state": standing(one, entry)}
    found = one.result(entry)
    if found is None:
        return printed, raw
    limits = (found.probability_low, found.probability_high)
    printed |= {"P(LNM)": estimate(found.probability, *limits)}
    printed["Risk by the cut-off"] = "high" if found.high_risk else "low"
    printed["Domain"] = "inside" if found.domain["inside"] else "OUTSIDE"
    printed |= {name: number(value) for name, value in found.signatures.items()}
    raw |= {"probability": found.probability, "probability_low": limits[0], "probability_high": limits[1]}
    raw |= {"models": found.models, "cutoff": found.cutoff, "high_risk": found.high_risk}
    raw |= {**found.signatures, "total_points": found.total_points, "rank": found.rank}
    raw |= {
        f"domain_{k}": found.domain[k] for k in ("inside", "distance", "threshold", "share_outside_range")
    }
    return printed, raw | {"voxels": found.tumour["voxels"], "volume_mm3": found.tumour["volume_mm3"]}
