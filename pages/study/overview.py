"""What this study is, its headline results, the state of each stage."""

import streamlit as st

from core.figures.flow import flow_figure
from core.figures.forest import auc_forest
from pages._ui import access, show, wait
from pages._ui.facts import headline, stage_details, stage_table
from pages._ui.theme import colours

study = access.study()
show.header(study.name if study else "Nodescope")
if study is None:
    st.markdown(
        "From breast DCE-MRI and gene expression to a lymph-node-metastasis nomogram and the pathways "
        "behind it. There is no study yet: a synthetic demo study is simulated and computed first."
    )
    wait.live("page")
    st.stop()
if study.description:
    st.markdown(study.description)

states = access.states()
done = sum(s.state == "done" for s in states)
evaluation = access.entry("evaluation")
if evaluation is None:
    st.info(f"{done} of {len(states)} stages are computed; results appear here as they come.")
    wait.live("page")
else:
    metrics = access.value(evaluation, "metrics")
    said = headline(metrics)
    st.subheader("Discrimination", anchor=False)
    st.markdown(said)
    show.weights()
    show.chart(auc_forest(metrics, colours()), said, "auc_forest")
    note = (
        "Training AUCs are out-of-fold."
        if access.preset() == "leak_free"
        else "Training AUCs are optimistic."
    )
    st.caption(f"AUC with DeLong 95% CI. {note}")

st.subheader("From images to pathways", anchor=False)
stage_states = {s.name: s.state for s in states}
stage_states["pathways"] = stage_states.get("gsva", "done")
figure = flow_figure(stage_details(study), stage_states, colours())
show.chart(figure, f"Study flow; {done} of {len(states)} stages computed.", "flow")

with st.expander(f"Stages: {done} of {len(states)} computed", expanded=done < len(states)):
    st.dataframe(stage_table(states), hide_index=True)
failures = access.failures()
if len(failures):
    st.subheader("Patients left out", anchor=False)
    show.table(failures, "left_out")
show.methods(
    "Signature of a training patient: the out-of-fold probability of LNM (mean over the repeats); of "
    "anyone else the probability from the pipeline refitted on the whole training cohort. DLRN joins "
    "the radiomics and the GoogLeNet signature by logistic regression. Cut-offs are Youden's on the "
    "training cohort and carried unchanged. Method: Liu et al., BMC Medical Imaging 2024, DOI "
    "10.1186/s12880-024-01255-y."
)
