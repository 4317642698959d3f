"""How the cohorts, and the LNM classes, differ in the variables of the clinical table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import stats

from core.study.cohort_filter import is_range

Kind = Literal["numeric", "categorical"]
OWN = ("patient", "cohort", "role", "lnm")
MOST_LEVELS = 12
FEW_EXPECTED = 5.0
DRAWS, SEED = 99_999, 20240416
Tested = tuple[str, float, float]  # name of the test, statistic, p
NOTHING: Tested = ("", np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Differences:
    """Tests and summaries of every variable by cohort and by LNM.

    ``tests``: [by, variable, kind, test, statistic, p, q, n], n patients with a known value; p and q
    are NaN, and test "", where fewer than two groups or values are left. ``groups``: [by, group,
    variable, level, n, median, q1, q3, count, share]; numeric variables have the level "" and no
    count, categorical ones a row per level and no median. ``by`` is "cohort" or "lnm".
    """

    tests: pd.DataFrame
    groups: pd.DataFrame


def kinds(clinical: pd.DataFrame) -> dict[str, Kind]:
    """What each variable is compared as; empty columns and words with over 12 values are left out."""
    columns = [c for c in clinical if c not in OWN]
    found: dict[str, Kind] = {c: "numeric" for c in columns if is_range(clinical[c])}
    few = {c: "categorical" for c in columns if c not in found and 1 <= clinical[c].nunique() <= MOST_LEVELS}
    return {c: "numeric" if c in found else "categorical" for c in columns if c in {**found, **few}}


def compare(clinical: pd.DataFrame, variables: Mapping[str, Kind]) -> Differences:
    """Compare cohorts and LNM classes (cohorts pooled) in each variable.

    Args:
        clinical: [patient, cohort, lnm, ...variables]; missing values are left out, test by test.
        variables: from ``kinds`` of the whole study, so that a filter does not change what they are.

    Two groups of numbers: Mann-Whitney, exact without ties below 50 patients a group as in R; more:
    Kruskal-Wallis. Categories: chi-square without continuity correction; Fisher where an expected
    count is below 5 (beyond 2 x 2 from 99,999 seeded tables). q: Benjamini-Hochberg over all tests.
    """
    # LNM by cohort is a difference too; by LNM it would be one by definition.
    sides: dict[str, dict[str, Kind]] = {
        "cohort": {"lnm": "categorical", **variables},
        "lnm": dict(variables),
    }
    pairs = [(by, name, kind) for by, chosen in sides.items() for name, kind in chosen.items()]
    tests = pd.DataFrame(
        [_test_row(clinical, *pair) for pair in pairs],
        columns=["by", "variable", "kind", "test", "statistic", "p", "n"],
    )
    tests.insert(6, "q", _adjusted(tests["p"]))
    rows = [row for pair in pairs for row in _group_rows(clinical, *pair)]
    columns = ["by", "group", "variable", "level", "n", "median", "q1", "q3", "count", "share"]
    return Differences(tests, pd.DataFrame(rows, columns=columns))


def shares(clinical: pd.DataFrame, column: str) -> pd.DataFrame:
    """Share of each value by cohort and LNM: [cohort, role, lnm, level, count, n, share], n known."""
    known = clinical.dropna(subset=[column])
    levels = [level(v) for v in known[column]]
    counts = known.assign(level=levels).groupby(["cohort", "role", "lnm", "level"]).size()
    table = counts.rename("count").reset_index()
    table["n"] = table.groupby(["cohort", "lnm"])["count"].transform("sum")
    return table.assign(share=table["count"] / table["n"])


def known(clinical: pd.DataFrame) -> pd.DataFrame:
    """How many patients have each variable: [variable, cohort, role, n, known, share]."""
    rows = [
        {"variable": c, "cohort": cohort, "role": role, "n": len(part), "known": int(part[c].notna().sum())}
        for c in clinical
        if c not in OWN
        for (cohort, role), part in clinical.groupby(["cohort", "role"], sort=False)
    ]
    table = pd.DataFrame(rows, columns=["variable", "cohort", "role", "n", "known"])
    return table.assign(share=table["known"] / table["n"])


def label_counts(clinical: pd.DataFrame) -> pd.DataFrame:
    """LNM by cohort: [cohort, role, n, positives, share]."""
    counts = clinical.groupby(["cohort", "role"], sort=False)["lnm"].agg(["size", "sum"]).reset_index()
    counts = counts.rename(columns={"size": "n", "sum": "positives"})
    return counts.assign(share=counts["positives"] / counts["n"])


def label_tests(clinical: pd.DataFrame) -> dict[str, Any]:
    """Chi-square of LNM by cohort: {chi_square, df, p, p_corrected}; {} with one cohort or one class."""
    crossed = pd.crosstab(clinical["cohort"], clinical["lnm"]).to_numpy()
    if min(crossed.shape, default=0) < 2:
        return {}
    plain, corrected = (stats.chi2_contingency(crossed, correction=c) for c in (False, True))
    return {
        "chi_square": float(plain.statistic),
        "df": int(plain.dof),
        "p": float(plain.pvalue),
        "p_corrected": float(corrected.pvalue),
    }


def level(value: object) -> str:
    """A category as text: 1 and 1.0 are one value."""
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _test_row(clinical: pd.DataFrame, by: str, column: str, kind: Kind) -> dict[str, Any]:
    rows = clinical.dropna(subset=[column])
    if kind == "numeric":
        parts = [part.to_numpy(dtype=float) for _, part in rows.groupby(by, sort=False)[column]]
        test, statistic, p = _numbers(parts)
    else:
        table = pd.crosstab(rows[by].to_numpy(), rows[column].map(level).to_numpy()).to_numpy()
        test, statistic, p = _categories(table)
    found = {"test": test, "statistic": statistic, "p": p}
    return {"by": by, "variable": column, "kind": kind, **found, "n": len(rows)}


def _numbers(parts: Sequence[np.ndarray]) -> Tested:
    if len(parts) < 2:
        return NOTHING
    joined = np.concatenate(parts)
    if len(parts) > 2:
        test = stats.kruskal(*parts) if np.ptp(joined) else None
        return ("Kruskal-Wallis", *_found(test))
    exact = max(map(len, parts)) < 50 and np.unique(joined).size == joined.size
    method = "exact" if exact else "asymptotic"
    return ("Mann-Whitney", *_found(stats.mannwhitneyu(*parts, method=method) if np.ptp(joined) else None))


def _categories(table: np.ndarray) -> Tested:
    if min(table.shape, default=0) < 2:
        return NOTHING
    plain = stats.chi2_contingency(table, correction=False)
    if plain.expected_freq.min() >= FEW_EXPECTED:
        return "chi-square", float(plain.statistic), float(plain.pvalue)
    drawn = stats.MonteCarloMethod(n_resamples=DRAWS, rng=np.random.default_rng(SEED))
    exact = stats.fisher_exact(table) if table.shape == (2, 2) else stats.fisher_exact(table, method=drawn)
    return "Fisher", np.nan, float(exact.pvalue)


def _found(test: Any) -> tuple[float, float]:
    """Statistic and p; values that are all equal show no difference."""
    return (np.nan, 1.0) if test is None else (float(test.statistic), float(test.pvalue))


def _adjusted(p: pd.Series) -> np.ndarray:
    """BH q of the tests that were made."""
    q = p.to_numpy(dtype=float, copy=True)
    made = ~np.isnan(q)
    if made.any():
        q[made] = stats.false_discovery_control(q[made])
    return q


def _group_rows(clinical: pd.DataFrame, by: str, column: str, kind: Kind) -> list[dict[str, Any]]:
    rows = clinical.dropna(subset=[column])
    levels = sorted({level(v) for v in rows[column]}) if kind == "categorical" else []
    found = []
    for group, values in clinical.groupby(by, sort=False)[column]:
        own = values.dropna()
        head = {"by": by, "group": group, "variable": column, "n": len(own)}
        if kind == "numeric":
            q1, median, q3 = np.percentile(own, (25, 50, 75)) if len(own) else (np.nan,) * 3
            found.append({**head, "level": "", "median": median, "q1": q1, "q3": q3})
        counts = own.map(level).value_counts() if levels else {}
        found += [
            {**head, "level": one, "count": int(counts.get(one, 0)), "share": _share(counts.get(one, 0), own)}
            for one in levels
        ]
    return found


def _share(count: int, known_values: pd.Series) -> float:
    return count / len(known_values) if len(known_values) else np.nan
