"""Whether the modules of the training cohort are found again in a second cohort with expression."""

from functools import partial

import streamlit as st

from core.figures.preservation import preservation_figure
from core.genomics.preservation import STRONG, WEAK
from core.methods import preservation as words
from pages._ui import access, show, state, wait
from pages._ui.biology import expression_view, modules_view, preservation_view

show.header("Preservation", "Whether the modules are found again in a second cohort with gene expression.")
expression, modules_entry = wait.need("expression", "modules")
settings = access.study().settings
patients_of = access.value(expression, "info")["validation_patients"]
if not preservation_view.has_second(patients_of):
    preservation_view.none(patients_of)
    st.stop()
expression_view.open_question()
entry = wait.on_demand("preservation", preservation_view.OFFER)
if entry is None:
    st.stop()

table, info = access.value(entry, "table"), access.value(entry, "info")
st.markdown(words.headline(table, info))
if modules_view.filtered():
    st.caption("The filter does not act here: whole cohorts are compared.")
plot = st.container()
names = list(table["module"])
chosen = modules_view.choose("Module", names, names[0], state.MODULE, width=260)
with plot:
    said = (
        f"Zsummary and median rank of {len(table)} modules in {info['samples']} samples of a second cohort."
    )
    draw = partial(preservation_figure, table, chosen, (WEAK, STRONG))
    caption = f"{words.CAPTION}; click one to choose it."
    show.chart(draw, said, "preservation", caption=caption, pick=state.MODULE)
st.subheader(f"{chosen} in the second cohort", anchor=False)
preservation_view.statistics(table, chosen)
st.subheader("All modules", anchor=False)
show.table(words.preservation_table(table), "preservation", table)
show.methods(words.preservation_text(info, settings.preservation, settings.coexpression))
