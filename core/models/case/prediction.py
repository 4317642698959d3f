"""What the model says of a case, and how far it may be believed."""

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from core.errors import ModelError
from core.models import inputs
from core.models.bundle import Bundle
from core.models.domain import measure, strangest
from core.models.influence import contributions
from core.models.interval import Spread
from core.models.neighbours import nearest

SHOWN = 15


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of a case, and how far it may be believed.

    ``points`` and ``total_points`` are read off the nomogram; ``rank``: share of the training patients
    with a lower DLRN probability; ``domain`` holds distance, threshold, inside, share_outside_range
    and reasons.

    ``probability_low`` and ``probability_high``: 2.5 and 97.5 percentile over the ``models`` that
    resampling fitted (None without them), of which ``models_high`` say high risk; ``resampled`` are
    their probabilities, ``signature_intervals`` the same limits of each fused signature.
    ``neighbours``: the nearest training patients by rank; ``contributions``: the features that pushed
    the radiomics signature most, see ``influence``. ``combat``: what ``harmonised`` tells, None where the
    model has no ComBat; ``covariates``: what ``covariates.standing`` tells of each.
    """

    probability: float
    probability_low: float | None
    probability_high: float | None
    models: int
    models_high: int
    high_risk: bool
    cutoff: float
    signatures: dict[str, float]
    points: dict[str, float]
    total_points: float
    rank: float
    domain: dict[str, Any]
    weights: dict[str, str]
    tumour: dict[str, Any]
    warnings: list[str]
    model: dict[str, Any]
    signature_intervals: dict[str, tuple[float, float]]
    resampled: list[float]
    neighbours: list[dict[str, Any]]
    contributions: list[dict[str, Any]]
    combat: dict[str, Any] | None = None
    covariates: list[dict[str, Any]] = field(default_factory=list)

    @property
    def on_axes(self) -> dict[str, float | str]:
        """Value of each signature and covariate that has points."""
        values = self.signatures | {row["name"]: row["value"] for row in self.covariates}
        return {name: values[name] for name in self.points}

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def interval(bundle: Bundle, found: Spread | None) -> dict[str, Any]:
    """What ``Prediction`` holds of the resampled models."""
    if found is None:
        nothing = dict.fromkeys(("probability_low", "probability_high"))
        return {**nothing, "models": 0, "models_high": 0, "signature_intervals": {}, "resampled": []}
    return {
        "probability_low": found.low,
        "probability_high": found.high,
        "models": len(found.probabilities),
        "models_high": int((found.probabilities >= bundle.thresholds["DLRN"]).sum()),
        "signature_intervals": found.signatures,
        "resampled": found.probabilities.tolist(),
    }


def neighbours(bundle: Bundle, row: pd.Series) -> list[dict[str, Any]]:
    """The nearest training patients of radiomics features, as JSON values."""
    return _records(nearest(bundle.domain, bundle.training, row))


def pushes(bundle: Bundle, pipeline: Pipeline, row: pd.Series) -> list[dict[str, Any]]:
    """The radiomics features that pushed their signature most, as JSON values; [] without medians."""
    medians = bundle.medians[bundle.medians["family"] == "radiomics"].set_index("component")["median"]
    if medians.empty:
        return []
    return _records(contributions(pipeline, medians, row).head(SHOWN))


def as_fitted(bundle: Bundle, family: str, row: pd.Series, batch: str | None) -> pd.Series:
    """Features of a case as the model of a family takes them: after ComBat, where it has it."""
    harmony = bundle.harmonies.get(family)
    if harmony is None:
        return row
    table = inputs.features(row.to_frame().T, harmony.features)
    return harmony.frame(table, np.array([batch], dtype=object)).iloc[0]


def harmonised(bundle: Bundle, batch: str | None) -> dict[str, Any] | None:
    """What ComBat made of a case: {"column", "batch", "known", "applied"}; None for a model without it.

    Raises ModelError (CASE-BATCH) where a batch is named for a model without it.
    """
    if not bundle.harmonies:
        if batch is not None:
            raise ModelError(
                "CASE-BATCH", "A batch needs a model with ComBat", "one without", "Leave it out."
            )
        return None
    known = sorted(set.intersection(*(set(h.batches) for h in bundle.harmonies.values())))
    column = str(bundle.settings["harmonise"]["batch"])
    return {"column": column, "batch": batch, "known": known, "applied": batch in known}


def in_domain(bundle: Bundle, row: pd.Series) -> dict[str, Any]:
    """How like the training patients the radiomics features are, as JSON values."""
    found = measure(bundle.domain, row.to_frame().T).iloc[0]
    odd = strangest(bundle.domain, row)
    reasons = [
        f"{r.feature} is {r.value:.4g}; training {r.low:.4g} to {r.high:.4g}" for r in odd.itertuples()
    ]
    return {
        "distance": float(found["distance"]),
        "threshold": float(found["threshold"]),
        "inside": bool(found["inside"]),
        "percentile": float(found["percentile"]),
        "share_outside_range": float(found["share_outside_range"]),
        "reasons": reasons,
    }


def warnings_of(
    bundle: Bundle,
    domain: dict[str, Any],
    combat: dict[str, Any] | None,
    covariates: list[dict[str, Any]],
) -> list[str]:
    """What must be said beside the probability, the gravest first."""
    warnings = []
    if not domain["inside"]:
        warnings.append(
            f"This scan lies outside what the model was trained on: its distance to the nearest training "
            f"patients is {domain['distance']:.2f}, the limit {domain['threshold']:.2f} (larger than that of "
            f"{domain['percentile']:.0f}% of the training patients); "
            f"{domain['share_outside_range']:.0%} of its radiomics features lie beyond the training range. "
            f"Do not rely on the probability."
        )
    if combat is not None and not combat["applied"]:
        warnings.append(
            f"ComBat cannot be applied: the model was harmonised by {combat['column']} over "
            f"{', '.join(combat['known'])}; that of this case is {combat['batch'] or 'not given'}. Its "
            "features stay as measured, so that a difference between scanners goes into the probability."
        )
    warnings += [
        f"Covariate {row['name']} = {row['value']:g} lies outside the range of the training patients, "
        f"{row['low']:g} to {row['high']:g}: the nomogram goes on in a straight line there."
        for row in covariates
        if not row.get("inside", True)
    ]
    if bundle.synthetic:
        warnings.append("The model was trained on a synthetic study: it knows no real patient.")
    if any(info["kind"] == "random" for info in bundle.weights.values()):
        warnings.append(
            "Deep features come from seeded random weights: results that use them are no evidence."
        )
    return warnings


def plain(report: Any) -> dict[str, Any]:
    """Fields of a dataclass that are numbers or text."""
    return {k: v for k, v in asdict(report).items() if isinstance(v, (int, float, str))}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON values."""
    return [
        {str(k): getattr(v, "item", lambda v=v: v)() for k, v in row.items()}
        for row in table.to_dict("records")
    ]
