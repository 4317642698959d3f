"""The models side by side: ROC, cut-off, decision curve, calibration, Table 1."""

import streamlit as st

from core.methods import model as words
from core.methods.results import calibrated, difference, headline
from core.stages.signatures import families
from pages._ui import access, harmony_note, show
from pages._ui.model import cutoff, judged, views

show.header(
    "Model comparison",
    "How well each model tells LNM positive from negative, and what acting on it is worth.",
)
found = judged.need()
metrics, settings = found.tables.metrics, access.study().settings
said = headline(metrics)
st.markdown(f"{said} {calibrated(metrics)} {difference(found.tables.comparisons)}")
show.weights()
harmony_note.notes(*settings.fusion.signatures)
harmony_note.searches(families(settings))

st.subheader("Discrimination", anchor=False)
found = views.shown(found)
st.fragment(cutoff.draw)(found, said, words.training_note(settings))

st.subheader("Calibration", anchor=False)
views.calibration(found)

st.subheader("Performance at the carried cut-off", anchor=False)
views.performance(
    found,
    "Cut-off: Youden on the training cohort, carried unchanged; training metrics at it are chosen on the "
    "same patients.",
)
show.methods(words.comparison(settings, found.bands and found.bands.resamples))
