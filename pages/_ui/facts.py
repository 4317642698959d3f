"""Sentences and small tables that the pages print; words around numbers that core computed."""

from typing import Any

import pandas as pd

from core.figures.panels import cohorts_of
from core.figures.text import estimate, number, p_number, p_value, share
from core.study.manifest import Study
from pages._ui import access

METRICS = {
    "auc": "AUC", "accuracy": "ACC", "sensitivity": "SEN", "specificity": "SPEC", "ppv": "PPV", "npv": "NPV",
}  # fmt: skip


def headline(metrics: pd.DataFrame) -> str:
    """The one sentence of the study: DLRN in the validation cohort, beside the best single signature."""
    name, role = cohorts_of(metrics)[-1]
    rows = metrics[metrics["cohort"] == name].set_index("model")
    dlrn, others = rows.loc["DLRN"], rows.drop(index="DLRN")
    best = others["auc"].idxmax()
    return (
        f"In the {role} cohort (n = {dlrn['n']}, {dlrn['positives']} LNM positive) DLRN has "
        f"**AUC {_auc(dlrn)}**; the best single signature is {best}, AUC {_auc(others.loc[best])}."
    )


def _auc(row: pd.Series) -> str:
    return estimate(row["auc"], row["auc_low"], row["auc_high"])


def table_one(metrics: pd.DataFrame) -> pd.DataFrame:
    """Table 1 as journals print it: every metric with its 95% CI."""
    rows = []
    for name, role in cohorts_of(metrics):
        for row in metrics[metrics["cohort"] == name].to_dict("records"):
            cells = {"Cohort": f"{role} {name}, n = {row['n']}", "Model": row["model"]}
            cells |= {
                label: estimate(row[key], row[f"{key}_low"], row[f"{key}_high"])
                for key, label in METRICS.items()
            }
            cells |= {"Cut-off": number(row["threshold"], 3), "Brier": number(row["brier"], 3)}
            rows.append(cells)
    return pd.DataFrame(rows)


def calibration_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """Intercept, slope, Brier and Hosmer-Lemeshow of each model."""
    columns = {"cohort": "Cohort", "model": "Model"}
    numbers = {"calibration_intercept": "Intercept", "calibration_slope": "Slope", "brier": "Brier"}
    table = metrics[list(columns)].rename(columns=columns)
    for key, label in numbers.items():
        table[label] = [number(v) for v in metrics[key]]
    table["Hosmer-Lemeshow P"] = [p_number(p) for p in metrics["hl_p"]]
    return table


def comparison_table(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Pairs of models: DeLong, NRI, IDI."""
    rows = [
        {
            "Cohort": c["cohort"], "Comparison": f"{c['b']} v {c['a']}", "DeLong z": number(c["delong_z"]),
            "DeLong P": p_number(c["delong_p"]), "NRI": number(c["nri"]), "NRI P": p_number(c["nri_p"]),
            "IDI": number(c["idi"], 3), "IDI P": p_number(c["idi_p"]),
        }
        for c in comparisons.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def difference(comparisons: pd.DataFrame, a: str = "Radiomics", b: str = "DLRN") -> str:
    """DLRN over radiomics in each cohort, as a sentence."""
    rows = comparisons[(comparisons["a"] == a) & (comparisons["b"] == b)].to_dict("records")
    parts = [f"{row['cohort']}: DeLong {p_value(row['delong_p'])}" for row in rows]
    return f"{b} against {a}: " + "; ".join(parts) + "." if parts else ""


def balance(lnm: pd.DataFrame, tests: dict[str, Any]) -> str:
    """How the label is spread over the cohorts."""
    parts = [f"{share(r['positives'], r['n'])} in {r['cohort']}" for r in lnm.to_dict("records")]
    said = f"LNM positive: {', '.join(parts)}."
    if "p" in tests:
        said += (
            f" Chi-square {number(tests['chi_square'])}, df {tests['df']}, **{p_value(tests['p'])}** "
            f"without and {p_value(tests['p_corrected'])} with continuity correction."
        )
    return said


def stage_details(study: Study) -> dict[str, str]:
    """What the boxes of the study flow say, from what is stored so far."""
    sizes = study.clinical.groupby(["role", "cohort"], sort=False).size()
    details = {"patients": " + ".join(str(n) for n in sizes)}
    masks = access.frame("masks", "cases")
    if masks is not None:
        details["masks"] = f"{int(masks['ok'].sum())} of {len(masks)} sound"
    for stage, name in (("radiomics", "features"), ("googlenet", "features"), ("resnet50", "features")):
        found = access.frame(stage, name)
        if found is not None:
            details[stage] = f"{found.shape[1]:,} features"
    for family in ("radiomics", "googlenet", "resnet50"):
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
        details["expression"] = f"{values.shape[0]:,} genes x {values.shape[1]}"
    if genes is not None:
        details["modules"] = f"{genes.loc[genes['module'] != 'grey', 'module'].nunique()} modules"
    if traits is not None:
        details["module_traits"] = f"{traits['trait'].nunique()} traits"
    if sets is not None:
        details["gsva"] = f"{sets['pathway'].nunique()} pathways"
        details["pathways"] = f"{int((sets['q'] < 0.05).sum())} of {len(sets)} q < 0.05"
    return details


def stage_table(states: list[Any]) -> pd.DataFrame:
    """State and duration of each stage."""
    rows = [
        {"Stage": s.title, "State": s.state, "Seconds": None if s.seconds is None else round(s.seconds, 1)}
        for s in states
    ]
    return pd.DataFrame(rows, columns=["Stage", "State", "Seconds"])
