"""What this study is, its headline results, the state of each stage, the way to every result."""

from functools import partial

import streamlit as st

from core.families import FAMILIES
from core.figures.flow import flow_figure
from core.figures.forest import auc_forest
from core.figures.text import label, listed, plain
from core.methods.overview import methods
from core.methods.results import headline
from pages._ui import access, harmony_note, patients, show, wait
from pages._ui.study import links
from pages._ui.study.facts import not_done, stage_details, stage_table

study = access.study()
show.header(plain(study.name) if study else "Nodescope")
if study is None:
    st.markdown(
        "From breast DCE-MRI and gene expression to a lymph-node-metastasis nomogram and the pathways "
        "behind it. There is no study yet: a synthetic demo study is simulated and computed first."
    )
    wait.live("page")
    st.stop()
if study.description:
    st.markdown(study.description)

fused = study.settings.fusion.signatures
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
    joined = listed([FAMILIES[family] for family in fused], " and the ")
    given = listed([label(name) for name in study.settings.fusion.covariates])
    st.caption(
        "LNM: lymph-node metastasis. DLRN: deep learning radiomics nomogram, the "
        f"{joined} signature{f' with {given}' if given else ''} joined by logistic regression."
    )
    if patients.current().rules:
        st.caption(
            ":material/filter_alt_off: These results are of all patients of the study; the filter does not "
            "change them."
        )
    show.weights()
    harmony_note.notes(*study.settings.fusion.signatures)
    note = "out-of-fold" if access.preset() == "leak_free" else "out-of-fold after selection, optimistic"
    caption = f"AUC with DeLong 95% CI; 0.5 is chance. Training AUCs are {note}."
    show.chart(partial(auc_forest, metrics), said, "auc_forest", caption=caption)
    if done < len(states):
        wait.live("page")

st.subheader("From images to pathways", anchor=False)
missing = not_done(states)
if missing:
    st.markdown(missing)
stage_states = {s.name: s.state for s in states}
stage_states["pathways"] = stage_states.get("gsva", "done")
figure = partial(flow_figure, stage_details(study), stage_states, fused=fused)
show.chart(figure, f"Study flow; {done} of {len(states)} stages computed.", "flow")
failures = access.failures()
if len(failures):
    st.subheader("Patients left out", anchor=False)
    show.table(failures, "left_out")

st.subheader("Where to find each result", anchor=False)
links.draw("study/overview.py")
with st.expander(f"Stages: {done} of {len(states)} computed", expanded=done < len(states)):
    st.dataframe(stage_table(states), hide_index=True)
show.methods(methods(study.settings))
