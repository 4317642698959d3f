"""One new case, from files to a nomogram probability. Transforms and predicts; never fits."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import SimpleITK as sitk
from sklearn.pipeline import Pipeline

from core.checks import check_pair
from core.errors import BundleError, CannotRun, ImageError, StudyError
from core.features import radiomics, weights
from core.features.naming import PERITUMORAL
from core.features.weights import Weights
from core.imaging.case_folder import CaseImages
from core.imaging.key_slice import KeySlice, patch
from core.imaging.opening import case_mask, choose_phase, open_case, open_pair
from core.imaging.parts import Which, lesions
from core.imaging.perturb import ring
from core.models.bundle import Bundle
from core.models.covariates import Given, read, standing
from core.models.fusion import predict_fusion
from core.models.interval import spread
from core.models.nomogram import points
from core.models.persist import from_bytes
from core.models.prediction import (
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
from core.models.signature import predict
from core.overrides import override
from core.settings import Backbone, DeepSettings, PatchSettings, Settings

NAMES = {
    "radiomics": "Radiomics", "peritumoral": "Peritumoral", "googlenet": "GoogLeNet", "resnet50": "ResNet50",
}  # fmt: skip
Say = Callable[[str], None]


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


def predict_files(
    bundle: Bundle,
    case: list[Path],
    phase: int | None,
    folder: Path,
    series: int | None = None,
    resample: bool = False,
    label: int | None = None,
    parts: Which = "all",
    batch: str | None = None,
    covariates: Iterable[tuple[str, Any]] = (),
) -> Prediction:
    """Score IMAGE MASK, or one zip or folder with both or with a DCE series, PE, SER and SEG.

    ``phase`` chooses among the phases of a zip or folder, ``series`` among the series that could be the
    dynamic one; ``resample``: a mask on another grid may be resampled; ``label`` and ``parts``: what of the
    mask is the lesion, as it stands by default, or its largest part; ``batch``, ``covariates``: as of
    ``predict_case``.
    Warnings of the reading are among the prediction's. Raises ImageError (CASE-FILES) for other files.
    """
    whole = len(case) == 1 and (case[0].is_dir() or case[0].is_file() and case[0].suffix.lower() == ".zip")
    if not whole and (len(case) != 2 or phase is not None):
        raise ImageError(
            "CASE-FILES",
            "A case must be an image and its mask, or one folder or .zip, of which a phase may be chosen",
            "an image and a mask with a phase" if len(case) == 2 else _what(case),
            "Give IMAGE MASK, or CASE.zip and maybe --phase.",
        )
    settings_of(bundle)  # before the long work: a model of another version
    known = read(bundle.covariates, covariates)
    if len(case) == 2:
        pair = open_pair(case[0], case[1], resample)
        return _scored(bundle, _lesion(pair, label, parts), 0, folder, batch, known)
    with tempfile.TemporaryDirectory() as work:
        images = open_case(case[0], Path(work), series, resample)
        return _scored(bundle, _lesion(images, label, parts), phase, folder, batch, known)


def _lesion(images: CaseImages, label: int | None, parts: Which) -> CaseImages:
    mask = case_mask(images)
    if label is None and parts == "all":
        return replace(images, mask=mask)
    return replace(images, mask=lesions(mask, 1 if label is None else label, parts)[0])


def _scored(
    bundle: Bundle, images: CaseImages, phase: int | None, folder: Path, batch: str | None, known: Given
) -> Prediction:
    image, mask = choose_phase(images, phase), case_mask(images)
    prediction = predict_case(bundle, image, mask, folder, batch=batch, covariates=known.items())
    warnings = [note for note in images.notes if note.startswith("[")]
    return replace(prediction, warnings=[*prediction.warnings, *warnings])


def _what(case: list[Path]) -> str:
    if len(case) != 1:
        return f"{len(case)} files"
    return "one file of another kind" if case[0].exists() else "no such file or folder"


def _silent(_: str) -> None:
    pass


def predict_case(
    bundle: Bundle,
    image: sitk.Image,
    mask: sitk.Image,
    folder: Path,
    say: Say = _silent,
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
    rows = _features(bundle, image, mask, settings, folder, say)
    say("Scoring by the signatures and the nomogram")
    pipelines = {family: from_bytes(bundle.models[family]) for family in rows}
    given = {family: as_fitted(bundle, family, row, known) for family, row in rows.items()}
    signatures = {NAMES[f]: _probability(pipelines[f], row) for f, row in given.items()}
    frame = pd.DataFrame([signatures | clinical])
    probability = float(predict_fusion(bundle.coefficients, frame).iloc[0])
    on_axis, total = _points(bundle, frame)
    say("Comparing with the training patients")
    domain, beside = in_domain(bundle, rows["radiomics"]), standing(bundle.covariates, clinical)
    return Prediction(
        probability=probability,
        **interval(bundle, spread(bundle, rows, NAMES, known, clinical)),
        high_risk=probability >= bundle.thresholds["DLRN"],
        cutoff=bundle.thresholds["DLRN"],
        signatures=signatures,
        points=on_axis,
        total_points=total,
        rank=float((bundle.training["DLRN"] < probability).mean()),
        domain=domain,
        weights={b: str(info["label"]) for b, info in bundle.weights.items()},
        tumour=plain(report),
        warnings=warnings_of(bundle, domain, combat, beside),
        model={
            "study": bundle.study,
            "synthetic": bundle.synthetic,
            "preset": bundle.preset,
            "n": len(bundle.training),
        },
        neighbours=neighbours(bundle, rows["radiomics"]),
        contributions=pushes(bundle, pipelines["radiomics"], given["radiomics"]),
        combat=combat,
        covariates=beside,
    )


def settings_of(bundle: Bundle) -> Settings:
    """Settings of the study that a model was frozen from. Raises BundleError (BUNDLE-VERSION)."""
    stages = {name: value for name, value in bundle.settings.items() if isinstance(value, dict)}
    changes = {n: {k: v for k, v in stage.items() if v is not None} for n, stage in stages.items()}
    changes.setdefault("radiomics", {})["label"] = 1  # of a case, whatever the study's masks are drawn with
    try:
        return override(Settings(), changes, bundle.preset)
    except StudyError as error:
        expected, found = "A model file with settings that this Nodescope knows", f"others: {error.found}"
        fix = "Freeze the model again with this Nodescope."
        raise BundleError("BUNDLE-VERSION", expected, found, fix) from error


def _features(
    bundle: Bundle, image: sitk.Image, mask: sitk.Image, settings: Settings, folder: Path, say: Say
) -> dict[str, pd.Series]:
    key = patch(image, mask, settings.patch)
    deep = {b: same_weights(bundle.weights[b], b, settings.deep, folder) for b in bundle.weights}
    say(radiomics.note_on_first_use() or "Extracting 1,781 radiomics features")
    rows = {"radiomics": radiomics.extract(image, mask, settings.radiomics)}
    if (width := settings.peritumoral.width_mm) is not None:
        say(f"Extracting the same of the ring of {width:g} mm around the tumour")
        around = radiomics.extract(image, ring(mask, width), settings.radiomics)
        rows["peritumoral"] = around.add_prefix(PERITUMORAL)
    for backbone, chosen in deep.items():
        say(f"Computing {NAMES[backbone]} features of the key slice")
        rows[backbone] = _deep_row(key, backbone, chosen)
    return rows


def same_weights(used: dict[str, Any], backbone: Any, deep: DeepSettings, folder: Path) -> Weights:
    """Backbone weights as they stand now, if they are those that a model ``used`` [identity, label].

    Raises CannotRun (WEIGHTS-DIFFER).
    """
    chosen = weights.resolve(backbone, folder, deep)
    if chosen.identity != used["identity"]:
        raise CannotRun(
            "WEIGHTS-DIFFER",
            f"{backbone} uses the weights of the model: {used['label']}",
            chosen.label,
            "Put the same weights file into the cache, or compute the study again.",
        )
    return chosen


def _deep_row(key: KeySlice, backbone: Any, chosen: Weights) -> pd.Series:
    from core.features.deep import embed, feature_names

    return pd.Series(embed(chosen, key.patch[None])[0], index=list(feature_names(backbone)))


def _probability(pipeline: Pipeline, row: pd.Series) -> float:
    return float(predict(pipeline, row.to_frame().T).iloc[0])


def _points(bundle: Bundle, signatures: pd.DataFrame) -> tuple[dict[str, float], float]:
    table = points(bundle.axes, signatures).iloc[0]
    on_axis = {str(name): float(value) for name, value in table.items() if name != "total"}
    return on_axis, float(table["total"])
