"""Audit of any published table: which counts fit, which entries cannot be, which P and q go with r."""

from functools import partial

import streamlit as st

from core.figures.audit import audit_figure
from core.methods import audit as words
from core.published.audit import report, tables
from core.published.audit.correlations import audit_correlations
from pages._ui import origin, show
from pages._ui.guard import guarded
from pages._ui.report import audit_input, audit_view

show.header(
    "Audit",
    "Can the printed numbers of a table all be right? At first the one of Liu et al., BMC Medical Imaging "
    "2024: change any cell, or upload another table.",
)
origin.alone([])
said = st.container()

st.subheader("Published table", anchor=False)
metrics = audit_input.edit(audit_input.METRICS)
printed_p = audit_input.printed_p()
with guarded():
    found = report.audit(tables.check_metrics(metrics), chi_square_p=printed_p)
    summary = words.summary(found)
    said.markdown(summary)
    st.subheader("Printed and recomputed", anchor=False)
    figure = partial(audit_figure, audit_view.to_draw(found))
    show.chart(figure, summary, "audit", caption=audit_view.caption(found))
    show.table(audit_view.rows_table(found), "audit_matrices", found.matrices)
    st.markdown(words.node_status(found))
    for hint in found.hints.to_dict("records"):
        st.caption(f"Hint, {hint['name']}: {hint['hint']}")
    st.subheader("Every entry", anchor=False)
    show.table(audit_view.entries_table(found), "audit_entries", found.entries)

st.subheader("Printed correlations", anchor=False)
related = audit_input.edit(audit_input.CORRELATIONS)
with guarded():
    checked = audit_correlations(tables.check_correlations(related))
    st.markdown(words.correlations(checked))
    show.table(audit_view.correlations_table(checked), "audit_correlations", checked)
    st.caption(words.q_note())
show.methods(words.methods())
