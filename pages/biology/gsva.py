"""Activity of pathways in every patient, and how it goes with LNM and the signatures."""

from functools import partial

import streamlit as st

from core.figures.gsva import heat_figure
from core.figures.pathways import pathway_name
from core.figures.text import plain
from core.genomics.clustering import PATHWAY_ORDERS, PATIENT_ORDERS, pathway_order, patient_order
from core.genomics.traits import present
from core.methods.pathways import gsva_text
from pages._ui import access, patients, show, state, wait
from pages._ui.biology import biology_view, gsva_view, modules_view

show.header("GSVA", "Activity of each pathway in each training patient, beside LNM and the image signatures.")
biology_view.need_sets()
gsva, fusion, expression, modules_entry = wait.need("gsva", "fusion", "expression", "modules")
everyone = access.value(gsva, "scores")
traits = biology_view.traits(everyone.columns)
if not biology_view.enough(len(traits), "a correlation"):
    st.stop()
scores = everyone[[code for code in everyone.columns if code in traits.index]]
correlations, tests = biology_view.tests(everyone, traits, gsva.key, fusion.key)
st.markdown(gsva_view.headline(correlations, len(traits), everyone.shape[1]))
biology_view.fitted("scores and median cuts")
show.weights()

with st.container(horizontal=True, gap="medium"):
    signature = show.choice(
        "Signature",
        present(traits),
        state.GSVA_SIGNATURE,
        width="content",
        default=gsva_view.leading(correlations),
    )
    order = show.choice("Patients by", list(PATIENT_ORDERS), state.GSVA_ORDER, width="content")
    rows = show.choice("Pathways by", list(PATHWAY_ORDERS), state.GSVA_ROWS, width="content")
own = correlations[correlations["signature"] == signature]
groups = gsva_view.groups(traits, signature)
keys = (gsva.key, fusion.key, patients.current().text())
columns = access.derive(partial(patient_order, scores, groups, order), *keys, order, signature)
categories = access.value(gsva, "correlations").drop_duplicates("pathway").set_index("pathway")["category"]
blocks = access.derive(partial(pathway_order, scores, categories, rows), *keys, rows)

plot = st.container()
names = [name for _, block in blocks for name in block]
strongest = str(own.sort_values("p", kind="stable")["pathway"].iloc[0])
pathway = modules_view.choose("Pathway", names, strongest, state.GSVA_PATHWAY, format_func=pathway_name)
with plot:
    # The chosen pathway is no part of it: thousands of cells would be drawn anew with every click.
    draw = partial(heat_figure, scores[columns], groups, blocks, own, signature, selected=patients.selected())
    said = f"GSVA scores of {len(names)} pathways in {len(columns)} patients, ordered by {order}."
    show.chart(draw, said, "gsva", caption=gsva_view.CAPTION, lasso=True, pick=state.GSVA_PATHWAY)

score, title = scores.loc[pathway], f"GSVA score, {pathway_name(pathway)}"
its_tests, its_r = tests[tests["pathway"] == pathway], correlations[correlations["pathway"] == pathway]
st.subheader(f"{plain(pathway_name(pathway))} by group", anchor=False)
biology_view.groups_chart(score, traits, its_tests, title, "gsva_groups", present(traits))
st.subheader(f"{plain(pathway_name(pathway))} against the signatures", anchor=False)
biology_view.against_chart(score, traits, its_r, title, "gsva_score")

left, right = st.columns([6, 5], gap="large")
with left:
    st.subheader("Correlations", anchor=False)
    show.table(biology_view.correlation_table(correlations), "gsva_correlations", correlations)
with right:
    st.subheader("Genes of the pathway", anchor=False)
    gsva_view.members(pathway, score, gsva, expression, modules_entry)
show.download(tests, "gsva_group_tests")
show.methods(gsva_text(len(everyone), everyone.shape[1], len(present(traits)), tests["group"].nunique()))
