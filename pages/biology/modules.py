"""Co-expression modules: the tree they were cut from, how many genes each has, and one of them in detail."""

from functools import partial

import streamlit as st

from core.figures.dendrogram import dendrogram_figure
from core.figures.modules import hub_figure, sizes_figure, soft_threshold_figure
from core.genomics.dendrogram import colour_bar, leaf_order, simplify
from core.genomics.module_links import hubs, module_table, strongest
from core.methods.modules import found_how, modules_text, power_said
from pages._ui import access, patients, show, state, wait
from pages._ui.biology import hub_view, modules_view

HUBS = 15

show.header("Modules", "Genes that rise and fall together across the training tumours.")
entry, expression = wait.need("modules", "expression")
network, settings = modules_view.Network(entry), access.study().settings.coexpression
genes, kme, info = network.genes, network.kme, network.info
names, grey = network.names(), int((genes["module"] == "grey").sum())
few = f"**{len(names)} modules**; {grey:,} of {len(genes):,} genes are in none (grey)."
st.markdown(f"{few} {found_how(info, settings)}")
if modules_view.filtered():
    st.caption("Modules are those of all training patients; the filter changes the eigengene panel alone.")

traits_entry = access.entry("module_traits")
best = module_table(genes, kme, None if traits_entry is None else access.value(traits_entry, "table"))
chosen = "grey"
if names:
    chosen = modules_view.choose("Module", names, strongest(best)[0], state.MODULE, width=260)

tree = access.derive(partial(simplify, network.linkage), entry.key)
strips = access.derive(partial(colour_bar, genes["module"], leaf_order(network.linkage)), entry.key)
said = f"Gene dendrogram over the colours of {len(names)} modules."
note = (
    "Average linkage of 1 - TOM (topological overlap: how far two genes share their neighbours), the tree "
    "that was cut."
)
if tree.width:
    note += f" Merges narrower than {tree.width:.0f} genes (a pixel) are drawn as strokes over their heights."
draw = partial(dendrogram_figure, tree.x, tree.y, strips, chosen)
show.chart(draw, said, "dendrogram", caption=note)
if names:
    show.chart(
        partial(sizes_figure, best, chosen), f"Genes of each of {len(names)} modules.", "module_sizes",
        caption="Click a bar to choose its module.", pick=state.MODULE,
    )  # fmt: skip
    st.subheader(f"Module {chosen}, {info['sizes'][chosen]:,} genes", anchor=False)
    left, right = st.columns(2, gap="large")
    with left:
        top = hubs(genes, kme, chosen, HUBS)
        title = f"The {len(top)} hub genes of {chosen}: largest |kME| of {info['sizes'][chosen]:,} genes."
        show.chart(partial(hub_figure, top, chosen), title, "hubs", caption=title)
    with right:
        lnm = patients.clinical().set_index("patient")[["lnm"]].rename(columns={"lnm": "LNM"})
        found = modules_view.link(network, chosen, "LNM", lnm)
        said = modules_view.pair_said(found, chosen, "LNM")
        modules_view.pair_chart(found, f"Eigengene of {chosen}", "LNM", said, "eigengene_lnm")
    hub_view.draw(network, expression, chosen, settings)
    st.subheader("All modules", anchor=False)
    show.table(modules_view.printed(best), "modules", best)
else:
    st.info("The tree cut found no module: every gene is grey.")

st.subheader("Soft threshold", anchor=False)
soft = network.soft_threshold
said = f"Scale-free fit and mean connectivity by power; chosen: {power_said(info)}."
draw = partial(soft_threshold_figure, soft, info["power"], settings.r_squared)
show.chart(draw, said, "soft_threshold", caption=said)
show.methods(modules_text(info, settings))
