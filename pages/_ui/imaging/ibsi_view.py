"""The table of IBSI's reference values, its filters and how it is printed."""

import pandas as pd
import streamlit as st

from core.features.ibsi import table as ibsi_table
from core.features.ibsi.phantom import COMPILED
from core.features.radiomics import note_on_first_use
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
    """The table as printed; '' where there is nothing."""
    return pd.DataFrame(
        {
            "IBSI": table["id"],
            "Family": table["family"],
            "Feature": table["name"],
            "Aggregation": table["aggregation"],
            "Reference": [_digits(v, 3) for v in table["reference"]],
            "Tolerance": [_digits(v, 3) for v in table["tolerance"]],
            "Measured": [_digits(v, 5) for v in table["value"]],
            "Deviation": table["deviation"].round(2),
            "PyRadiomics feature or formula": table["formula"],
            "Status": table["status"],
            "Note": table["note"],
        }
    )


def _digits(value: float, digits: int) -> str:
    return "" if pd.isna(value) else f"{value:.{digits}g}"
