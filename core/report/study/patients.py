"""Report on the patients: node status, who is in the analysis, how the groups differ."""

from functools import partial

import pandas as pd

from core.figures.cohorts import label_figure, numbers_figure
from core.figures.inclusion import inclusion_figure
from core.methods import cohorts as words
from core.methods.differences import differences_table
from core.report.study.parts import Plot, Results, Section, Table
from core.study import differences
from core.study.inclusion import EXPRESSION, inclusion, left_out, steps


def patients(results: Results) -> Section:
    """Cohorts, inclusion flow, those left out with their reason, table of differences."""
    clinical = results.study.clinical
    lnm = differences.label_counts(clinical)
    variables = differences.kinds(clinical)
    found = differences.compare(clinical, variables)
    parts: list[str | Plot | Table] = [
        words.balance(lnm, differences.label_tests(clinical)),
        Plot(partial(label_figure, lnm), "Lymph-node metastasis (LNM) by cohort."),
        *_inclusion(results),
        Table(differences_table(found, clinical), "Differences between the cohorts and between LNM classes."),
    ]
    if variables.get("age") == "numeric":
        parts.insert(2, Plot(partial(numbers_figure, clinical, "age"), "Age by cohort and LNM."))
    several = clinical["cohort"].nunique() > 1
    return Section(tuple(parts), words.methods(set(found.tests["test"]), several))


def _inclusion(results: Results) -> list[Plot | Table]:
    clinical = results.study.clinical
    failures = pd.DataFrame(results.pipeline.failures(), columns=["patient", "code", "message"])
    passed = inclusion(clinical, steps(results.study, results.frame), failures)
    passed = passed[(passed["role"] == "training") | (passed["step"] != EXPRESSION)]
    flow = Plot(partial(inclusion_figure, passed), left_out(passed))
    return [flow, Table(failures, "Patients left out.")] if len(failures) else [flow]
