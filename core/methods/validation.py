"""Sentences and methods text of the validation page."""

from dataclasses import replace

import pandas as pd

from core.figures.text import estimate, listed, number, p_value, plain
from core.methods.learning import cited, learner, searched, selector
from core.methods.preparation import before
from core.settings import Settings

WHAT = (
    "The whole pipeline, z-score to nomogram, is fitted again on bootstrap samples, under permuted labels "
    "and on fewer patients. This takes some minutes, with the sizes for a paper an hour or more, so it is "
    "computed when it is asked for, in the background; what is finished stays when it is cancelled."
)
COVARIATES = (
    " Covariates stand beside the refitted signatures; a level that no patient of a refit has counts as the "
    "reference level there."
)
BY_SUBGROUP = (
    "AUC with DeLong's 95% CI. Subgroups: P of equal AUCs by Cochran's Q on DeLong's variances, unadjusted."
)
SHARES = dict.fromkeys(("forest", "boosting"), "splits of the trees by component, times squared loadings")
SHARES["logistic"] = "squared coefficients of the z-scored features, by way of the loadings"
SHARES["svm"] = "squared loadings, all components alike"
DELONG = "Bars: 95% CI (DeLong)."
SIDE_BY_SIDE = (
    "Apparent: the model tested on the patients that it was fitted on. Harrell's correction tests each "
    "bootstrap model on all patients, most of whom it has seen: for a flexible learner such as a forest it "
    "stays far too high. The "
    ".632+ estimate leans on those left out. Bars: 95% CI (DeLong); of the two bootstrap estimates the "
    "middle 95% over the samples."
)
PERMUTED = (
    "Out-of-fold AUC of one repeat, everything refitted inside the folds. Grey: permuted labels; line: the "
    "real ones."
)
LEAK = (
    "The same permuted labels, by both orders of work: there is nothing to learn, so every mean above 0.5 "
    "is optimism. Rule: mean."
)
CURVE = (
    "Folds of the study's repeats, with a share of each training part. Line: mean AUC over the repeats; "
    "band: 95% CI (mean of DeLong's variances); bars: lowest and highest repeat."
)
SUBGROUPS = (
    "AUC with DeLong 95% CI; vertical rules: chance and the whole cohort. Numbers are split at the training "
    "patients' median. Fewer than 5 patients of a class: no AUC. Many subgroups: some differ by chance."
)


def headline(areas: pd.DataFrame, found: pd.DataFrame | None, model: str = "DLRN") -> str:
    """What is left of the AUC of a model, and its permutation P where ``found`` holds it."""
    rows = areas[areas["model"] == model]
    words = {"apparent": "apparent", "corrected": "optimism-corrected", "plus": ".632+"}
    words["out_of_fold"] = "out-of-fold"
    parts = [f"{words[r.kind]} {_area(r)}" for r in rows.itertuples() if r.kind in words]
    external = [r for r in rows.itertuples() if r.kind == "external"]
    outside = [f"external ({plain(r.cohort)}) **{_area(r)}**" for r in external]
    beyond = listed(outside) if outside else "there is no validation cohort"
    said = f"AUC of {model}: {', '.join(parts)}; {beyond}."
    if found is None:
        return said
    p = found[(found["model"] == model) & (found["preset"] == "leak_free")].iloc[0]
    return f"{said} Permutation {p_value(p['p'])} ({p['permutations']} permutations)."


def _area(row: object) -> str:
    return estimate(row.auc, row.low, row.high)  # type: ignore[attr-defined]


def side_by_side(optimism: pd.DataFrame) -> str:
    """Caption of the AUCs side by side, and where samples could not be fitted."""
    most = optimism["samples"].max()
    fewer = [f"{r.model} {r.samples}" for r in optimism.itertuples() if r.samples < most]
    note = f" Samples with enough different patients for the folds: {listed(fewer)}." if fewer else ""
    return f"{SIDE_BY_SIDE} {most} bootstrap samples.{note}"


def optimism_of_presets(null: pd.DataFrame) -> str:
    """Mean AUC under permuted labels by preset, over the permutations that have both, for all models."""
    compared = null.loc[(null["preset"] == "published") & (null["permutation"] > 0), "permutation"].unique()
    drawn = null[null["permutation"].isin(compared)]
    mean = drawn.groupby(["model", "preset"])["auc"].mean().unstack()
    lowest, highest = mean["published"].min() - 0.5, mean["published"].max() - 0.5
    return (
        f"Under {len(compared)} permutations of the labels the leak-free order has mean AUCs of "
        f"{number(mean['leak_free'].min())} to {number(mean['leak_free'].max())}, the published order "
        f"{number(mean['published'].min())} to {number(mean['published'].max())}: an optimism of "
        f"**{number(lowest)} to {number(highest)}** without any signal."
    )


def agreement(row: "pd.Series[float]") -> str:
    """Nogueira's index as a sentence."""
    return (
        f"Nogueira's stability of the {row['chosen']:.0f} leading of {row['features']:,.0f} features: "
        f"**{estimate(row['index'], row['low'], row['high'])}** over {row['models']:.0f} models of the folds "
        "(1: always the same, 0: as by chance; above 0.75 excellent, below 0.4 poor)."
    )


def methods(settings: Settings) -> str:
    """Methods of the page."""
    own, folds = settings.validation, settings.resampling
    note = (
        " The stored out-of-fold AUCs are of the preset published: selection outside the folds."
        if settings.preset == "published"
        else ""
    )
    shares = listed([f"{100 * share:.0f}%" for share in own.shares])
    models, inside = folds.folds * folds.repeats, replace(settings, preset="leak_free")
    return (
        f"Internal validation refitted the whole pipeline (z-score, PCA, {selector(settings)}, "
        f"{learner(settings)}; for the DLRN logistic regression of out-of-fold signatures)."
        f"{before(inside)}{cited(settings)}{searched(inside)} "
        f"Optimism: {own.bootstraps} bootstrap samples of patients, drawn within each "
        "class (Harrell, Lee and Mark, Stat Med 1996), all rows of a patient in one fold; .632+ estimate "
        "with an AUC of 0.5 for no information (Efron and Tibshirani, J Am Stat Assoc 1997; Sahiner et al., "
        f"Med Phys 2008). Permutation test: labels permuted {own.permutations} times, {folds.folds}-fold "
        "out-of-fold AUC of one repeat, P = (1 + permutations that reach it) / (1 + permutations) (Phipson "
        f"and Smyth 2010), unadjusted for the number of models; {own.compared} of them by both presets. "
        f"Learning curve: {shares} of the training part of each of {folds.folds} folds, {own.repeats} "
        f"repeats; the nomogram stacked on all other folds' signatures. Stability: of the {own.top} features "
        f"of greatest share in each of the {models} models of the folds (share: "
        f"{SHARES[settings.learner.name]}), by the index of Nogueira, Sechidis and Brown (J Mach Learn Res "
        "2018), whose interval takes the models for independent. "
        f"Seed {own.seed}.{note}{COVARIATES if settings.fusion.covariates else ''} {BY_SUBGROUP}"
    )
