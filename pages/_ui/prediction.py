"""What the model says of a case, and how far it may be believed."""

import json
from typing import TYPE_CHECKING

import streamlit as st

from core.figures.nomogram import Marked, nomogram_figure, place_figure
from core.figures.text import number
from pages._ui import show
from pages._ui.theme import colours

if TYPE_CHECKING:
    from core.models.bundle import Bundle
    from core.models.case import Prediction


def draw(result: "Prediction", bundle: "Bundle") -> None:
    """Probability, warnings, nomogram, place among the training patients, download."""
    outside = [] if result.domain["inside"] else result.warnings[:1]
    for warning in outside:
        st.error(warning, icon=":material/warning:")
    _headline(result)
    others = result.warnings[len(outside) :]
    if others:
        st.warning(" ".join(others), icon=":material/warning:")
    _nomogram(result, bundle)
    _place(result, bundle)
    reasons = result.domain["reasons"]
    if reasons:
        with st.expander("Radiomics features farthest from the training patients"):
            st.markdown("\n".join(f"- {reason}" for reason in reasons))
    st.caption("Weights: " + "; ".join(f"{name}: {label}" for name, label in result.weights.items()))
    text = json.dumps(result.as_dict(), indent=1)
    st.download_button(
        "JSON",
        text,
        "nodescope_prediction.json",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
    )


def _headline(result: "Prediction") -> None:
    side = "above" if result.high_risk else "below"
    st.subheader(f"Probability of LNM {number(result.probability)}", anchor=False)
    st.markdown(
        f"{number(result.total_points, 0)} points on the nomogram; {side} the cut-off "
        f"{number(result.cutoff)}; higher than {result.rank:.0%} of the {result.model['n']} training "
        "patients."
    )


def _nomogram(result: "Prediction", bundle: "Bundle") -> None:
    values = {name: result.signatures[name] for name in result.points}
    marked = Marked(values, result.points, result.total_points, result.probability)
    said = f"The case on the nomogram: {number(result.total_points, 0)} points."
    show.chart(nomogram_figure(bundle.axes, colours(), marked), said, "nomogram")


def _place(result: "Prediction", bundle: "Bundle") -> None:
    st.subheader("Among the training patients", anchor=False)
    figure = place_figure(bundle.training, result.probability, colours())
    show.chart(figure, f"Probability {number(result.probability)} among the training patients.", "place")
    st.caption("DLRN probabilities of the training patients (out-of-fold), by LNM; boxes show the quartiles.")
