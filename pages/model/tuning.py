"""What happens to a signature when a setting is moved."""

import streamlit as st

from core.families import DEEP
from core.methods.learning import not_tuned
from core.methods.tuning.record import WHY_TRAINING_ONLY
from core.stages.metadata import needs
from core.stages.signatures import families
from pages._ui import access, patients, show, state, wait
from pages._ui.model import tuning_controls, tuning_view

show.header(
    "Tuning",
    "What happens to a signature when a setting is moved: leak-free, one repeat of the study's folds.",
)
st.caption(WHY_TRAINING_ONLY)
if access.preset() == "published":
    st.caption("Here everything is fitted inside the folds also under the preset published.")
wait.need()
known = families(access.study().settings)
label = show.choice("Signature", list(known.values()), state.TUNING_FAMILY)
family = next(name for name, shown in known.items() if shown == label)
(found,) = wait.need(family)
wait.need(*needs(family, access.study()))
if said := not_tuned(access.study().settings, family):
    st.info(said)
of = tuning_controls.training(family, label, access.value(found, "features"))
if patients.current().rules:
    st.info(f"The filter does not apply here: tuning uses all {len(of.y)} training patients.")
if family in DEEP:
    show.weights()
tuning_view.draw(of)
