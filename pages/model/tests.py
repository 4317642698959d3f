"""Which differences between the models hold: DeLong, NRI, IDI, calibration, signatures."""

from functools import partial

import streamlit as st

from core.evaluation.pairs import by_lnm, correlations, pairs_table
from core.figures.pairwise import delong_figure, reclassification_figure
from core.figures.signatures import correlation_figure, signatures_figure
from core.methods import model as words
from pages._ui import access, show
from pages._ui.model import facts, judged

show.header("Tests", "Which differences between the models, and between patients with and without LNM, hold.")
found = judged.need()
pairs = access.derive(partial(pairs_table, found.predictions, found.models), *found.key)
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

st.subheader("Differences of AUC", anchor=False)
caption = (
    "DeLong's test, paired, unadjusted; bold: P < 0.05. Positive: the row's model is better; z, in the "
    "table, has R's sign."
)
show.chart(
    partial(delong_figure, pairs), "AUC differences of all pairs with DeLong P.", "delong", caption=caption
)
show.table(facts.delong_table(pairs), "delong", pairs)

st.subheader("Reclassification", anchor=False)
show.chart(
    partial(reclassification_figure, pairs),
    "Continuous NRI and IDI of all pairs, with event and non-event parts.",
    "reclassification",
    caption="The continuous NRI can be positive for noise (Pepe 2014): read it beside the change in Brier "
    "score (negative is better). CIs are normal, z test as in Hmisc improveProb.",
)
show.table(facts.reclassification_table(pairs), "reclassification", pairs)

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
