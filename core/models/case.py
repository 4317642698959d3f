"""One new case, from files to a nomogram probability. Transforms and predicts; never fits."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import SimpleITK as sitk

from core.checks import check_pair
from core.errors import CannotRun, ImageError
from core.features import radiomics, weights
from core.features.weights import Weights
from core.imaging.key_slice import KeySlice, patch
from core.imaging.opening import case_mask, choose_phase, open_case, read_pair
from core.models.bundle import Bundle
from core.models.domain import measure, strangest
from core.models.fusion import points, predict_fusion
from core.models.persist import from_bytes
from core.models.signature import predict
from core.overrides import override
from core.settings import Backbone, DeepSettings, PatchSettings, Settings

NAMES = {"radiomics": "Radiomics", "googlenet": "GoogLeNet", "resnet50": "ResNet50"}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the model says of a case, and how far it may be believed.

    ``points`` and ``total_points`` are read off the nomogram; ``rank``: share of the training patients
    with a lower DLRN probability; ``domain`` holds distance, threshold, inside, share_outside_range
    and reasons.
    """

    probability: float
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

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self)


def deep_features(
    image: sitk.Image,
    mask: sitk.Image,
    backbone: Backbone,
    cut: PatchSettings,
    deep: DeepSettings,
    folder: Path,
) -> tuple[pd.Series, Weights]:
    """Average-pool features of the key slice's patch, named as in a study, and the weights used."""
    chosen = weights.resolve(backbone, folder, deep)
    return _deep_row(patch(image, mask, cut), backbone, chosen), chosen


def predict_files(bundle: Bundle, case: list[Path], phase: int | None, folder: Path) -> Prediction:
    """Score IMAGE MASK, or one zip or folder with both or with a DCE series, PE, SER and SEG.

    ``phase`` chooses among the phases of a zip or folder. Raises ImageError (CASE-FILES) for other files.
    """
    whole = len(case) == 1 and (case[0].is_dir() or case[0].is_file() and case[0].suffix.lower() == ".zip")
    if not whole and (len(case) != 2 or phase is not None):
        raise ImageError(
            "CASE-FILES",
            "A case must be an image and its mask, or one folder or .zip, of which a phase may be chosen",
            "an image and a mask with a phase" if len(case) == 2 else _what(case),
            "Give IMAGE MASK, or CASE.zip and maybe --phase.",
        )
    if len(case) == 2:
        return predict_case(bundle, *read_pair(case[0], case[1]), folder)
    with tempfile.TemporaryDirectory() as work:
        images = open_case(case[0], Path(work))
        return predict_case(bundle, choose_phase(images, phase), case_mask(images), folder)


def _what(case: list[Path]) -> str:
    if len(case) != 1:
        return f"{len(case)} files"
    return "one file of another kind" if case[0].exists() else "no such file or folder"


def predict_case(bundle: Bundle, image: sitk.Image, mask: sitk.Image, folder: Path) -> Prediction:
    """Probability of LNM for one lesion.

    Args:
        image, mask: one DCE phase and the tumour on the same grid.
        folder: of backbone weights.

    Raises:
        ImageError, MaskError: the pair does not pass ``core.checks``.
        CannotRun: WEIGHTS-DIFFER, the backbone weights are not those of the model.
    """
    settings = _settings(bundle)
    report = check_pair(image, mask, settings.radiomics.label)
    key = patch(image, mask, settings.patch)
    rows = _features(bundle, image, mask, key, settings, folder)
    signatures = {NAMES[f]: _probability(bundle, f, row) for f, row in rows.items()}
    frame = pd.DataFrame([signatures])
    probability = float(predict_fusion(bundle.coefficients, frame).iloc[0])
    on_axis, total = _points(bundle, frame)
    domain = _domain(bundle, rows["radiomics"])
    return Prediction(
        probability=probability,
        high_risk=probability >= bundle.thresholds["DLRN"],
        cutoff=bundle.thresholds["DLRN"],
        signatures=signatures,
        points=on_axis,
        total_points=total,
        rank=float((bundle.training["DLRN"] < probability).mean()),
        domain=domain,
        weights={b: str(info["label"]) for b, info in bundle.weights.items()},
        tumour=_plain(report),
        warnings=_warnings(bundle, domain),
        model={
            "study": bundle.study,
            "synthetic": bundle.synthetic,
            "preset": bundle.preset,
            "n": len(bundle.training),
        },
    )


def _settings(bundle: Bundle) -> Settings:
    stages = {name: value for name, value in bundle.settings.items() if isinstance(value, dict)}
    changes = {n: {k: v for k, v in stage.items() if v is not None} for n, stage in stages.items()}
    return override(Settings(), changes, bundle.preset)


def _features(
    bundle: Bundle, image: sitk.Image, mask: sitk.Image, key: KeySlice, settings: Settings, folder: Path
) -> dict[str, pd.Series]:
    deep = {b: _same_weights(bundle, b, settings.deep, folder) for b in bundle.weights}
    rows = {"radiomics": radiomics.extract(image, mask, settings.radiomics)}
    return rows | {b: _deep_row(key, b, chosen) for b, chosen in deep.items()}


def _same_weights(bundle: Bundle, backbone: Any, deep: DeepSettings, folder: Path) -> Weights:
    chosen = weights.resolve(backbone, folder, deep)
    if chosen.identity != bundle.weights[backbone]["identity"]:
        raise CannotRun(
            "WEIGHTS-DIFFER",
            f"{backbone} uses the weights of the model: {bundle.weights[backbone]['label']}",
            chosen.label,
            "Put the same weights file into the cache, or compute the study again.",
        )
    return chosen


def _deep_row(key: KeySlice, backbone: Any, chosen: Weights) -> pd.Series:
    from core.features.deep import embed, feature_names

    return pd.Series(embed(chosen, key.patch[None])[0], index=list(feature_names(backbone)))


def _probability(bundle: Bundle, family: str, row: pd.Series) -> float:
    return float(predict(from_bytes(bundle.models[family]), row.to_frame().T).iloc[0])


def _points(bundle: Bundle, signatures: pd.DataFrame) -> tuple[dict[str, float], float]:
    table = points(bundle.axes, signatures).iloc[0]
    on_axis = {str(name): float(value) for name, value in table.items() if name != "total"}
    return on_axis, float(table["total"])


def _domain(bundle: Bundle, row: pd.Series) -> dict[str, Any]:
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


def _warnings(bundle: Bundle, domain: dict[str, Any]) -> list[str]:
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


def _plain(report: Any) -> dict[str, Any]:
    return {k: v for k, v in asdict(report).items() if isinstance(v, (int, float, str))}
