"""The checks of a whole cohort: who was left out, who was kept with a warning, and why."""

from collections.abc import Sequence
from typing import cast

import pandas as pd

from core.checks.catalogue import CATALOGUE
from core.errors import coded

COLUMNS = ["patient", "code", "outcome", "text"]
LEFT_OUT, KEPT = "left out", "kept"


def with_failures(findings: pd.DataFrame, failures: pd.DataFrame) -> pd.DataFrame:
    """``findings`` and what later steps found: [patient, code, outcome, text], once for each.

    Args:
        findings: the same columns, of the reading of images and masks.
        failures: [patient, code, message], whom any step left out.
    """
    texts = [coded(line)[1] for line in failures["message"]]
    rows = failures.assign(outcome=LEFT_OUT, text=texts)[COLUMNS]
    known = findings.loc[findings["outcome"] == LEFT_OUT, "patient"]
    return pd.concat([findings, rows[~rows["patient"].isin(known)]], ignore_index=True)


def counts(findings: pd.DataFrame) -> pd.DataFrame:
    """Patients by check, those of the catalogue and any other: [code, asks, left_out, kept]."""
    codes = list(dict.fromkeys([*CATALOGUE, *findings["code"]]))
    by = findings.groupby(["code", "outcome"])["patient"].nunique()
    rows = [
        (c, asks(c), int(by.get((c, LEFT_OUT), 0)), int(by.get((c, KEPT), 0)))
        for c in codes
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["code", "asks", "left_out", "kept"])


def asks(code: str) -> str:
    """What a check demands; the code itself of one that is in no catalogue."""
    return CATALOGUE[code].asks if code in CATALOGUE else code


def matrix(findings: pd.DataFrame, patients: Sequence[str]) -> pd.DataFrame:
    """Patients x checks: the outcome of each patient, and True where a check found something.

    Returns:
        index patient (all of ``patients``, in their order); outcome ("left out", "kept", "sound"), findings
        (their texts), then one column per code that occurs, by frequency.
    """
    own = findings[findings["patient"].isin(patients)]
    found = cast(pd.DataFrame, pd.crosstab(own["patient"], own["code"]).gt(0))
    often = list(own["code"].value_counts(sort=True).index)
    table = found.reindex(index=list(patients), columns=often, fill_value=False)
    grouped = own.groupby("patient")
    worst = grouped["outcome"].agg(lambda outcomes: LEFT_OUT if LEFT_OUT in set(outcomes) else KEPT)
    table.insert(0, "outcome", worst.reindex(patients).fillna("sound"))
    table.insert(1, "findings", grouped["text"].agg("; ".join).reindex(patients).fillna(""))
    return table.rename_axis(index="patient", columns=None)
