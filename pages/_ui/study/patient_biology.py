"""One patient's expression, module eigengenes and pathway scores among the others."""

from functools import partial

import pandas as pd
import streamlit as st

from core.figures.module_colours import module_colour
from core.figures.pathways import pathway_name
from core.figures.patient import genes_figure, standing_figure
from core.store import Entry
from core.study.standing import ranks, scaled
from pages._ui import access, patients, show, state

SHOWN, FEWEST = 6, 3


def draw(patient: str) -> None:
    """Genes, modules and pathways; a sentence where the patient has no expression."""
    study, entry = access.study(), access.entry("expression")
    if study.expression is None:
        st.markdown("This study has no gene expression.")
    elif entry is None:
        st.info("Gene expression is not computed yet.", icon=":material/hourglass_empty:")
    else:
        values = access.value(entry, "values")
        if patient in values.columns:
            _genes(entry, values, patient)
            _scores(patient)
        else:
            role = study.cohort(patient).role
            why = "Gene expression is used of the training cohort only." if role == "validation" else ""
            st.markdown(f"There is no gene expression of {patient}. {why}")


def _genes(entry: Entry, values: pd.DataFrame, patient: str) -> None:
    known = list(values.index)
    genes = st.multiselect(
        "Genes", known, default=_first_genes(known), key=state.GENES, bind="query-params", max_selections=20,
        placeholder="Choose genes",
    )  # fmt: skip
    if not genes:
        st.caption("Choose genes to compare.")
        return
    table = _of_kept(values.loc[genes].T)
    table.insert(0, "lnm", access.study().clinical.set_index("patient")["lnm"].reindex(table.index))
    said = f"Expression of {', '.join(genes)} in {patient} among {len(table)} patients."
    draw = partial(genes_figure, table.reset_index(names="patient"), genes, patient)
    show.chart(draw, said, "genes", caption=said, lasso=True)


def _first_genes(known: list[str]) -> list[str]:
    """Genes with the largest weight in RadDeepGene; the first of the table where there is no score."""
    table = access.frame("gene_score", "coefficients")
    if table is None or table.empty:
        return known[:SHOWN]
    order = table["coefficient"].abs().sort_values(ascending=False).index
    return [gene for gene in table.loc[order, "gene"] if gene in set(known)][:SHOWN]


def _scores(patient: str) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Module eigengenes", anchor=False)
        entry = access.entry("modules")
        if entry is not None:
            modules = access.value(entry, "eigengenes").drop(columns="MEgrey", errors="ignore")
            modules = modules.rename(columns=lambda name: name.removeprefix("ME"))
            _standing(entry, modules, patient, "eigengenes", {m: module_colour(m) for m in modules})
        else:
            st.info("Modules are not computed yet.", icon=":material/hourglass_empty:")
    with right:
        st.subheader("Pathway scores (GSVA)", anchor=False)
        entry = access.entry("gsva")
        if entry is not None:
            pathways = access.value(entry, "scores").T.rename(columns=pathway_name)
            _standing(entry, pathways, patient, "pathway_scores")
        else:
            st.info("GSVA is not computed yet.", icon=":material/hourglass_empty:")


def _standing(
    entry: Entry, scores: pd.DataFrame, patient: str, key: str, colours: dict[str, str] | None = None
) -> None:
    shown = _of_kept(scores)
    if len(shown) < FEWEST:
        st.caption(f"Ranks need {FEWEST} patients with expression; {len(shown)} pass the filter.")
        return
    parts = (entry.key, patients.current().text())
    table = access.derive(partial(ranks, shown, patient), *parts, patient)
    others = access.derive(partial(scaled, shown), *parts)
    said = f"Rank of {patient} among {len(shown)} patients with expression; {len(shown)} is the highest."
    show.chart(partial(standing_figure, table, others, colours=colours), said, key, caption=said)
    show.download(table, key)


def _of_kept(table: pd.DataFrame) -> pd.DataFrame:
    """Rows (patients) that pass the filter."""
    return table.loc[[code for code in patients.kept() if code in table.index]]
