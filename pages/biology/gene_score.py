"""Core genes that two image signatures share, and the RadDeepGene score built on them."""

import streamlit as st

from core.genomics.traits import present
from core.methods.pathways import gene_score_text
from pages._ui import access, patients, show, wait
from pages._ui.biology import biology_view, gene_score_view

TITLE = "RadDeepGene (out-of-fold)"

show.header("Gene score", "Core genes that two image signatures share, and how well they predict LNM.")
found, fusion = wait.need("gene_score", "fusion")
overlap, core, coefficients, everyone, info = (
    access.value(found, name) for name in ("overlap", "core", "coefficients", "scores", "info")
)
limits = access.study().settings.gene_score
keys = (found.key, fusion.key)

if everyone.empty:
    st.markdown(f"{gene_score_view.counts(info)} There is no score.")
    st.caption(gene_score_view.thresholds(limits))
    show.weights()
    gene_score_view.overlap_chart(overlap, info)
    show.methods(gene_score_text(limits, info))
    st.stop()

scores = patients.only(everyone)
judged = gene_score_view.judgeable(scores)
areas = gene_score_view.areas(scores, *keys) if judged else {}
said = gene_score_view.headline(areas, scores) if judged else ""
st.markdown(f"{said} {gene_score_view.counts(info)}")
if not info["common"]:
    st.markdown(
        f"The signatures share no core gene, so the score uses the union, {info['selected']:,} genes. "
        f"{gene_score_view.thresholds(limits)}"
    )
biology_view.fitted("core genes, coefficients and scores")
show.weights()

left, right = st.columns(2, gap="large")
with left:
    st.subheader("Core genes", anchor=False)
    gene_score_view.overlap_chart(overlap, info)
with right:
    st.subheader("Discrimination", anchor=False)
    if judged:
        gene_score_view.roc_chart(scores, areas, *keys)
if judged:
    st.subheader("Odds ratio", anchor=False)
    gene_score_view.odds(scores, *keys)

traits = biology_view.traits(scores.index)
if biology_view.enough(len(traits), "a correlation"):
    score = everyone.loc[traits.index, "out_of_fold"]
    frame = biology_view.score_frame(score, "RadDeepGene")
    correlations, tests = biology_view.tests(frame, traits, *keys)
    st.subheader("Score by group", anchor=False)
    biology_view.groups_chart(score, traits, tests, TITLE, "score_groups", present(traits))
    st.subheader("Score against the signatures", anchor=False)
    biology_view.against_chart(score, traits, correlations, TITLE, "score_signatures")

st.subheader("Genes of the score", anchor=False)
st.caption(f"{gene_score_view.thresholds(limits)} Coefficients: per SD of the gene, on the log-odds scale.")
genes = gene_score_view.genes(core, overlap, coefficients)
show.table(gene_score_view.genes_printed(genes, info), "score_genes", genes)
show.download(core, "core_gene_candidates")
show.methods(gene_score_text(limits, info))
