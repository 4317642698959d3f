"""A case as files: an image and its mask, or one folder or zip."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import ImageError
from core.imaging.case_folder import CaseImages
from core.imaging.opening import case_mask, choose_phase, open_case, open_pair
from core.imaging.parts import Which, lesions
from core.models.bundle import Bundle
from core.models.case.predict import predict_case
from core.models.case.prediction import Prediction
from core.models.covariates import Given, read


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
