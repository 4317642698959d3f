"""The 1781 PyRadiomics features of one lesion: 14 of shape, 93 on each of 19 filtered images."""

from dataclasses import asdict
from functools import cache
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import SimpleITK as sitk

from core.checks import check_pair
from core.errors import ImageError, StudyError
from core.settings import RadiomicsSettings

_WAVELETS = ("LLH", "LHL", "LHH", "HLL", "HLH", "HHL", "HHH", "LLL")
_POINT = ("Square", "SquareRoot", "Logarithm", "Exponential", "Gradient")
# PyRadiomics' name of a setting -> ours; everything else of the file is fixed.
_NAMES = {
    "resampledPixelSpacing": "spacing",
    "binWidth": "bin_width",
    "normalizeScale": "normalize_scale",
    "voxelArrayShift": "voxel_array_shift",
    "padDistance": "pad_distance",
    "label": "label",
}
_HUGE = 1e12  # no length, width or label is larger
_FIXED = {"interpolator": "sitkBSpline", "preCrop": False, "correctMask": False, "normalize": True}


def extract(image: sitk.Image, mask: sitk.Image, settings: RadiomicsSettings) -> pd.Series:
    """All features of the lesion ``mask == settings.label``; 1781 finite float64 in fixed order.

    Values equal stock PyRadiomics 3.0.1 (van Griethuysen et al., Cancer Res. 2017). Raises MaskError
    or ImageError as ``core.checks.check_pair``, and ImageError (RADIOMICS-FEATURES) that names the
    features without a finite value, as when a volume is too thin for a filter.
    """
    from core.features.extractor import Extractor

    check_pair(image, mask, settings.label)
    extractor = Extractor(_setting(settings), _image_types(settings))
    with np.errstate(all="ignore"):
        values = _run(extractor, image, mask)
    names = feature_names(settings)
    row = pd.Series([float(values.get(name, np.nan)) for name in names], index=names, dtype="float64")
    _require_finite(row)
    return row


@cache
def feature_names(settings: RadiomicsSettings = RadiomicsSettings()) -> tuple[str, ...]:  # noqa: B008 (frozen)
    """Names in the order of ``extract``: image type, feature class, feature, as PyRadiomics writes them."""
    from core.features.stock import TEXTURE, features_of

    logs = [f"log-sigma-{str(float(s)).replace('.', '-')}-mm-3D" for s in settings.log_sigmas]
    images = ["original", *(f"wavelet-{w}" for w in _WAVELETS), *logs, *(p.lower() for p in _POINT)]
    shape = [f"original_shape_{feature}" for feature in features_of("shape")]
    rest = [f"{i}_{c}_{feature}" for i in images for c in TEXTURE for feature in features_of(c)]
    return (*shape, *rest)


def to_yaml(settings: RadiomicsSettings) -> str:
    """The settings as a parameter file that stock PyRadiomics reads."""
    from ruamel.yaml import YAML

    text = StringIO()
    document = {"imageType": _image_types(settings), "setting": _setting(settings)}
    writer = YAML()
    writer.default_flow_style = None
    writer.dump(document, text)
    return text.getvalue()


def from_yaml(text: str) -> RadiomicsSettings:
    """Settings of a PyRadiomics parameter file; what it leaves out keeps our default.

    Raises StudyError (RADIOMICS-YAML) that lists every setting, filter or feature class which would
    give other features than the 1781.
    """
    document = _parse(text)
    if bad := _not_finite(document):
        raise _bad_yaml("finite numbers", "; ".join(bad))
    setting = {**_FIXED, **(document.get("setting") or {})}
    filters = document.get("imageType") or {}
    problems = [
        f"{k} {setting[k]!r}" for k in setting if k not in _NAMES and not _same(setting[k], _FIXED.get(k))
    ]
    problems += _filter_problems(filters) + _class_problems(document.get("featureClass") or {})
    problems += [f"section {k!r}" for k in document if k not in ("setting", "imageType", "featureClass")]
    ours = {_NAMES[k]: v for k, v in setting.items() if k in _NAMES}
    if isinstance(log := filters.get("LoG"), dict) and "sigma" in log:
        ours["log_sigmas"] = log["sigma"]
    typed, wrong = _typed(ours)
    if problems or wrong:
        raise _bad_yaml("settings of the 1781 features", "; ".join(problems + wrong))
    return RadiomicsSettings(**typed)


def _setting(settings: RadiomicsSettings) -> dict[str, Any]:
    ours = asdict(settings)
    named = {theirs: ours[name] for theirs, name in _NAMES.items()}
    return {**_FIXED, **named, "resampledPixelSpacing": [float(s) for s in settings.spacing]}


def _image_types(settings: RadiomicsSettings) -> dict[str, dict[str, Any]]:
    log = {"sigma": [float(s) for s in settings.log_sigmas]}
    return {"Original": {}, "Wavelet": {}, "LoG": log, **{name: {} for name in _POINT}}


