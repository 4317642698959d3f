"""Which co-expression modules go with LNM, covariates and signatures, and what stands behind each cell."""

from functools import partial

import streamlit as st

from core.figures.module_traits import module_trait_figure
from core.genomics.module_links import FEWEST, shared_modules, strongest
from core.methods.modules import traits_text
from pages._ui import access, patients, show, state, wait
from pages._ui.biology import module_pair_view, modules_view

show.header(
    "Modules and traits",
    "Correlation of module eigengenes with LNM, clinical covariates and the image signatures.",
)
entry, stored, expression = wait.need("modules", "module_traits", "expression")
network, settings = modules_view.Network(entry), access.study().settings.gene_score
table = modules_view.correlated(network, stored)
if table.empty:
    reason = (
        "the tree cut found no module"
        if not network.names()
        else (f"the filter leaves fewer than {FEWEST} training patients with expression")
    )
    st.info(f"No correlations: {reason}.", icon=":material/filter_alt_off:")
    st.stop()

modules_view.take_pair()
shared = shared_modules(table, modules_view.SHARED)
summary = st.container()
with st.container(horizontal=True):
    kind = show.choice("Traits", list(modules_view.SHOWN), state.TRAITS)
    rows = show.choice("Modules", [modules_view.STRONG, "All"], state.MODULE_ROWS)
    cells = show.choice("Cells", ["r (q)", "r (P)", "r and stars"], state.CELLS)
shown = modules_view.shown(table, kind, rows)
first = strongest(shown)
said = modules_view.strongest_said(table, shown, len(network.names()))
summary.markdown(f"{said} {modules_view.shared_said(table, shared)}")
with summary:
    show.weights()
    if modules_view.filtered():
        st.caption("Filtered: correlations of the patients that pass; modules and medians of all patients.")

picks, choices = st.container(), st.columns(2)
with choices[0]:
    module = modules_view.choose("Module", network.names(), first[0], state.MODULE)
with choices[1]:
    trait = modules_view.choose("Trait", list(table["trait"].unique()), first[1], state.TRAIT)
with picks:
    draw = partial(
        module_trait_figure,
        shown,
        sizes=network.info["sizes"],
        cells=cells,
        shared=shared,
        chosen=(module, trait),
    )
    show.chart(draw, said, "module_traits", caption=modules_view.cells_said(table, cells), pick=state.PAIR)

module_pair_view.draw(network, table, module, trait, (entry.key, stored.key, str(patients.kept())))
st.subheader("All correlations", anchor=False)
show.table(modules_view.printed_traits(table), "module_traits", table)
show.methods(
    traits_text(
        int(table["n"].max()),
        modules_view.tests(table),
        modules_view.SHARED,
        settings,
        modules_view.filtered(),
    )
)
