"""What the checks page shows of a cohort: counts, the rows of one check, the patient of a row."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.checks.cohort import LEFT_OUT, asks, counts, matrix, with_failures
from core.figures.palette import LNM_NAMES
from core.store import Entry
from pages._ui import access, patients, show, state

ANY = "any check"
MARK = "●"


def findings(masks: Entry) -> pd.DataFrame:
    """What any step found of the patients that pass the filter: [patient, code, outcome, text]."""
    whole = with_failures(access.value(masks, "findings"), access.failures(of_images=True))
    return patients.only(whole).reset_index(drop=True)


def by_check(found: pd.DataFrame) -> pd.DataFrame:
    """Patients by check of the catalogue."""
    return counts(found)


def per_patient(found: pd.DataFrame) -> pd.DataFrame:
    """Patients x checks with cohort, role and LNM, in the study's order."""
    clinical = patients.clinical().set_index("patient")[["cohort", "role", "lnm"]]
    return clinical.join(matrix(found, list(clinical.index)))


def choose(counted: pd.DataFrame) -> str:
    """The check whose patients are listed; a click on its bar chooses it too."""
    found = list(counted.loc[counted[["left_out", "kept"]].any(axis=1), "code"])
    if st.session_state.get(state.CHECK, ANY) not in (ANY, *found):
        st.session_state[state.CHECK] = ANY
    return st.selectbox(
        "Patients with a finding of", [ANY, *found], key=state.CHECK, bind="query-params", width=320
    )


def listed(table: pd.DataFrame, code: str) -> pd.DataFrame:
    """Patients with a finding of a check, or of any."""
    return table[table["outcome"] != "sound"] if code == ANY else table[table[code]]


def rows(table: pd.DataFrame) -> None:
    """One row per patient, a column per check; a click on a row opens the patient below."""
    codes = [c for c in table.columns[5:] if table[c].any()]
    printed = table[["cohort", "lnm", "outcome", *codes, "findings"]].reset_index()
    printed["lnm"] = printed["lnm"].map(LNM_NAMES)
    printed[codes] = printed[codes].replace({True: MARK, False: ""})
    names = {"patient": "Patient", "cohort": "Cohort", "lnm": "LNM", "outcome": "Outcome"}
    config: dict[str, Any] = {name: st.column_config.TextColumn(title) for name, title in names.items()}
    config |= {code: st.column_config.TextColumn(help=asks(code), alignment="center") for code in codes}
    config["findings"] = st.column_config.TextColumn("Findings", width="large")
    key = f"checks_rows_{len(table)}_{'_'.join(codes)}"
    st.dataframe(
        printed, hide_index=True, width="stretch", key=key, column_config=config,
        selection_mode="single-row", on_select=partial(_opened, key, list(table.index)),
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        show.download(table.reset_index(), "checks")
        whom = "this patient" if len(table) == 1 else f"these {len(table)} patients"
        chosen = list(table.index)
        icon = ":material/touch_app:"
        st.button(f"Select {whom} on every page", on_click=patients.select, args=(chosen,), icon=icon)


def _opened(key: str, codes: list[str]) -> None:
    chosen = st.session_state[key]["selection"]["rows"]
    if chosen:
        st.session_state[state.PATIENT] = codes[chosen[0]]


def said(found: pd.DataFrame, patient: str) -> None:
    """The findings of the patient in the viewer, in full."""
    for row in found[found["patient"] == patient].itertuples():
        put = st.error if row.outcome == LEFT_OUT else st.warning
        icon = ":material/person_off:" if row.outcome == LEFT_OUT else ":material/warning:"
        put(f"[{row.code}] {row.text}", icon=icon)