def _run(extractor: Any, image: sitk.Image, mask: sitk.Image) -> dict[str, Any]:
    try:
        values: dict[str, Any] = extractor.execute(image, mask)
    except (ValueError, RuntimeError, IndexError) as error:  # what PyRadiomics and ITK raise on odd volumes
        raise ImageError(
            "RADIOMICS",
            "PyRadiomics must be able to measure the lesion",
            _first_line(error),
            "Check image and mask.",
        ) from error
    return values


def _first_line(error: Exception) -> str:
    """The reason without ITK's address, source file and line."""
    return str(error).strip().rsplit("\n", 1)[-1].rsplit("): ", 1)[-1][:200]


def _require_finite(row: pd.Series) -> None:
    bad = [str(name) for name in row.index[~np.isfinite(row.to_numpy())]]
    if not bad:
        return
    shown = ", ".join(bad[:5]) + (", ..." if len(bad) > 5 else "")
    raise ImageError(
        "RADIOMICS-FEATURES",
        f"All {len(row)} features must be finite",
        f"{len(bad)} without a value: {shown}",
        "The lesion or its volume is too small or too flat for these filters; check image and mask.",
    )


def _parse(text: str) -> dict[str, Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        document = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise _bad_yaml("a YAML file", "text that is not YAML") from error
    if not isinstance(document, dict):
        raise _bad_yaml("sections imageType, featureClass, setting", type(document).__name__)
    parts = [document.get(k) or {} for k in ("setting", "imageType", "featureClass")]
    if not all(isinstance(part, dict) for part in parts):
        raise _bad_yaml("names and values in every section", "a section that is a list or a value")
    return document


def _filter_problems(filters: dict[str, Any]) -> list[str]:
    needed = set(_image_types(RadiomicsSettings()))
    missing = sorted(needed - set(filters)) if filters else []
    extra = [f"filter {name} with {value}" for name, value in filters.items() if value and name != "LoG"]
    unknown = [f"filter {name}" for name in filters if name not in needed]
    return [f"no filter {name}" for name in missing] + extra + unknown + _log_problems(filters.get("LoG", {}))


def _log_problems(log: Any) -> list[str]:
    """LoG may hold a list of sigmas, or nothing (then ours apply)."""
    if log is None:
        return []
    if not isinstance(log, dict):
        return [f"filter LoG with {log!r}"]
    return [f"filter LoG with {name} {value!r}" for name, value in log.items() if name != "sigma"]


def _not_finite(document: dict[str, Any]) -> list[str]:
    """Every NaN or infinity with the names that lead to it; a part that YAML aliases repeat counts once."""
    bad: list[str] = []
    seen: set[int] = set()
    parts: list[tuple[str, Any]] = [("", document)]
    while parts:
        name, part = parts.pop(0)
        if isinstance(part, float) and not np.isfinite(part):
            bad.append(f"{name} {part!r}")
        if not isinstance(part, (dict, list)) or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, dict):
            parts += [(name, key) for key in part]
            parts += [(f"{name} {key}".strip(), value) for key, value in part.items()]
        else:
            parts += [(name, value) for value in part]
    return bad


def _same(value: Any, fixed: Any) -> bool:
    """Equal and of one type: 1 is not true."""
    return type(value) is type(fixed) and bool(value == fixed)


def _class_problems(classes: dict[str, Any]) -> list[str]:
    from core.features.stock import TEXTURE

    needed = {"shape", *TEXTURE} if classes else set()
    chosen = [f"single features of {name}" for name, value in classes.items() if value]
    unknown = [f"feature class {name}" for name in classes if name not in needed]
    return [f"no feature class {name}" for name in sorted(needed - set(classes))] + chosen + unknown


def _typed(values: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    default = asdict(RadiomicsSettings())
    typed: dict[str, Any] = {}
    wrong = []
    for name, value in values.items():
        many = isinstance(default[name], tuple)
        kind = float if many else type(default[name])
        numbers = value if many and isinstance(value, list) else [value]
        lowest = 0 if name in ("voxel_array_shift", "pad_distance") else 1e-6
        listed = not many or isinstance(value, list) and bool(value)
        right = listed and all(_is(kind, n) and n >= lowest for n in numbers)
        if not right or name == "spacing" and len(numbers) != 3:
            wrong.append(f"{name} {value!r}")
        else:
            typed[name] = tuple(kind(n) for n in numbers) if many else kind(value)
    return typed, wrong


def _is(kind: type, value: Any) -> bool:
    """A finite number, and a whole one where ``kind`` is int."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and abs(value) <= _HUGE and kind(value) == value


def _bad_yaml(expected: str, found: str) -> StudyError:
    return StudyError(
        "RADIOMICS-YAML", f"The PyRadiomics parameter file must have {expected}", found, "Correct the file."
    )
