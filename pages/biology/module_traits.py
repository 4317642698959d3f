"""Which co-expression modules go with the image signatures."""

import streamlit as st

from core.figures.module_traits import module_trait_figure
from core.figures.text import number, p_value
from pages._ui import access, show, state, wait
from pages._ui.theme import colours

SHOWN = {
    "Risk groups": lambda trait: trait.endswith("high risk") or trait == "LNM",
    "Signatures": lambda trait: not trait.endswith("high risk"),
}

show.header("Modules and traits")
traits_entry, modules_entry = wait.need("module_traits", "modules")
table, genes = access.value(traits_entry, "table"), access.value(modules_entry, "genes")
summary = st.container()
left, right = st.columns(2)
with left:
    chosen = show.choice("Traits", list(SHOWN), state.TRAITS)
with right:
    cells = show.choice("Cells", ["r (P)", "r (q)", "r and stars"], state.CELLS)
shown = table[[SHOWN[chosen](trait) for trait in table["trait"]]]
strength = shown.groupby("module")["r"].agg(lambda r: r.abs().max()).sort_values(ascending=False)
shown = shown.set_index("module").loc[strength.index].reset_index()

found = shown[shown["module"] != "grey"].reset_index(drop=True)
best = found.loc[found["r"].abs().idxmax()]
said = (
    f"Of {found['module'].nunique()} modules, {best['module']} goes most with {best['trait']}: r = "
    f"{number(best['r'])}, {p_value(best['p'])}, {p_value(best['q'], 'q')} (n = {best['n']})."
)
few = f"{int((table['q'] < 0.05).sum())} of {len(table)} module-trait tests have q < 0.05."
summary.markdown(f"{said} {few}")
with summary:
    show.weights()
sizes = {str(m): int(n) for m, n in genes["module"].value_counts().items()}
show.chart(module_trait_figure(shown, colours(), sizes, cells), said, "module_traits")
st.caption(
    f"Pearson r of module eigengenes (genes in parentheses) with traits of the training patients; bold: "
    f"{'q' if cells == 'r (q)' else 'P'} < 0.05. q: Benjamini-Hochberg over all {len(table)} tests."
)
show.table(table.sort_values("p").round({"r": 3, "p": 4, "q": 4}), "module_traits", table)
show.methods(
    "WGCNA on the training cohort: eigengene = first principal component of a module. High risk: "
    "signature (out-of-fold) above its median. P from Student's t with n - 2 degrees of freedom. "
    "Grey: genes of no module."
)
