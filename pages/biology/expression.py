"""What was read of the expression table, what was repaired or left out, and which samples stand apart."""

from functools import partial

import streamlit as st

from core.figures.expression import flow_figure, means_figure, samples_figure
from core.genomics.expression import gene_flow
from core.methods import expression as words
from pages._ui import access, patients, show, wait
from pages._ui.biology import expression_view

show.header("Expression", "What was read of the expression table, what was repaired, and what was left out.")
expression_view.open_question()
(entry,) = wait.need("expression")
info, settings = access.value(entry, "info"), access.study().settings.expression
everyone, means = access.value(entry, "samples"), access.value(entry, "means")
st.markdown(words.headline(info, everyone))
expression_view.scale(info)

left, right = st.columns(2, gap="large")
flow = gene_flow(info)
with left:
    st.subheader("Genes", anchor=False)
    said = f"{info['genes_read']:,} genes were read, {info['genes_kept']:,} are kept."
    show.chart(partial(flow_figure, flow), said, "gene_flow", caption=words.FLOW)
with right:
    st.subheader("Mean filter", anchor=False)
    said = words.mean_filter(info, means, settings)
    show.chart(partial(means_figure, means["mean"], settings.min_mean), said, "gene_means", caption=said)

st.subheader("Repairs", anchor=False)
st.markdown(words.repaired(info))

st.subheader("Samples that stand apart", anchor=False)
samples = patients.only(everyone.assign(patient=everyone["sample"]))
if samples.empty:
    st.info("The filter leaves no training patient with expression.", icon=":material/filter_alt_off:")
else:
    limit = expression_view.limit(settings)
    lnm = access.study().clinical.set_index("patient")["lnm"].to_dict()
    draw, said = partial(samples_figure, samples, lnm, limit), words.apart(samples, limit)
    show.chart(draw, said, "samples", caption=expression_view.CAPTION, lasso=True)
    expression_view.choice(everyone, limit, settings)
    table = samples.drop(columns="patient").sort_values("z", kind="stable")
    show.table(expression_view.printed(table), "samples", table)
show.methods(words.expression_text(info, settings))
