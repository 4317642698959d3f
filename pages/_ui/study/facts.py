"""Sentences and small tables about the study and its stages; words around numbers that core computed."""

from typing import Any

import pandas as pd

from core.figures.panels import cohorts_of
from core.figures.text import number
from core.study.manifest import Study
from pages._ui import access

SIGNIFICANT = "q < 0.05".replace(" ", "\N{NO-BREAK SPACE}")  # on one line of a box


def stage_details(study: Study) -> dict[str, str]:
    """What the boxes of the study flow say, from what is stored so far."""
    sizes = study.clinical.groupby(["role", "cohort"], sort=False).size()
    details = {"patients": " + ".join(str(n) for n in sizes)}
    masks = access.frame("masks", "cases")
    if masks is not None:
        details["masks"] = f"{int(masks['ok'].sum())} of {len(masks)} sound"
    for family in study.settings.families:
        found = access.frame(family, "features")
        if found is not None:
            details[family] = f"{found.shape[1]:,} features"
        components = access.frame(f"signature_{family}", "components")
        if components is not None:
            details[f"signature_{family}"] = (
                f"{int(components['kept'].sum())} of {len(components)} components"
            )
    return details | _biology_details() | _result_details()


def _result_details() -> dict[str, str]:
    metrics = access.frame("evaluation", "metrics")
    if metrics is None:
        return {}
    last = metrics[(metrics["cohort"] == cohorts_of(metrics)[-1][0]) & (metrics["model"] == "DLRN")].iloc[0]
    return {"evaluation": f"AUC {number(last['auc'])}", "fusion": "logistic regression"}


def _biology_details() -> dict[str, str]:
    values, genes = access.frame("expression", "values"), access.frame("modules", "genes")
    traits, sets = access.frame("module_traits", "table"), access.frame("gsva", "correlations")
    details = {}
    if values is not None:
        details["expression"] = f"{values.shape[0]:,} genes x\N{NO-BREAK SPACE}{values.shape[1]}"
    if genes is not None:
        details["modules"] = f"{genes.loc[genes['module'] != 'grey', 'module'].nunique()} modules"
    if traits is not None:
        details["module_traits"] = f"{traits['trait'].nunique()} traits"
    if sets is not None:
        details["gsva"] = f"{sets['pathway'].nunique()} pathways"
        details["pathways"] = f"{int((sets['q'] < 0.05).sum())} of {len(sets)} {SIGNIFICANT}"
    enriched, score = access.frame("enrichment", "table"), access.frame("gene_score", "info")
    if enriched is not None:
        details["enrichment"] = f"{int((enriched['q'] < 0.05).sum())} of {len(enriched):,} {SIGNIFICANT}"
    if score is not None:
        held_out = score.get("auc", {}).get("out_of_fold")
        details["gene_score"] = f"AUC {number(held_out['auc'])}" if held_out else f"{score['common']} genes"
    return details


def not_done(states: list[Any]) -> str:
    """What runs, failed or waits, in one sentence; "" when everything is computed."""
    words = {
        "running": "Running",
        "failed": "Failed",
        "stale": "Out of date (settings, inputs or program changed)",
        "waiting": "Not computed yet",
    }
    parts = []
    for name, word in words.items():
        titles = [s.title for s in states if s.state == name]
        if titles:
            parts.append(f"**{word}**: {', '.join(titles)}.")
    return " ".join(parts)


def stage_table(states: list[Any]) -> pd.DataFrame:
    """State and duration of each stage."""
    rows = [
        {"Stage": s.title, "State": s.state, "Seconds": None if s.seconds is None else round(s.seconds, 1)}
        for s in states
    ]
    return pd.DataFrame(rows, columns=["Stage", "State", "Seconds"])
