"""What Liu et al. (BMC Medical Imaging 2024) printed, beside what a study found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from core.evaluation.group_tests import pearson
from core.figures.text import estimate, number, p_number, share

DOI = "10.1186/s12880-024-01255-y"
METRICS = {
    "auc": "AUC", "acc": "ACC", "sen": "SEN", "spec": "SPEC", "ppv": "PPV", "npv": "NPV",
}  # fmt: skip
OURS = {
    "auc": "auc", "acc": "accuracy", "sen": "sensitivity", "spec": "specificity", "ppv": "ppv", "npv": "npv",
}  # fmt: skip
HERE = Path(__file__).parent
Found = dict[tuple[str, str, str, str], tuple[str, str]]  # (topic, role, what, statistic): value and P


def published_table() -> pd.DataFrame:
    """Table 1 as printed: [role, n, positive, model, auc, auc_low, auc_high, acc, sen, spec, ppv, npv]."""
    return pd.read_csv(HERE / "published_table1.csv").rename(columns={"cohort": "role"})


def published_facts() -> pd.DataFrame:
    """Numbers of the text as printed: [topic, role, what, statistic, paper, p], '' where not printed."""
    return pd.read_csv(HERE / "published_facts.csv", dtype=str, keep_default_na=False)


def side_by_side(metrics: pd.DataFrame) -> pd.DataFrame:
    """Table 1 and a study's metrics, long.

    Args:
        metrics: [cohort, role, model, n, positives, each metric with _low and _high]; every validation
            cohort stands beside the paper's.

    Returns:
        [cohort, role, n, positives, model, metric, paper, paper_low, paper_high, paper_n, study,
        study_low, study_high]; paper limits for the AUC only, NaN for a model that the paper has not.
    """
    paper, rows = published_table().set_index(["role", "model"]), []
    for row in metrics.to_dict("records"):
        key = (row["role"], row["model"])
        printed = paper.loc[key].to_dict() if key in paper.index else {}
        same = {name: row[name] for name in ("cohort", "role", "n", "positives", "model")}
        for short, ours in OURS.items():
            theirs = {
                "paper": printed.get(short), "paper_low": printed.get(f"{short}_low"),
                "paper_high": printed.get(f"{short}_high"), "paper_n": printed.get("n"),
            }  # fmt: skip
            study = {"study": row[ours], "study_low": row[f"{ours}_low"], "study_high": row[f"{ours}_high"]}
            rows.append({**same, "metric": METRICS[short], **theirs, **study})
    table = pd.DataFrame(rows)
    numbers = [c for c in table if c.startswith(("paper", "study"))]
    return table.astype(dict.fromkeys(numbers, float))


def facts_beside(found: Found) -> pd.DataFrame:
    """The paper's facts with the study's: [topic, role, what, statistic, paper, p, study, study_p]."""
    table = published_facts()
    keys = list(table[["topic", "role", "what", "statistic"]].itertuples(index=False, name=None))
    ours = [found.get(key, ("", "")) for key in keys]
    return table.assign(study=[value for value, _ in ours], study_p=[p for _, p in ours])


def model_facts(predictions: pd.DataFrame, pairs: pd.DataFrame, metrics: pd.DataFrame) -> Found:
    """The study's counterparts of the facts on the models; the first cohort of a role stands for it."""
    found: Found = {}
    for role in predictions["role"].unique():
        cohort = predictions.loc[predictions["role"] == role, "cohort"].iloc[0]
        own = predictions[predictions["cohort"] == cohort]
        found["Cohorts", role, "LNM positive", "n"] = (share(int(own["lnm"].sum()), len(own)), "")
        for row in pairs[pairs["cohort"] == cohort].to_dict("records"):
            found |= _pair(role, row)
        fit = metrics[(metrics["cohort"] == cohort) & (metrics["model"] == "DLRN")]
        if len(fit):
            found["Hosmer-Lemeshow", role, "DLRN", "P"] = ("", p_number(fit["hl_p"].iloc[0]))
        r = pearson(own["Radiomics"], own["GoogLeNet"])
        value = (estimate(r.r, r.low, r.high), p_number(r.p))
        found["Correlation", role, "Radiomics - GoogLeNet", "Pearson r"] = value
    return found


