"""Links from the overview to the pages that show each result."""

import streamlit as st

from pages._ui.frame import CHAPTERS

# Short: a link is cut off at the end of its column.
SHOWS = {
    "study/cohorts.py": "node status, clinical data",
    "study/patient.py": "all about one patient",
    "study/data.py": "own cohorts, step by step",
    "imaging/gallery.py": "key slices, volumes, phases",
    "imaging/checks.py": "who is left out, and why",
    "imaging/features.py": "radiomics and deep",
    "imaging/robustness.py": "ICC under other contours",
    "model/tuning.py": "what the settings change",
    "model/comparison.py": "ROC, net benefit",
    "model/validation.py": "optimism, permutation",
    "model/tests.py": "DeLong, NRI, IDI",
    "model/nomogram.py": "DLRN and its points",
    "biology/modules.py": "co-expressed genes",
    "biology/module_traits.py": "with signatures",
    "biology/pathways.py": "enriched in modules",
    "biology/gsva.py": "pathways and signatures",
    "biology/gene_score.py": "core genes, RadDeepGene",
    "case/predict.py": "a new patient",
    "report/study_report.py": "the results, as one file",
    "report/published_results.py": "of the paper",
    "report/audit.py": "of any printed table",
}
COLUMNS = 2


def draw(own: str) -> None:
    """A link to every page but ``own``, each with what it shows."""
    entries = [entry for chapter in CHAPTERS.values() for entry in chapter if entry[0] != own]
    height = -(-len(entries) // COLUMNS)
    for column, start in zip(st.columns(COLUMNS), range(0, len(entries), height), strict=False):
        for path, title, icon in entries[start : start + height]:
            shown = f": {SHOWS[path]}" if path in SHOWS else ""
            column.page_link(f"pages/{path}", label=f"**{title}**{shown}", icon=icon)
