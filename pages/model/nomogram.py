"""The DLRN nomogram, to be read on paper, with any patient marked."""

from functools import partial

import streamlit as st

from core.figures.nomogram import nomogram_figure
from core.figures.text import label, listed
from core.methods import model as words
from core.models.nomogram import axis_names
from core.models.readings import readings
from pages._ui import access, patients, show, wait
from pages._ui.model import nomogram

show.header(
    "Nomogram",
    "Points of each axis add up to a total; below the total stands the probability of LNM.",
)
(found,) = wait.need("fusion")
predictions, coefficients, axes, info, values = (
    access.value(found, name) for name in ("predictions", "coefficients", "axes", "info", "covariate_values")
)
names, given = axis_names(axes), access.study().settings.fusion.covariates
read = access.derive(partial(readings, predictions, coefficients, axes, values), found.key)
shown = patients.only(read)
show.weights()
row = nomogram.choose(shown)
case = None if row is None else nomogram.marked(row, names)
said = f"Nomogram of {listed([label(name) for name in names])}."
if row is not None:
    said = nomogram.reading(row, names)
    st.markdown(said)
n = int((predictions["role"] == "training").sum())
caption = f"Fitted on {n} training patients. " + info["note"]
figure = partial(nomogram_figure, axes, case=case, name="" if row is None else row["patient"])
show.chart(figure, said, "nomogram", caption=caption)
nomogram.left_out(found)

st.subheader("Patients", anchor=False)
if shown.empty:
    st.info("No patient passes the filter.", icon=":material/filter_alt:")
nomogram.strips(shown, row)

st.subheader("Formula", anchor=False)
nomogram.formula(coefficients, given)
st.subheader("Point tables", anchor=False)
nomogram.tables(axes, coefficients, names)
st.subheader("Points of every patient", anchor=False)
show.table(shown.round(3), "nomogram_points", shown)
show.methods(words.nomogram(access.study().settings, info["signatures"]))