def cohort_facts(tests: Mapping[str, Any], clinical: pd.DataFrame) -> Found:
    """Chi-square of LNM by cohort, and age."""
    found: Found = {}
    if "chi_square" in tests:
        found["Cohorts", "both", "LNM by cohort", "chi-square"] = (
            number(tests["chi_square"]), p_number(tests["p"]),
        )  # fmt: skip
    age = clinical["age"].dropna() if "age" in clinical else pd.Series(dtype=float)
    if len(age) > 1:
        span = f"({age.min():.0f}-{age.max():.0f}), n = {len(age)}"
        said = f"{number(age.mean())} ± {number(age.std())} {span}"
        found["Cohorts", "both", "Age", "mean ± SD (range)"] = (said, "")
    return found


def module_facts(traits: pd.DataFrame, genes_kept: int) -> Found:
    """Counts of genes and modules; modules that go with the risk groups (WGCNA on the training patients)."""
    modules = traits[traits["module"] != "grey"]
    found: Found = {("Modules", "training", "Genes kept", "n"): (f"{genes_kept:,}", "")}
    found["Modules", "training", "Modules", "n"] = (str(modules["module"].nunique()), "")
    for name in ("Radiomics", "GoogLeNet"):
        rows = modules[modules["trait"] == f"{name} high risk"]
        if rows["r"].notna().any():
            best = rows.loc[rows["r"].abs().idxmax()]
            count = str(int((rows["p"] < 0.05).sum()))
            found["Modules", "training", name, "modules with P < 0.05"] = (count, "")
            said = f"{best['module']}, r = {number(best['r'])}"
            found["Modules", "training", name, "strongest module"] = (said, p_number(best["p"]))
    return found


def pathway_facts(correlations: pd.DataFrame) -> Found:
    """How many gene sets go with each signature (GSVA), and how strongly."""
    found: Found = {}
    for name in ("Radiomics", "GoogLeNet"):
        rows = correlations[(correlations["signature"] == name) & (correlations["p"] < 0.05)]
        found["GSVA", "training", name, "pathways with P < 0.05"] = (str(len(rows)), "")
        if len(rows):
            span = f"{number(rows['r'].min())} to {number(rows['r'].max())}"
            found["GSVA", "training", name, "range of r"] = (span, "")
    return found


def gene_facts(info: Mapping[str, Any]) -> Found:
    """Core genes of each signature, those in common, and the out-of-fold AUC of RadDeepGene."""
    counts = {
        "Core genes of Radiomics": info["radiomics"]["core"], "Core genes of GoogLeNet": info["deep"]["core"],
        "Core genes in common": info["common"],
    }  # fmt: skip
    found: Found = {("Gene score", "training", what, "n"): (str(n), "") for what, n in counts.items()}
    area = info["auc"].get("out_of_fold")
    if area:
        said = f"{estimate(area['auc'], area['low'], area['high'])} out-of-fold"
        found["Gene score", "training", "RadDeepGene", "AUC"] = (said, "")
    return found


def _pair(role: str, row: Mapping[str, Any]) -> Found:
    name = f"{row['b']} v {row['a']}"
    known = {"GoogLeNet v Radiomics": "Radiomics v GoogLeNet", "ResNet50 v Radiomics": "Radiomics v ResNet50"}
    known["ResNet50 v GoogLeNet"] = "GoogLeNet v ResNet50"
    nri = estimate(row["nri"], row["nri_low"], row["nri_high"])
    idi = estimate(row["idi"], row["idi_low"], row["idi_high"], 3)
    return {
        ("DeLong", role, known.get(name, name), "P"): ("", p_number(row["delong_p"])),
        ("NRI", role, name, "continuous NRI"): (nri, p_number(row["nri_p"])),
        ("IDI", role, name, "IDI"): (idi, p_number(row["idi_p"])),
    }
