"""Tables to audit: typed or uploaded by the user, kept across pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.figures.text import plain
from core.published.audit import tables
from core.study.csv_file import parse_csv
from pages._ui import state
from pages._ui.uploader import uploader

LABELS = {
    "model": "Model", "cohort": "Cohort", "n": "n", "positives": "Positives", "auc": "AUC",
    "auc_low": "CI low", "auc_high": "CI high", "acc": "ACC", "sen": "SEN", "spec": "SPEC", "ppv": "PPV",
    "npv": "NPV", "what": "What", "family": "Tests corrected together", "r": "r", "p": "Printed P",
    "tests": "Tests", "rank": "Rank of P",
}  # fmt: skip
WIDE = ("what", "family")
HELP = {
    "acc": "As printed, closing zeros too: 0.90 says more than 0.9. Shares or per cent; empty: not printed.",
    "p": "As printed: 0.04, <0.01, >0.05. Empty: not printed.",
    "tests": "How many tests this one is corrected with.",
    "rank": "How many of these tests have a P as small or smaller. Empty: counted among the rows here.",
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A table on the page: state key, columns, what stands in it at first."""

    key: str
    columns: Sequence[str]
    start: Callable[[], pd.DataFrame]

    def name(self, part: str) -> str:
        """State key of a part of it."""
        return f"{self.key}_{part}"


METRICS = Sheet(state.AUDIT_METRICS, tables.METRICS, tables.published_metrics)
CORRELATIONS = Sheet(state.AUDIT_CORRELATIONS, tables.CORRELATIONS, tables.published_correlations)


def edit(sheet: Sheet) -> pd.DataFrame:
    """The table in an editor, as it stands, rows numbered from 1; another one can be uploaded."""
    key = f"{sheet.key}_{st.session_state.setdefault(sheet.name('number'), 0)}"
    # On another page the editor forgets its changes: it begins again from the table as it was left.
    if key not in st.session_state:
        st.session_state[sheet.name("begun")] = st.session_state.get(sheet.name("kept"), sheet.start())
    edited = st.data_editor(
        st.session_state[sheet.name("begun")],
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            name: st.column_config.TextColumn(
                LABELS[name], width="medium" if name in WIDE else "small", help=HELP.get(name)
            )
            for name in sheet.columns
        },
    )
    st.session_state[sheet.name("kept")] = edited
    _another(sheet)
    return tables.numbered(edited)


def printed_p() -> str:
    """The printed P of positives by cohort; an uploaded table begins without one."""
    kept = f"{state.AUDIT_P}_kept"
    if state.AUDIT_P not in st.session_state:
        st.session_state[state.AUDIT_P] = st.session_state.get(kept, tables.published_p())
    text = st.text_input("Printed P of positives by cohort", key=state.AUDIT_P, width=260, help=HELP["p"])
    st.session_state[kept] = text
    return text


def _another(sheet: Sheet) -> None:
    with st.popover("Another table", icon=":material/upload:", type="tertiary", key=sheet.name("other")):
        label = f"CSV with the columns {', '.join(sheet.columns)}"
        uploader(label, ["csv"], sheet.name("upload"), on_change=_uploaded, args=(sheet,))
        st.button("Back to the paper's", key=sheet.name("reset"), on_click=_reset, args=(sheet,))
    if fault := st.session_state.get(sheet.name("fault")):
        st.error(plain(fault), icon=":material/error:")


def _uploaded(sheet: Sheet) -> None:
    """Put an uploaded table into the editor, whatever is wrong in its cells; they can be corrected there."""
    file = st.session_state[sheet.name("upload")]
    if file is None:
        return
    try:
        table = parse_csv(file.getvalue(), "uploaded table", tables.every_name(sheet.columns))
        _begin(sheet, tables.as_text(table, sheet.columns).reset_index(drop=True), "")
    except NodescopeError as error:
        st.session_state[sheet.name("fault")] = str(error)


def _reset(sheet: Sheet) -> None:
    _begin(sheet, sheet.start(), tables.published_p())


def _begin(sheet: Sheet, table: pd.DataFrame, p: str) -> None:
    """Another table in a new editor; ``p``: the P of positives by cohort printed beside it."""
    st.session_state[sheet.name("kept")] = table
    st.session_state[sheet.name("number")] += 1
    st.session_state[sheet.name("fault")] = ""
    if sheet is METRICS:
        st.session_state[state.AUDIT_P] = p
