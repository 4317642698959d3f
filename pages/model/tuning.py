"""What happens to a signature when a setting is moved."""

import streamlit as st

from core.methods import tuning as words
from core.stages.metadata import needs
from core.stages.signatures import FAMILIES
from pages._ui import access, patients, show, state, wait
from pages._ui.model import tuning_controls, tuning_view

show.header(
    "Tuning",
    "What happens to a signature when a setting is moved: leak-free, one repeat of the study's folds.",
)
st.caption(words.WHY_TRAINING_ONLY)
if access.preset() == "published":
    st.caption("Here everything is fitted inside the folds also under the preset published.")
label = show.choice("Signature", list(FAMILIES.values()), state.TUNING_FAMILY)
family = next(name for name, shown in FAMILIES.items() if shown == label)
(found,) = wait.need(family)
wait.need(*needs(family, access.study().settings))
of = tuning_controls.training(family, label, access.value(found, "features"))
if patients.current().rules:
    st.info(f"The filter does not apply here: tuning uses all {len(of.y)} training patients.")
if family != "radiomics":
    show.weights()
tuning_view.draw(of)
