"""Whether the feature engine gives the reference values of the IBSI."""

from functools import partial

import streamlit as st

from core.figures.ibsi import deviation_figure
from core.methods.ibsi import TERMS, ibsi_methods
from pages._ui import access, show
from pages._ui.imaging import ibsi_view as view

show.header(
    "IBSI",
    "The radiomics engine beside the reference values of the Image Biomarker Standardisation Initiative, on "
    "its digital phantom.",
)
table = access.value(view.entry(), "table")
said = view.headline(table)
st.markdown(said)
st.caption("The same for every study, filter and preset: no patient enters it.")
caption = (
    "Beside each family: values measured, of all that IBSI gives, other aggregations included. Where the "
    "published tolerance is 0, half a unit of the third digit, to which IBSI rounds, counts as tolerance."
)
show.chart(partial(deviation_figure, table), said, "ibsi", caption=caption)

st.subheader(f"All {len(table)} reference values", anchor=False)
rows = view.chosen(table)
if rows.empty:
    st.info("No reference value of this family has this status.", icon=":material/filter_alt:")
else:
    show.table(view.printed(rows), "ibsi", rows)
    st.caption(
        "Measured: what the formula gives from the engine's values, which the CSV holds too. Deviation: from "
        f"the reference, in units of the tolerance. {TERMS}"
    )
show.methods(ibsi_methods(table))
