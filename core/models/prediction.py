"""What the model says of a case, and how far it may be believed."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from sklearn.pipeline import Pipeline

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
    the radiomics signature most, see ``influence``.
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


def warnings_of(bundle: Bundle, domain: dict[str, Any]) -> list[str]:
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
