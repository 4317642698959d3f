"""Methods text and sentences of the predict page: pure functions of a prediction and its bundle."""

from typing import Any

from core.figures.text import estimate, listed, measured, number, title
from core.methods.learning import cited, learner, searched, selector
from core.methods.preparation import before
from core.models.bundle import Bundle
from core.models.case.prediction import Prediction
from core.models.nomogram import axis_names


def interval(result: Prediction) -> str:
    """What the resampled models say of this case, and what that is."""
    if not result.models:
        return "No interval: this model was frozen without its resampled models."
    low, high = result.probability_low, result.probability_high
    said = (
        f"Range over {result.models} resampled models: {number(low)}-{number(high)} (2.5 to 97.5 percentile)"
        f"; {result.models_high} of {result.models} put the case above the cut-off."
    )
    if low is not None and high is not None and not low <= result.probability <= high:
        said += " The probability itself, by the model of all patients, lies outside this range."
    return said


def interval_meaning(result: Prediction) -> str:
    """What the range means and does not mean."""
    return (
        f"Each of the {result.models} models was trained with one fold of the training patients left out: "
        "the range shows how far the answer depends on which patients were in the training set. Their "
        "signatures go through the one nomogram of the model, fitted on signatures averaged over repeats: "
        "single ones scatter more, and may lie nearer to 0 or 1 than the probability itself. It is not a "
        "confidence interval for this patient: it knows nothing of errors that all models share, of the "
        "scan, or of the outline."
    )


def headline(result: Prediction) -> str:
    """Points, risk by the cut-off, rank."""
    risk = "high" if result.high_risk else "low"
    return (
        f"{number(result.total_points, 1)} points on the nomogram; {risk} risk by the cut-off "
        f"{number(result.cutoff)} (Youden); higher than {result.rank:.0%} of the {result.model['n']} "
        "training patients."
    )


def neighbours(result: Prediction) -> str:
    """Who the nearest training patients are."""
    positive = sum(row["lnm"] for row in result.neighbours)
    return (
        f"{positive} of the {len(result.neighbours)} nearest are LNM positive. Distance: root mean square "
        "over all radiomics features, centred and scaled robustly and compressed by asinh; a case counts as "
        f"inside up to a mean distance of {number(result.domain['threshold'])} (this one: "
        f"{number(result.domain['distance'])}). Their signatures and DLRN are out-of-fold."
    )


PUSHES = (
    "A component's contribution is the change of the radiomics signature when that component alone is set to "
    "its median over the training patients; it is shared out among the features that moved the component "
    "that way, in proportion to loading x z-score (SD from the training mean, in brackets). Features are "
    "strongly correlated: read the bars as a group, not as causes."
)


def signature_table(result: Prediction) -> list[dict[str, str]]:
    """Rows Signature, Value (range), Points; a signature that is not fused has no points."""
    rows = []
    for name, value in result.signatures.items():
        low, high = result.signature_intervals.get(name, (None, None))
        points = number(result.points[name], 1) if name in result.points else "not fused"
        rows.append({"Signature": name, "Probability (range)": estimate(value, low, high), "Points": points})
    return rows


def covariate_table(result: Prediction) -> list[dict[str, str]]:
    """Rows Covariate, Value, Training patients, Points."""
    return [
        {
            "Covariate": title(row["name"]) if "n" in row else measured(row["name"]),
            "Value": row["value"] if isinstance(row["value"], str) else f"{row['value']:g}",
            "Training patients": _of_training(row),
            "Points": number(result.points[row["name"]], 1),
        }
        for row in result.covariates
    ]


def _of_training(row: dict[str, Any]) -> str:
    if "n" in row:
        reference = (
            "the reference level" if row["value"] == row["reference"] else f"against {row['reference']}"
        )
        return f"{row['n']} of this level; {reference}"
    return f"{row['low']:g} to {row['high']:g}" + ("" if row["inside"] else "; outside")


def methods(bundle: Bundle, models: int = 0) -> str:
    """Methods of scoring a new case with this model."""
    settings = bundle.settings
    folds = settings["resampling"]
    fused = axis_names(bundle.axes)
    inner = "inside each fold" if bundle.preset == "leak_free" else "once on all patients (as published)"
    width = settings.get("peritumoral", {}).get("width_mm")
    ring = f" and of the ring of {width:g} mm around it" if width else ""
    text = (
        f"A new case is scored by the model frozen on {len(bundle.training)} training patients of "
        f"{bundle.study}: 1,781 PyRadiomics features of the tumour{ring} and average-pool features of the "
        f"key slice, z-score, PCA, {selector(settings)} and {learner(settings)} per signature, and "
        f"a logistic nomogram of {listed(fused)}. Nothing is fitted on the new case. Cut-off "
        f"{number(bundle.thresholds['DLRN'], 3)} (Youden, training patients, out-of-fold)."
        f"{before(settings)}{cited(settings)}{searched(settings)} "
    )
    if len(bundle.covariates):
        text += (
            "Covariates enter the nomogram as given: numbers as they are, levels against the most frequent "
            "one among the training patients. "
        )
    if models:
        text += (
            f"The range is the 2.5 to 97.5 percentile of the probability over the {models} models of "
            f"{folds['folds']}-fold cross-validation repeated {folds['repeats']} times (selection {inner}), "
            "those of one split paired; the nomogram's coefficients are kept. It describes the spread over "
            "resampled training sets and is not a confidence interval for the patient. "
        )
    return text + (
        "Applicability domain: mean distance to the five nearest training patients over all radiomics "
        "features (robust z-scores, asinh), judged by the training patients' own leave-one-out distances. "
        f"{PUSHES} A case without a mask: functional tumour volume (PE >= 70%, 0 < SER <= 3; Hylton et al., "
        "Radiology 2016) inside a box set by the reader, above 60% of the box's 95th percentile of the "
        "pre-contrast signal. Research use only."
    )
