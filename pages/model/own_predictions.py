"""Any table of predictions, in the views of this chapter: nothing of it is stored."""

import streamlit as st

from core.evaluation.reclassification import parse_cutoffs
from core.methods import model as words
from core.methods.results import best
from pages._ui import show, state
from pages._ui.model import cutoff, own_table, views

show.header(
    "Your predictions",
    "Probabilities of any models for any outcome, from a CSV file, judged and compared like the study's own.",
)
held = own_table.upload()
st.caption(
    "One row per patient: an outcome of two values, a column of probabilities per model; patient and cohort "
    "columns are optional. The table stays in the memory of this browser session: kept while you look at "
    "other pages, forgotten when this page is reloaded or closed. Never stored, never part of a link; the "
    "study, its filter and its selection play no part here."
)
if held is None:
    own_table.nothing()
    st.stop()
chosen = own_table.columns(held)
if not chosen.models:
    st.info("Choose at least one column of probabilities.", icon=":material/info:")
    st.stop()
found = own_table.judged(held, chosen)
if found is None:
    st.stop()
said, note = best(found.tables.metrics, chosen.outcome), own_table.cutoff_note(chosen)
st.markdown(said)

st.subheader("Discrimination", anchor=False)
found = views.shown(found)
st.fragment(cutoff.draw)(found, said, note)

st.subheader("Calibration", anchor=False)
views.calibration(found)

st.subheader("Performance at the cut-off", anchor=False)
views.performance(found, note)

if len(found.models) > 1:
    risks = st.text_input(
        "Risk cut-offs of the categorical NRI", key=found.name(state.RISKS), placeholder="0.3 0.6",
        help="Rising, between 0 and 1; they cut the probabilities into risk categories.", width=300,
        persist_state="session",
    )  # fmt: skip
    views.differences(found, parse_cutoffs(risks))
views.across_cohorts(found)
show.methods(words.own(note, found.bands and found.bands.resamples, views.seed(found)))
