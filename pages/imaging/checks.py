"""What the checks of every image and mask found: who is left out, who is kept with a warning, and why."""

from functools import partial

import streamlit as st

from core.figures.checks import checks_figure, outcomes_figure
from core.methods import checks as words
from pages._ui import access, patients, show, state, wait
from pages._ui.imaging import checks_view as view
from pages._ui.imaging import slices, viewer

show.header(
    "Checks", "Every image and mask is checked before anything is computed: what was found, and in whom."
)
(masks,) = wait.need("masks")
found = view.findings(masks)
table = view.per_patient(found)
if table.empty:
    st.info("No patient passes the filter.", icon=":material/filter_alt_off:")
    st.stop()
counted = view.by_check(found)
said = words.headline(table, len(counted))
st.markdown(said)
show.chart(partial(outcomes_figure, table[["cohort", "role", "outcome"]]), said, "outcomes")
if len(found):
    st.subheader("What was found", anchor=False)
    show.chart(
        partial(checks_figure, counted, len(table)), said, "checks", pick=state.CHECK,
        caption="A click on a bar lists its patients.",
    )  # fmt: skip
    listed = view.listed(table, view.choose(counted))
    st.subheader(f"Patients with findings, n = {len(listed)}", anchor=False)
    view.rows(listed)
    st.caption("A click at the left of a row opens the patient below.")
    st.subheader("One patient", anchor=False)
    chosen = viewer.choose(list(listed.index))
    view.said(found, chosen)
    viewer.draw(chosen, slices.sizes(masks).get(chosen, {}))

st.subheader(f"All {len(counted)} checks", anchor=False)
show.table(words.checks_table(counted), "check_counts", counted)
show.methods(words.checks_methods(access.study().settings, len(patients.kept())))
