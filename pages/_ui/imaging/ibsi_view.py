"""The table of IBSI's reference values, its filters and how it is printed."""

import math

import pandas as pd
import streamlit as st

from core.features.ibsi import table as ibsi_table
from core.features.ibsi.phantom import COMPILED
from core.features.radiomics import note_on_first_use
from core.figures.text import number
from core.paths import cache_folder
from core.stages.ibsi import ibsi, stored_ibsi
from core.store import Entry
from pages._ui import access, origin, show, state

ALL = "All"
STATUSES = {
    ALL: ibsi_table.STATUSES,
    "Measured": (ibsi_table.WITHIN, ibsi_table.BRIDGED, ibsi_table.OUTSIDE),
    "By formula": (ibsi_table.BRIDGED,),
    "Outside tolerance": (ibsi_table.OUTSIDE,),
    "Another setting": (ibsi_table.SETTING,),
    "Not defined": (ibsi_table.UNDEFINED,),
    "No reference": (ibsi_table.UNPRINTED,),
}


def entry() -> Entry:
    """The stored table, else measured now."""
    store = access.store(str(cache_folder()))
    found = stored_ibsi(store)
    if found is None:
        with st.spinner(note_on_first_use(COMPILED) or "Measuring the phantom"):
            found = ibsi(store)
    origin.alone([found])
    return found


def headline(table: pd.DataFrame) -> str:
    """Core's headline, its first words in bold."""
    first, rest = ibsi_table.headline(table).split(" measured ", 1)
    return f"**{first}** measured {rest}"


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the family and the status that the user picks."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        families = [ALL, *dict.fromkeys(table["family"])]
        family = st.selectbox("Family", families, key=state.IBSI_FAMILY, bind="query-params", width=260)
        status = show.choice("Status", list(STATUSES), state.IBSI_STATUS)
    rows = table[table["status"].isin(STATUSES[status])]
    return rows if family == ALL else rows[rows["family"] == family]


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """The table as printed, without columns that tell nothing of these rows."""
    columns = {
        "IBSI": table["id"],
        "Family": table["family"] if table["family"].nunique() > 1 else "",
        "Feature": table["name"],
        "Aggregation": table["aggregation"],
        "Reference": [_digits(v, 3) for v in table["reference"]],
        "Tolerance": table["tolerance"].map("{:g}".format, "ignore").fillna(""),
        "Measured": [_digits(v, 5) for v in table["value"]],
        "Deviation": table["deviation"].map(number, "ignore").fillna(""),
        "Status": table["status"],
        "PyRadiomics feature or formula": table["formula"],
        "Note": table["note"],
    }
    frame = pd.DataFrame(columns)
    return frame.loc[:, (frame != "").any()]


def _digits(value: float, digits: int) -> str:
    """So many significant digits, zeros at the end included: ``2.60``, ``1200``; '' for NaN."""
    if pd.isna(value):
        return ""
    return number(value, max(digits - 1 - math.floor(math.log10(abs(value) or 1.0)), 0)).replace(",", "")
