"""Probability of LNM of one lesion by a frozen model, and how far it may be believed."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import SimpleITK as sitk
from sklearn.pipeline import Pipeline

from core.checks import check_pair
from core.families import FAMILIES
from core.models.bundle import Bundle
from core.models.case.features import Say, case_features
from core.models.case.prediction import (
    Prediction,
    as_fitted,
    harmonised,
    in_domain,
    interval,
    neighbours,
    plain,
    pushes,
    warnings_of,
)
from core.models.covariates import read, standing
from core.models.fusion import predict_fusion
from core.models.interval import spread
from core.models.nomogram import points
from core.models.persist import from_bytes
from core.models.signature import predict
from core.overrides import override
from core.progress import silent
from core.settings import Settings


def predict_case(
    bundle: Bundle,
    image: sitk.Image,
    mask: sitk.Image,
    folder: Path,
    say: Say = silent,
    batch: str | None = None,
    covariates: Iterable[tuple[str, Any]] = (),
) -> Prediction:
    """Probability of LNM for one lesion.

    Args:
        image, mask: one DCE phase and the tumour, label 1, on the same grid.
        folder: of backbone weights.
        say: called with the name of each step as it begins.
        batch: of the case (its scanner, say), for a model with ComBat; features of a case of another batch
            than the training patients', or of none, stay as measured, and a warning says so.
        covariates: names and values of every covariate of the nomogram, as numbers or text.

    Raises:
        ImageError, MaskError: the pair does not pass ``core.checks``.
        ModelError: CASE-BATCH, a batch was named for a model without ComBat; CASE-COVARIATE, see
            ``covariates.read``.
        CannotRun: WEIGHTS-DIFFER, the backbone weights are not those of the model.
    """
    settings, clinical = settings_of(bundle), read(bundle.covariates, covariates)
    combat = harmonised(bundle, batch)
    known = batch if combat is not None and combat["applied"] else None
    say("Checking image and mask")
    report = check_pair(image, mask, settings.radiomics.label)
    rows = case_features(bundle, image, mask, settings, folder, say)
    say("Scoring by the signatures and the nomogram")
    pipelines = {family: from_bytes(bundle.models[family]) for family in rows}
    given = {family: as_fitted(bundle, family, row, known) for family, row in rows.items()}
    signatures = {FAMILIES[f]: _probability(pipelines[f], row) for f, row in given.items()}
    scored = _scored(bundle, pd.DataFrame([signatures | clinical]))
    say("Comparing with the training patients")
    domain, beside = in_domain(bundle, rows["radiomics"]), standing(bundle.covariates, clinical)
    return Prediction(
        **scored,
        **interval(bundle, spread(bundle, rows, FAMILIES, known, clinical)),
        signatures=signatures,
        domain=domain,
        tumour=plain(report),
        warnings=warnings_of(bundle, domain, combat, beside),
        neighbours=neighbours(bundle, rows["radiomics"]),
        contributions=pushes(bundle, pipelines["radiomics"], given["radiomics"]),
        combat=combat,
        covariates=beside,
        **_identity(bundle),
    )


def settings_of(bundle: Bundle) -> Settings:
    """Settings of the study that a model was frozen from."""
    stages = {name: value for name, value in bundle.settings.items() if isinstance(value, dict)}
    changes = {n: {k: v for k, v in stage.items() if v is not None} for n, stage in stages.items()}
    changes.setdefault("radiomics", {})["label"] = 1  # of a case, whatever the study's masks are drawn with
    return override(Settings(), changes, bundle.preset)


def _probability(pipeline: Pipeline, row: pd.Series) -> float:
    return float(predict(pipeline, row.to_frame().T).iloc[0])


def _scored(bundle: Bundle, row: pd.DataFrame) -> dict[str, Any]:
    """What ``Prediction`` holds of the nomogram, for one row of signatures and covariates."""
    probability, cutoff = float(predict_fusion(bundle.coefficients, row).iloc[0]), bundle.thresholds["DLRN"]
    on_axes = {str(name): float(value) for name, value in points(bundle.axes, row).iloc[0].items()}
    return {
        "probability": probability,
        "high_risk": probability >= cutoff,
        "cutoff": cutoff,
        "total_points": on_axes.pop("total"),
        "points": on_axes,
        "rank": float((bundle.training["DLRN"] < probability).mean()),
    }


def _identity(bundle: Bundle) -> dict[str, Any]:
    """What ``Prediction`` holds of the model itself."""
    told = {"study": bundle.study, "synthetic": bundle.synthetic, "preset": bundle.preset}
    return {
        "model": {**told, "n": len(bundle.training)},
        "weights": {backbone: str(info["label"]) for backbone, info in bundle.weights.items()},
    }
