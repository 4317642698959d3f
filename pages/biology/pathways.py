"""Pathways that modules are enriched for, and those that GSVA ties to the same signature."""

from functools import partial

import streamlit as st

from core.figures.pathways import pathway_name
from core.figures.text import plain
from core.genomics.joint_evidence import weigh
from core.methods.pathways import pathways_text
from pages._ui import access, patients, show, wait
from pages._ui.biology import biology_view, pathways_view

show.header(
    "Pathways",
    "Pathways that modules are enriched for, and those that GSVA ties to the same signature.",
)
biology_view.need_sets()
enriched, modules_entry, gsva, fusion = wait.need("enrichment", "modules", "gsva", "fusion")
tests, scores = access.value(enriched, "table"), access.value(gsva, "scores")
eigengenes, kme = (access.value(modules_entry, name) for name in ("eigengenes", "kme"))
traits = biology_view.traits(scores.columns)

summary = st.container()
rule, names = pathways_view.rule(traits)
keys = (enriched.key, gsva.key, fusion.key, modules_entry.key, patients.current().text(), rule, names)
evidence = access.derive(partial(weigh, tests, eigengenes, scores, traits, names, rule), *keys)
modules, pathways = pathways_view.axes(evidence)
shown = evidence.dots[evidence.dots["module"].isin(modules) & evidence.dots["gene_set"].isin(pathways)]
said = pathways_view.headline(evidence, names, rule)
with summary:
    st.markdown(f"{said} Correlations: {biology_view.said_n(evidence.n, scores.shape[1])}.")
    biology_view.fitted("modules and their enrichment")
    show.weights()
    enough = biology_view.enough(evidence.n, "a correlation", "Enrichment does not depend on the filter.")

plot = st.container()
row = pathways_view.pair(shown, evidence.joint)
with plot:
    pathways_view.chart(evidence, modules, pathways, row, rule, said)
if enough:
    pathway = row["gene_set"]
    own = evidence.correlations[
        (evidence.correlations["pathway"] == pathway) & evidence.correlations["signature"].isin(names)
    ]
    title = f"GSVA score, {pathway_name(pathway)}"
    st.subheader(f"{plain(pathway_name(pathway))} against the signatures", anchor=False)
    biology_view.against_chart(scores.loc[pathway, traits.index], traits, own, title, "pathway_score")

st.subheader("Pathways with both lines of evidence", anchor=False)
pathways_view.table(evidence, shown, names)
st.subheader("Genes in common", anchor=False)
pathways_view.genes(row, kme)
st.caption(f"All {len(tests):,} module-pathway tests:")
show.download(tests, "enrichment")
show.methods(
    pathways_text(len(tests), tests["module"].nunique(), tests["gene_set"].nunique(), len(kme), rule, names)
)
