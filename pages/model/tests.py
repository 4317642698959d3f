"""Which differences between the models hold: DeLong, NRI, IDI, calibration, signatures."""

from functools import partial

import streamlit as st

from core.evaluation.pairs import by_lnm, correlations, pairs_table
from core.figures.signatures import correlation_figure, signatures_figure
from core.methods import model as words
from core.methods import results as facts
from pages._ui import access, show
from pages._ui.model import judged, views

show.header("Tests", "Which differences between the models, and between patients with and without LNM, hold.")
found = judged.need()
pairs = found.derive(partial(pairs_table, found.predictions, found.models, ()), ())
st.markdown(f"{facts.gain(pairs)} {facts.calibrated(found.tables.metrics)}")
show.weights()

st.subheader("Signatures by LNM", anchor=False)
tests = access.derive(partial(by_lnm, found.predictions, found.models), *found.key)
said = "Probability of LNM by model and LNM, every patient a point."
caption = (
    f"{words.training_note(access.study().settings)} P: Mann-Whitney, two-sided. A lasso selects patients."
)
figure = partial(signatures_figure, found.predictions, tests)
show.chart(figure, said, "signatures", caption=caption, lasso=True)

views.differences(found)
views.across_cohorts(found)

st.subheader("Correlation of the signatures", anchor=False)
signatures = [model for model in found.models if model != "DLRN"]
related = access.derive(partial(correlations, found.predictions, signatures), *found.key)
caption = "Pearson's r (Fisher 95% CI), least-squares line. A lasso selects patients."
figure = partial(correlation_figure, found.predictions, related)
show.chart(figure, "Signatures against each other.", "correlations", caption=caption, lasso=True)
show.download(related, "correlations")

st.subheader("Hosmer-Lemeshow", anchor=False)
show.table(facts.hosmer_table(found.tables.metrics), "hosmer_lemeshow", found.tables.metrics)
st.caption("A small P speaks against the probabilities; a large one, at this n, does not speak for them.")
show.methods(words.tests())
