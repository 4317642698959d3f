"""Our settings as the parameter file that PyRadiomics reads, and back."""

from dataclasses import asdict
from io import StringIO
from typing import Any

import numpy as np

from core.errors import StudyError
from core.settings import RadiomicsSettings

# PyRadiomics' name of a setting -> ours; everything else of the file is fixed.
_NAMES = {
    "resampledPixelSpacing": "spacing",
    "binWidth": "bin_width",
    "normalizeScale": "normalize_scale",
    "voxelArrayShift": "voxel_array_shift",
    "padDistance": "pad_distance",
    "label": "label",
}
_POINT = ("Square", "SquareRoot", "Logarithm", "Exponential", "Gradient")
_HUGE = 1e12  # no length, width or label is larger
_FIXED = {"interpolator": "sitkBSpline", "preCrop": False, "correctMask": False, "normalize": True}


def stock_setting(settings: RadiomicsSettings) -> dict[str, Any]:
    """PyRadiomics' settings by its own names."""
    ours = asdict(settings)
    named = {theirs: ours[name] for theirs, name in _NAMES.items()}
    return {**_FIXED, **named, "resampledPixelSpacing": [float(s) for s in settings.spacing]}


def image_types(settings: RadiomicsSettings) -> dict[str, dict[str, Any]]:
    """PyRadiomics' image types, each with its own settings."""
    log = {"sigma": [float(s) for s in settings.log_sigmas]}
    return {"Original": {}, "Wavelet": {}, "LoG": log, **{name: {} for name in _POINT}}


def to_yaml(settings: RadiomicsSettings) -> str:
    """The settings as a parameter file that stock PyRadiomics reads."""
    from ruamel.yaml import YAML

    text = StringIO()
    document = {"imageType": image_types(settings), "setting": stock_setting(settings)}
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
    needed = set(image_types(RadiomicsSettings()))
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
