"""The models side by side: ROC, cut-off, decision curve, calibration, Table 1."""

from functools import partial

import streamlit as st

from core.figures.calibration import calibration_figure
from core.methods import model as words
from core.stages.signatures import families
from pages._ui import access, harmony_note, show, state
from pages._ui.model import cutoff, judged
from pages._ui.model.facts import calibrated, calibration_table, difference, headline, table_one

show.header(
    "Model comparison",
    "How well each model tells LNM positive from negative, and what acting on it is worth.",
)
found = judged.need()
metrics, settings = found.tables.metrics, access.study().settings
st.markdown(f"{headline(metrics)} {calibrated(metrics)} {difference(found.tables.comparisons)}")
show.weights()
harmony_note.notes(*settings.fusion.signatures)
harmony_note.searches(families(settings))

st.subheader("Discrimination", anchor=False)
st.fragment(cutoff.draw)(found, words.training_note(settings))

st.subheader("Calibration", anchor=False)
chosen = show.choice("Model", ["All", *reversed(found.models)], state.CALIBRATION_MODEL)
drawn = found.models if chosen == "All" else [chosen]
ticks = (
    "a tick per patient, by model" if chosen == "All" else "groups with 95% CI; a tick per patient, by LNM"
)
show.chart(
    partial(calibration_figure, found.tables.calibration, metrics, drawn, patients=found.predictions),
    f"Calibration of {', '.join(drawn)}.",
    "calibration",
    caption=f"Lowess curve; {ticks}.",
    lasso=True,
)
show.table(calibration_table(metrics[metrics["model"].isin(drawn)]), "calibration_numbers", metrics)

st.subheader("Performance at the carried cut-off", anchor=False)
show.table(table_one(metrics), "table1", metrics)
st.caption(
    "95% CI in parentheses: DeLong for the AUC, Wilson otherwise. Cut-off: Youden on the training "
    "cohort, carried unchanged; training metrics at it are chosen on the same patients."
)
show.methods(words.comparison(settings))
