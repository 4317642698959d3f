"""Choosing the one patient of the patient page: from a list, by neighbour, or from those selected."""

import pandas as pd
import streamlit as st

from core.figures.palette import LNM_NAMES, models_of
from core.figures.text import label, number, title
from pages._ui import access, patients, state

ROWS = "patient_rows"


def choose() -> str | None:
    """The chosen patient of those that pass the filter, selected ones first; None where nobody passes."""
    codes = ordered()
    if not codes:
        st.info("No patient passes the filter.", icon=":material/filter_alt_off:")
        return None
    _drop_unknown(codes)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Patient", codes, key=state.PATIENT, bind="query-params", required=True, width=320,
            help="Type to search. Selected patients come first.",
        )  # fmt: skip
        at = codes.index(chosen)
        _step("Previous", ":material/chevron_left:", codes[at - 1] if at else None)
        _step("Next", ":material/chevron_right:", codes[at + 1] if at + 1 < len(codes) else None)
        st.caption(f"{at + 1} of {len(codes)}", width="content")
    return chosen


def ordered() -> list[str]:
    """Patients that pass the filter, the selected ones first."""
    first = patients.selected()
    wanted = set(first)
    return [*first, *(code for code in patients.kept() if code not in wanted)]


def selected_table(predictions: pd.DataFrame) -> None:
    """The selected patients; a click on a row opens the patient."""
    codes = patients.selected()
    if not codes:
        return
    clinical = patients.clinical().set_index("patient").loc[codes].drop(columns="role")
    table = clinical.assign(lnm=clinical["lnm"].map({k: n[4:] for k, n in LNM_NAMES.items()}))
    models = predictions.set_index("patient")[models_of(predictions)]
    table = table.rename(columns=title).join(models.round(2))
    many = "s" if len(codes) > 1 else ""
    st.markdown(f"**{len(codes)} selected patient{many}.** Click a row to open the patient.")
    st.dataframe(
        table.reset_index(names="Patient"), hide_index=True, key=ROWS, on_select=_open_row,
        selection_mode="single-row", height="content" if len(codes) < 7 else 260,
    )  # fmt: skip


def facts(patient: str, size: pd.Series | None) -> None:
    """Cohort, node status, the clinical row, the size of the tumour."""
    row = patients.clinical().set_index("patient").loc[patient]
    colour = ("blue", "orange")[int(row["lnm"])]
    st.markdown(f"### {patient} :{colour}-badge[{LNM_NAMES[int(row['lnm'])]}]")
    others = row.drop(["cohort", "role", "lnm"])
    said = [f"{row['cohort']} ({row['role']})"]
    said += [f"{label(c)} {_shown(v)}" for c, v in others.items()]
    if size is not None:
        said.append(
            f"tumour {number(size['volume_mm3'] / 1000, 1)} cc, diameter {number(size['diameter_mm'], 0)} mm"
        )
    st.markdown("; ".join(said) + ".")


def _shown(value: object) -> str:
    if pd.isna(value):
        return "not known"
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _step(word: str, icon: str, code: str | None) -> None:
    st.button(word, icon=icon, disabled=code is None, on_click=_open, args=(code,), help=code)


def _open(code: str) -> None:
    st.session_state[state.PATIENT] = code


def _open_row() -> None:
    rows, codes = st.session_state[ROWS]["selection"]["rows"], patients.selected()
    if rows and rows[0] < len(codes):
        _open(codes[rows[0]])


def _drop_unknown(codes: list[str]) -> None:
    """A link, or a filter set since, may name a patient who is not in the list."""
    asked = st.session_state.get(state.PATIENT) or st.query_params.get(state.PATIENT)
    if not asked or asked in codes:
        return
    st.session_state.pop(state.PATIENT, None)
    st.query_params.pop(state.PATIENT, None)
    study = access.study()
    if asked in set(study.clinical["patient"]):
        st.info(f"{asked} does not pass the filter; {codes[0]} is shown.", icon=":material/filter_alt:")
    else:
        st.info(f"This study has no such patient; {codes[0]} is shown.", icon=":material/person_off:")
