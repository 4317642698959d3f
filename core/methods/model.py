"""Captions and methods text of the model chapter: pure functions of settings and numbers."""

import pandas as pd

from core.figures.text import listed, plain
from core.methods.learning import cited, learner, searched, selector, short_learner
from core.methods.preparation import before
from core.settings import ResamplingSettings, Settings
from core.study.covariates import LEAST

JUDGED = (
    "Sensitivity, specificity, predictive values and accuracy with Wilson's 95% CI. Net benefit: TP / n - "
    "FP / n x t / (1 - t) at threshold probability t (Vickers and Elkin 2006), shown over the range of the "
    "patients' probabilities. Calibration: lowess curve without robustness steps; groups are quantiles with "
    "Wilson's 95% CI; intercept and slope of the logistic recalibration with Wald's 95% CI; Brier score with "
    "a normal one."
)
DIFFERENCES = (
    "AUCs compared by DeLong's test for paired curves, two-sided, z = (AUC a - AUC b) / SE; unadjusted for "
    "the number of pairs; between cohorts by its unpaired form with Welch's degrees of freedom (as pROC). "
    "Continuous (category-free) NRI and IDI with their event and non-event parts, z tests as in Hmisc "
    "improveProb; beside them the change in Brier score. Hosmer-Lemeshow: deciles of the predictions, df = "
    "groups - 2."
)
BAND = "Bands: pointwise bootstrap 95%."
THAN = {"all": "treating all", "none": "treating none"}


def resampling(settings: ResamplingSettings) -> str:
    """``stratified 5-fold cross-validation, 10 repeats``."""
    repeats = f", {settings.repeats} repeats" if settings.repeats > 1 else ""
    return f"stratified {settings.folds}-fold cross-validation{repeats}"


def training_note(settings: Settings) -> str:
    """What the training numbers are, by preset."""
    if settings.preset == "published":
        return (
            f"Training: out-of-fold {short_learner(settings)} on components selected on the whole "
            "training cohort, as in the paper, and so optimistic."
        )
    return f"Training: out-of-fold ({resampling(settings.resampling)}), everything fitted inside the folds."


def below_default(stretches: pd.DataFrame) -> str:
    """Whether some model is of no use somewhere; ``stretches`` of ``threshold.worse_than_default``."""
    if stretches.empty:
        return "No model lies below treating all or treating none within its patients' probabilities."
    worse = " and ".join(
        f"in {plain(str(name))} {', '.join(part['model'].unique())}"
        for name, part in stretches.groupby("cohort", sort=False)
    )
    return f"Somewhere worse than treating all or none: {worse}."


def spans_table(stretches: pd.DataFrame) -> pd.DataFrame:
    """Thresholds at which a model has less net benefit than a default, a row per cohort and model."""
    rows = [
        {
            "Cohort": cohort,
            "Model": model,
            "Less net benefit than": THAN[str(than)],
            "At thresholds": _spans(part),
        }
        for (cohort, model, than), part in stretches.groupby(["cohort", "model", "than"], sort=False)
    ]
    return pd.DataFrame(rows)


def _spans(rows: pd.DataFrame) -> str:
    spans = zip(rows["low"], rows["high"], strict=True)
    return ", ".join(f"{low:.2f}" if low == high else f"{low:.2f}-{high:.2f}" for low, high in spans)


def comparison(settings: Settings, resamples: int | None = None) -> str:
    """Methods of the comparison page; ``resamples``: of the bands, where they are shown."""
    return (
        f"Discrimination: area under the ROC curve with DeLong's 95% CI. {training_note(settings)}"
        f"{before(settings)} Signatures: z-score, PCA, {selector(settings)} and {learner(settings)}."
        f"{cited(settings)}{searched(settings)} "
        "Validation: the pipeline refitted on the whole training cohort. Cut-off: Youden's index on the "
        "training cohort, carried unchanged to the validation cohort; training metrics at it are chosen on "
        f"the same patients. {JUDGED}" + bands(resamples, settings.resampling.seed)
    )


def bands(resamples: int | None, seed: int) -> str:
    """How the bands were made, '' where none are shown."""
    if not resamples:
        return ""
    return (
        f" Bands: pointwise 95% percentiles of {resamples} bootstrap resamples of the patients (seed "
        f"{seed}), stratified by outcome for the ROC curve (sensitivity at fixed specificity, as pROC ci.se) "
        "and for the bootstrap CI of the AUC, unstratified for net benefit (Vickers 2008) and the lowess "
        "curve; models are not refitted."
    )


def own(note: str, resamples: int | None, seed: int) -> str:
    """Methods of the page of one's own predictions; ``note``: where the cut-offs come from."""
    return (
        "Predicted probabilities as supplied. Discrimination: area under the ROC curve with DeLong's 95% "
        f"CI. {note} {JUDGED}{bands(resamples, seed)} {DIFFERENCES}"
    )


def tests() -> str:
    """Methods of tests between models."""
    return (
        f"{DIFFERENCES} Signatures by LNM: two-sided Mann-Whitney test. Correlation of signatures: Pearson's "
        "r with Fisher's 95% CI."
    )


def nomogram(settings: Settings, signatures: list[str]) -> str:
    """Methods of the nomogram page."""
    given = settings.fusion.covariates
    return (
        f"DLRN: logistic regression of LNM on the {listed(signatures, ' and the ')} signature"
        f"{f' with {listed(given)}' if given else ''}, fitted on "
        f"the training patients' out-of-fold signatures ({resampling(settings.resampling)}). Nomogram as "
        "rms draws it: the signature with the widest effect over its range spans 100 points. Its training "
        "probabilities in evaluation come from stacking: refitted without the patient's fold. Coefficients "
        f"with 95% Wald CI.{covariates(settings)}"
    )


def covariates(settings: Settings) -> str:
    """How clinical covariates enter, with a space before; '' where the nomogram has none."""
    if not settings.fusion.covariates:
        return ""
    return (
        " Clinical covariates: numbers entered as they are, text by a 0-1 term for each level against the "
        "most frequent one among the training patients (of each fold, in stacking). Patients without a "
        f"value, or of a level with fewer than {LEAST} training patients, were left out of the nomogram and "
        "of all results that rest on it; nothing was imputed."
    )


def published() -> str:
    """Methods of the page of published results."""
    return (
        "Published values: Liu et al., BMC Medical Imaging 2024, DOI 10.1186/s12880-024-01255-y, Table 1 "
        "and text, as printed. The paper prints a CI for the AUC only. This study: DeLong's 95% CI for the "
        "AUC, Wilson's otherwise, at Youden's cut-off of the training cohort."
    )
