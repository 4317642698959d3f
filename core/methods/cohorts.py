"""Methods text and sentences of the cohorts page: pure functions of numbers."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from core.figures.text import number, p_value, plain, share
from core.study.differences import DRAWS


def comparison(tests: Collection[str], several: bool) -> str:
    """How variables were compared, from the tests that were used."""
    parts = [
        "Node status (LNM: lymph-node metastasis) by cohort: chi-square test without continuity correction, "
        "the corrected P beside it."
        if several
        else ""
    ]
    said = {
        "Mann-Whitney": "Numeric variables: median [interquartile range], two-sided Mann-Whitney test.",
        "Kruskal-Wallis": "Numeric variables in more than two groups: Kruskal-Wallis test.",
        "chi-square": "Categorical variables: n (%), chi-square test without continuity correction.",
        "Fisher": f"Fisher's exact test where an expected count was below 5 (tables larger than 2 x 2: "
        f"{DRAWS:,} random tables with the same margins).",
    }
    parts += [text for name, text in said.items() if name in tests]
    return " ".join(filter(None, parts))


def methods(tests: Collection[str], several: bool) -> str:
    """Methods of the cohorts page."""
    return (
        f"{comparison(tests, several)} Missing values were left out test by test. LNM classes were compared "
        "over all cohorts together. q: Benjamini-Hochberg over all tests of the table. Patients were left "
        "out of the analysis when an image or its mask did not pass the checks (readable, one grid, finite "
        "values, tumour voxels of the label)."
    )


def missing(complete: Collection[str], incomplete: Collection[str], n: int) -> str:
    """What is known of the clinical variables of n patients."""
    if not complete and not incomplete:
        return "The clinical table holds no variables besides the node status."
    if not incomplete:
        return f"Nothing is missing: all {len(complete)} clinical variables are known of all {n} patients."
    known = f"; {len(complete)} others are complete" if complete else ""
    return f"{len(incomplete)} of {len(complete) + len(incomplete)} variables have missing values{known}."


def balance(lnm: pd.DataFrame, tests: Mapping[str, Any]) -> str:
    """How the label is spread over the cohorts."""
    parts = [f"{share(r['positives'], r['n'])} in {plain(r['cohort'])}" for r in lnm.to_dict("records")]
    said = f"LNM positive: {', '.join(parts)}."
    if "p" in tests:
        said += (
            f" Chi-square {number(tests['chi_square'])}, df {tests['df']}, **{p_value(tests['p'])}** "
            f"without and {p_value(tests['p_corrected'])} with continuity correction."
        )
    return said
