"""Gene expression and gene sets, where there are any: whose samples they are, on which scale."""

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.figures.text import listed, plain
from core.importing.drafts import Draft
from core.study.intake.barcodes import RULES, Matches, match
from core.study.intake.plan import ImportPlan
from core.study.intake.tables import SourceTable
from pages._ui.guard import guarded
from pages._ui.study.data import drafting, images, place, planned, scale, uploaded

ENDINGS = (".tsv", ".csv", ".txt", ".gct", ".tsv.gz", ".csv.gz", ".txt.gz", ".gct.gz")
FEWEST = 15
LIBRARY = "KEGG_2021_Human"
NAMES = {
    "patient": "Patient",
    "matched": "Sample",
    "rule": "Joined by",
    "candidates": "Found",
    "problem": "Problem",
}


def draw(draft: Draft) -> None:
    """The file, its join with the patients, its scale, the gene sets."""
    found = planned.ready(draft)
    if found is None:
        st.info(images.FIRST, icon=":material/table:")
        return
    if not st.toggle(
        "There is gene expression of training patients", **drafting.kept(draft, "has_expression", False)
    ):
        st.caption("Without it the study has no biology chapter; everything else is computed.")
        return
    st.markdown("Genes in rows, samples in columns: TSV, CSV or GCT, also gzipped (as from UCSC Xena).")
    with guarded():
        place.choose(
            draft, "expression", "Expression", ENDINGS, lambda d, f: uploaded.saved(d, f, "expression.tsv")
        )
    if not place.known(draft, "expression"):
        return
    with guarded():
        table = read(draft)
        now = planned.plan(draft, found)
        _joined(table, _matches(table, draft, found, now))
        scale.ask(draft)
        scale.told(draft, table)
        st.markdown("#### Gene sets")
        _sets(draft, table.index)


def read(draft: Draft) -> pd.DataFrame:
    """Genes x samples as they stand in the file. Raises TableError."""
    from core.genomics.expression_file import read_expression

    path = Path(place.known(draft, "expression"))
    mark = (str(path), path.stat().st_mtime_ns)
    with st.spinner("Reading the expression"):
        return drafting.memo(draft, "expression", mark, lambda: read_expression(path))


def missing(draft: Draft) -> str:
    """What is still to be chosen."""
    if not draft.get("has_expression"):
        return ""
    if not place.known(draft, "expression"):
        return "choose the file, or say that there is none"
    found = planned.ready(draft)
    try:
        table = read(draft)
        few = (
            found is not None
            and len(_matches(table, draft, found, planned.plan(draft, found)).pairs) < FEWEST
        )
        fault = scale.fault(draft, table)
    except NodescopeError:
        return "choose a file that can be read"
    if few:
        return f"find the samples of {FEWEST} training patients at least, or go on without expression"
    if fault is not None:
        negative = fault.code == "EXPRESSION-NEGATIVE"
        return "say what values below 0 mean" if negative else "say on which scale the values are"
    return "" if place.known(draft, "genesets") else "choose gene sets"


def _matches(table: pd.DataFrame, draft: Draft, found: SourceTable, now: ImportPlan) -> Matches:
    """Samples of the training patients."""
    who = planned.persons(draft, found, now).who
    patients = tuple(who.loc[who["role"] == "training", "patient"])
    samples = [str(name) for name in table.columns]
    return drafting.memo(draft, "samples", (id(table), patients), lambda: match(patients, samples))


def _joined(table: pd.DataFrame, matches: Matches) -> None:
    genes, samples = table.shape
    joined = matches.table[matches.table["matched"] != ""]
    said = ", ".join(f"{n} by {RULES.get(rule, rule)}" for rule, n in joined["rule"].value_counts().items())
    st.markdown(
        f"{genes:,} genes x {samples:,} samples. **{len(joined)} of {len(matches.table)} training patients "
        f"have a sample**{': ' if said else ''}{said}."
    )
    with st.expander("Which sample is whose"):
        st.dataframe(matches.table.rename(columns=NAMES), hide_index=True)
        if matches.unused:
            st.caption(f"{len(matches.unused)} samples are of no training patient and are not used.")


def _sets(draft: Draft, genes: "pd.Index[Any]") -> None:
    from core.genomics.enrichment import read_gmt
    from core.genomics.gene_ids import ENSEMBL_VERSION

    place.choose(
        draft, "genesets", "Gene sets (GMT)", (".gmt",), lambda d, f: uploaded.saved(d, f, "genesets.gmt")
    )
    st.caption(
        "For example KEGG or Hallmark from MSigDB. They must name genes as the expression does (symbols, or "
        "Ensembl ids)."
    )
    if draft.get("genesets_way", place.UPLOAD) == place.UPLOAD and st.button(
        f"Take {LIBRARY} from Enrichr", icon=":material/cloud_download:", key="fetch_genesets"
    ):
        with st.spinner("Asking Enrichr"):
            draft.put(genesets_file=uploaded.fetched(draft, LIBRARY), genesets_ids=[])
        st.rerun()
    path = place.known(draft, "genesets")
    if path:
        sets = read_gmt([Path(path)]).sets
        members = {gene for genes in sets.values() for gene in genes}
        named = {ENSEMBL_VERSION.sub(r"\1", str(gene)) for gene in genes}  # as a run reads them
        known = len(members & named)
        st.markdown(
            f"**{len(sets)} gene sets**, {listed([plain(name) for name in list(sets)[:3]], ', ')}, ... "
            f"{known:,} of their {len(members):,} genes are named in the expression table."
        )
