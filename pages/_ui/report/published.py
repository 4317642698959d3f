"""The study's counterparts of the paper's printed facts, from whatever is stored so far."""

from functools import partial

import pandas as pd

from core.evaluation.pairs import pairs_table
from core.figures.text import estimate, number
from core.published import paper
from pages._ui import access, patients
from pages._ui.model.judged import Judged

BIOLOGY = ("Modules", "GSVA", "Gene score")
NAMES = {
    "topic": "Topic", "role": "Cohort", "what": "What", "statistic": "Statistic", "paper": "Paper",
    "p": "Paper's P", "study": "This study", "study_p": "Its P",
}  # fmt: skip


def facts(judged: Judged) -> pd.DataFrame:
    """The paper's facts with the study's; '' where the study has no such number yet."""
    pairs = access.derive(partial(pairs_table, judged.predictions, judged.models), *judged.key)
    found = paper.model_facts(judged.predictions, pairs, judged.tables.metrics)
    tests, traits = access.frame("cohort_tests", "tests"), access.frame("module_traits", "table")
    if tests is not None and not patients.current().rules:
        found |= paper.cohort_facts(tests, patients.clinical())
    expression, sets = access.frame("expression", "info"), access.frame("gsva", "correlations")
    if traits is not None and expression is not None:
        found |= paper.module_facts(traits, int(expression["genes_kept"]))
    if sets is not None:
        found |= paper.pathway_facts(sets)
    genes = access.frame("gene_score", "info")
    if genes is not None:
        found |= paper.gene_facts(genes)
    return paper.facts_beside(found)


def facts_table(beside: pd.DataFrame) -> pd.DataFrame:
    """The facts as printed."""
    return beside.rename(columns=NAMES)


def table_one(beside: pd.DataFrame) -> pd.DataFrame:
    """Two rows per cohort and model, the paper's and the study's; a column per metric."""
    rows = []
    for (cohort, role, model), part in beside.groupby(["cohort", "role", "model"], sort=False):
        for source, name in (("paper", "Liu et al."), ("study", "this study")):
            cells = {
                r["metric"]: estimate(r[source], r[f"{source}_low"], r[f"{source}_high"])
                for r in part.to_dict("records")
            }
            rows.append({"Cohort": f"{role} {cohort}", "Model": model, "Source": name, **cells})
    return pd.DataFrame(rows)


def headline(beside: pd.DataFrame) -> str:
    """AUC of DLRN in the last cohort, paper and study."""
    rows = beside[(beside["model"] == "DLRN") & (beside["metric"] == "AUC")]
    row = rows.iloc[-1]
    paper = estimate(row["paper"], row["paper_low"], row["paper_high"])
    ours = estimate(row["study"], row["study_low"], row["study_high"])
    return (
        f"AUC of DLRN in the {row['role']} cohort: paper {paper} (n = {number(row['paper_n'], 0)}), "
        f"this study **{ours}** (n = {row['n']})."
    )
