"""Sentences and tables about the models; words around numbers that core computed."""

from collections.abc import Mapping

import pandas as pd

from core.figures.panels import cohorts_of
from core.figures.text import estimate, number, p_number, p_value, plain

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


def best(metrics: pd.DataFrame, outcome: str) -> str:
    """The model with the highest AUC in the last cohort of any table."""
    name, role = cohorts_of(metrics)[-1]
    rows = metrics[metrics["cohort"] == name]
    row = rows.loc[rows["auc"].idxmax()]
    named = name if name != role else ""
    where = f"the {role} cohort {named}".strip() if role != "cohort" else f"cohort {name}"
    return (
        f"In {plain(where)} (n = {row['n']}, {row['positives']} {plain(outcome)} positive) "
        f"{plain(row['model'])} has the highest AUC of {len(rows)}: **{_auc(row)}**."
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
            if "auc_bootstrap_low" in row:
                limits = (number(row["auc_bootstrap_low"]), number(row["auc_bootstrap_high"]))
                cells["AUC, bootstrap CI"] = "-".join(limits)
            rows.append(cells)
    return pd.DataFrame(rows)


def at_cutoff_table(at: pd.DataFrame) -> pd.DataFrame:
    """A row per metric, a column per cohort: what a cut-off does, with 95% CI."""
    columns = {"": [*list(METRICS.values())[1:], "Net benefit", "of treating all"]}
    for row in at.to_dict("records"):
        shares = [estimate(row[k], row[f"{k}_low"], row[f"{k}_high"]) for k in list(METRICS)[1:]]
        benefit = [number(row["net_benefit"], 3), number(row["net_benefit_all"], 3)]
        columns[f"{row['cohort']}, n = {row['n']}"] = [*shares, *benefit]
    return pd.DataFrame(columns)


def calibration_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """Intercept, slope, Brier and Hosmer-Lemeshow of each model."""
    columns = {"cohort": "Cohort", "model": "Model"}
    numbers = {
        "calibration_intercept": ("Intercept", 2),
        "calibration_slope": ("Slope", 2),
        "brier": ("Brier", 3),
    }
    table = metrics[list(columns)].rename(columns=columns)
    for key, (label, digits) in numbers.items():
        table[label] = [_with_limits(row, key, digits) for row in metrics.to_dict("records")]
    table["Hosmer-Lemeshow P"] = [p_number(p) for p in metrics["hl_p"]]
    return table


def _with_limits(row: Mapping[str, float], key: str, digits: int) -> str:
    return estimate(row[key], row.get(f"{key}_low"), row.get(f"{key}_high"), digits)


def delong_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of models: difference of the AUCs and DeLong's test."""
    rows = [
        {
            "Cohort": c["cohort"], "Comparison": f"{c['b']} v {c['a']}",
            "AUC difference": estimate(c["difference"], c["difference_low"], c["difference_high"], 3),
            "DeLong z (R's sign)": number(c["delong_z"]), "P": p_number(c["delong_p"]),
        }
        for c in pairs.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def reclassification_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of models: NRI and IDI with their parts, and the change in Brier score."""
    rows = []
    for c in pairs.to_dict("records"):
        row = {"Cohort": c["cohort"], "Comparison": f"{c['b']} v {c['a']}"}
        for key, label, digits in (("nri", "NRI", 2), ("idi", "IDI", 3)):
            row[label] = estimate(c[key], c[f"{key}_low"], c[f"{key}_high"], digits)
            row[f"{label} P"] = p_number(c[f"{key}_p"])
            row[f"{label} events"] = number(c[f"{key}_events"], digits)
            row[f"{label} non-events"] = number(c[f"{key}_nonevents"], digits)
        if "nri_categorical" in c:
            limits = (c["nri_categorical_low"], c["nri_categorical_high"])
            row["Categorical NRI"] = estimate(c["nri_categorical"], *limits)
            row["its P"] = p_number(c["nri_categorical_p"])
        rows.append(row | {"Brier change": number(c["brier_change"], 3)})
    return pd.DataFrame(rows)


def cohorts_table(table: pd.DataFrame) -> pd.DataFrame:
    """AUC of each model in two cohorts: difference and DeLong's unpaired test."""
    rows = [
        {
            "Model": c["model"], "Cohorts": f"{c['b']} v {c['a']}",
            "AUC": f"{number(c['auc_b'])} v {number(c['auc_a'])}",
            "Difference": estimate(c["difference"], c["difference_low"], c["difference_high"], 3),
            "DeLong D": number(c["t"]), "df": number(c["df"], 1), "P": p_number(c["p"]),
        }
        for c in table.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def hosmer_table(metrics: pd.DataFrame) -> pd.DataFrame:
    """Hosmer-Lemeshow of each model."""
    rows = [
        {
            "Cohort": m["cohort"], "Model": m["model"], "n": m["n"], "Chi-square": number(m["hl_chisq"]),
            "df": m["hl_df"], "P": p_number(m["hl_p"]),
        }
        for m in metrics.to_dict("records")
    ]  # fmt: skip
    return pd.DataFrame(rows)


def gain(pairs: pd.DataFrame, a: str = "Radiomics", b: str = "DLRN") -> str:
    """What DLRN adds to radiomics in the last cohort: AUC, NRI, IDI, Brier score."""
    rows = pairs[(pairs["a"] == a) & (pairs["b"] == b)]
    if rows.empty:
        return ""
    row = rows[rows["cohort"] == cohorts_of(rows)[-1][0]].iloc[0]
    auc = estimate(row["difference"], row["difference_low"], row["difference_high"])
    return (
        f"In the {row['role']} cohort (n = {row['n']}) {b} changes the AUC of {a} by **{auc}**, DeLong "
        f"{p_value(row['delong_p'])}, and its Brier score by {number(row['brier_change'], 3)} (negative is "
        f"better); IDI {number(row['idi'], 3)}, {p_value(row['idi_p'])}; continuous NRI "
        f"{number(row['nri'])}, {p_value(row['nri_p'])}."
    )


def calibrated(metrics: pd.DataFrame, model: str = "DLRN") -> str:
    """Whether the probabilities can be taken at their word, in the last cohort."""
    name, role = cohorts_of(metrics)[-1]
    row = metrics[(metrics["cohort"] == name) & (metrics["model"] == model)].iloc[0]
    return (
        f"Its calibration in the {role} cohort: intercept {number(row['calibration_intercept'])} (ideal 0), "
        f"slope {number(row['calibration_slope'])} (ideal 1), Brier score {number(row['brier'], 3)}, "
        f"Hosmer-Lemeshow {p_value(row['hl_p'])}."
    )


def difference(comparisons: pd.DataFrame, a: str = "Radiomics", b: str = "DLRN") -> str:
    """DLRN over radiomics in each cohort, as a sentence."""
    rows = comparisons[(comparisons["a"] == a) & (comparisons["b"] == b)].to_dict("records")
    parts = [f"{plain(row['cohort'])}: DeLong {p_value(row['delong_p'])}" for row in rows]
    return f"{b} against {a}: " + "; ".join(parts) + "." if parts else ""
