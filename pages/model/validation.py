"""How much of an AUC is left beyond the patients that it was learned from."""

from functools import partial

import streamlit as st

from core.evaluation.optimism import stored_areas
from core.figures.palette import ordered_models
from core.figures.validation import kinds_figure
from core.methods import validation as words
from core.methods.model import training_note
from core.methods.sizes import sizes
from pages._ui import access, patients, show, wait
from pages._ui.model import validated

show.header("Validation", "How much of an AUC is left beyond the patients that it was learned from.")
evaluation, fusion = wait.need("evaluation", "fusion")
if patients.current().rules:
    st.caption(
        ":material/filter_alt_off: The filter does not apply here: models are refitted on all training "
        "patients."
    )
found = wait.on_demand("validation", words.WHAT)
if found is None:
    areas, tested = stored_areas(access.value(evaluation, "metrics")), None
else:
    areas, tested = access.value(found, "auc"), access.value(found, "p")
models = ordered_models(list(areas["model"]))

said = words.headline(areas, tested)
st.markdown(said)
st.caption(sizes(access.study().settings, refits=True))
show.weights()
caption = words.DELONG if found is None else words.side_by_side(access.value(found, "optimism"))
caption = f"{caption} {training_note(access.study().settings)}"
show.chart(partial(kinds_figure, areas), said, "validation_auc", caption=caption)
show.table(validated.areas_table(areas), "validation_auc", areas)
if found is not None:
    training = areas[areas["kind"] == "apparent"].iloc[0]
    validated.refits(found, f"n = {training['n']}, {training['positives']} LNM positive.")
    validated.stability(found, models)
validated.by_subgroup(fusion, models)
show.methods(words.BY_SUBGROUP if found is None else words.methods(access.study().settings))
