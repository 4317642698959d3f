"""Radiomics, GoogLeNet, ResNet50 and DLRN side by side: ROC, decision curve, calibration, Table 1."""

import streamlit as st

from core.figures.calibration import calibration_figure
from core.figures.decision_curve import decision_figure
from core.figures.palette import ordered_models
from core.figures.roc import roc_figure
from pages._ui import access, show, state, wait
from pages._ui.facts import calibration_table, comparison_table, difference, headline, table_one
from pages._ui.theme import colours

show.header("Model comparison")
(found,) = wait.need("evaluation")
metrics, roc, decision, calibration, comparisons = (
    access.value(found, name) for name in ("metrics", "roc", "decision", "calibration", "comparisons")
)
models = ordered_models(list(metrics["model"].unique()))
st.markdown(f"{headline(metrics)} {difference(comparisons)}")
show.weights()

st.subheader("Discrimination", anchor=False)
show.chart(roc_figure(roc, metrics, colours()), headline(metrics), "roc")
st.caption(
    "AUC (DeLong 95% CI). Training: out-of-fold signatures, dashed. Validation: refitted pipeline, solid."
)

st.subheader("Net benefit", anchor=False)
show.chart(decision_figure(decision, metrics, colours()), "Decision curves of the models.", "decision")
st.caption("A model is of use where it lies above treating all and treating none.")

st.subheader("Calibration", anchor=False)
chosen = show.choice("Model", ["All", *reversed(models)], state.CALIBRATION_MODEL)
drawn = models if chosen == "All" else [chosen]
show.chart(
    calibration_figure(calibration, metrics, drawn, colours()),
    f"Calibration of {', '.join(drawn)}.",
    "calibration",
)
show.table(calibration_table(metrics[metrics["model"].isin(drawn)]), "calibration_numbers", metrics)

st.subheader("Performance at the cut-off", anchor=False)
show.table(table_one(metrics), "table1", metrics)
st.caption(
    "95% CI in parentheses: DeLong for the AUC, Wilson otherwise. Cut-off: Youden on the training "
    "cohort, carried unchanged; training metrics at it are chosen on the same patients."
)

st.subheader("Pairs of models", anchor=False)
show.table(comparison_table(comparisons), "comparisons", comparisons)
show.methods(
    "DeLong's test for two correlated ROC curves, z = (AUC a - AUC b) / SE. NRI: continuous. NRI can "
    "be positive for noise: read it beside the change in Brier score and the net benefit. Calibration "
    "intercept and slope lead; Hosmer-Lemeshow is reported for comparison with the paper."
)
