"""Settings that differ from the defaults: what ``[settings.*]`` of a study and a frozen model say."""

import math
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from core.errors import StudyError
from core.families import FAMILIES
from core.faults import RAISE, Faults
from core.settings import Settings

Rule = tuple[str, Callable[[Any], bool]]  # what must hold, in words and as a test of the typed value
WORDS = {int: "a whole number", float: "a finite number", bool: "true or false", str: "a text"}
LARGEST = 1_000_000


def _from(low: float, high: float = math.inf) -> Rule:
    text = f"{low} or more" if high == math.inf else f"from {low} to {high}"
    return text, lambda value: low <= value <= high


POSITIVE: Rule = "above 0", lambda value: value > 0
POSITIVES: Rule = "above 0, each once", lambda v: len(v) > 0 and min(v) > 0 and len(set(v)) == len(v)
RULES: dict[str, Rule] = {
    "spacing": ("above 0", lambda values: min(values) > 0),
    "bin_width": POSITIVE,
    "normalize_scale": POSITIVE,
    "voxel_array_shift": _from(0),
    "pad_distance": _from(0),
    "log_sigmas": POSITIVES,
    "label": _from(1),
    "width_mm": ("above 0 and at most 50", lambda value: 0 < value <= 50),
    "patients": _from(2),
    "erode_mm": POSITIVE,
    "dilate_mm": POSITIVE,
    "shift_mm": POSITIVE,
    "noise_mm": POSITIVE,
    "smooth_mm": POSITIVE,
    "width": POSITIVE,
    "margin": _from(1),
    "size": _from(32),
    "side": _from(1),
    "step": _from(1),
    "nearest": _from(2),
    "min_dist": _from(0, 1),
    "seed": _from(0, 2**32 - 1),  # what scikit-learn takes
    "components": (
        "1 or more, or a share between 0 and 1",
        lambda v: v >= 1 if isinstance(v, int) else 0 < v < 1,
    ),
    "neighbours": _from(1),
    "keep": _from(1),
    "min_icc": _from(0, 1),
    "batch": ("not blank", lambda value: bool(value.strip())),
    "trees": _from(1),
    "min_leaf": _from(1),
    "c": POSITIVE,
    "rounds": _from(1),
    "rate": ("above 0 and at most 1", lambda value: 0 < value <= 1),
    "depth": _from(1),
    "folds": _from(2),
    "repeats": _from(1),
    "bootstraps": _from(2),
    "permutations": _from(1),
    "compared": _from(1),
    "shares": ("above 0 and at most 1", lambda v: len(v) > 0 and min(v) > 0 and max(v) <= 1),
    "top": _from(1),
    "signatures": (
        f"of {', '.join(FAMILIES)}, each once",
        lambda v: len(v) > 0 and set(v) <= set(FAMILIES) and len(set(v)) == len(v),
    ),
    "covariates": (
        "not blank, each once",
        lambda v: all(name.strip() for name in v) and len(set(v)) == len(v),
    ),
    "min_z": ("below 0", lambda value: value < 0),
    "power": _from(1, 100),
    "r_squared": _from(0, 1),
    "min_size": _from(3),
    "deep_split": _from(0, 4),
    "merge_height": _from(0, 1),
    "reassign_threshold": _from(0, 1),
    "min_core_kme": _from(0, 1),
    "min_kme_stay": _from(0, 1),
    "max_genes": _from(100),
    "min_gs": _from(0, 1),
    "max_p": _from(0, 1),
    "min_kme": _from(0, 1),
}


def override(
    settings: Settings, changes: dict[str, Any], preset: str = "leak_free", faults: Faults = RAISE
) -> Settings:
    """Settings with the values of ``[settings.*]`` and the preset put in; of what is at fault the default.

    Adds StudyError (SETTINGS) that names an unknown stage or name, a wrong type, or a value out of range.
    """
    if preset not in ("leak_free", "published"):
        faults.add(_bad("preset must be leak_free or published", preset, "preset"))
    stages = {f.name for f in fields(settings) if is_dataclass(getattr(settings, f.name))}
    for stage, values in changes.items():
        if stage not in stages:
            expected = f"stages with settings must be among {', '.join(sorted(stages))}"
            faults.add(_bad(expected, stage, stage, stages))
        elif not isinstance(values, dict):
            faults.add(_bad(f"settings of {stage} must be a section", values, stage))
        else:
            own = _override_stage(stage, getattr(settings, stage), values, faults)
            settings = replace(settings, **{stage: own})
    for family in (name for name in FAMILIES if name != "radiomics"):
        if settings.selection(family).min_icc is not None:
            key = f"selection_{family}.min_icc"
            faults.add(_bad("min_icc must be set for selection_radiomics alone", key, key))
    if absent := set(settings.fusion.signatures) - set(settings.families):
        expected = "fusion.signatures may name peritumoral with peritumoral.width_mm alone"
        faults.add(_bad(expected, ", ".join(absent), "fusion.signatures"))
    return replace(settings, preset="published" if preset == "published" else "leak_free")


def _override_stage(name: str, stage: Any, values: dict[str, Any], faults: Faults) -> Any:
    kinds = get_type_hints(type(stage))
    typed = {}
    for key, value in values.items():
        if key not in kinds:
            faults.add(
                _bad(f"settings of {name} must be among {', '.join(kinds)}", key, f"{name}.{key}", kinds)
            )
            continue
        text, holds = _rule(name, key)
        try:
            made = _typed(kinds[key], value)
            fits = holds(made) and (key == "seed" or not _too_large(made))
        except (ValueError, OverflowError):
            fits = False
        if fits:
            typed[key] = made
        else:
            text = f"at most {LARGEST:,}" if _too_large(value) and key != "seed" else text
            expected = f"{name}.{key} must be {_words(kinds[key])}{', ' if text else ''}{text}"
            faults.add(_bad(expected, value, f"{name}.{key}"))
    return replace(stage, **typed)


def _too_large(value: Any) -> bool:
    """Whether a whole number, or one of several, is beyond what any computation could take."""
    values = value if isinstance(value, tuple | list) else (value,)
    return any(isinstance(one, int) and abs(one) > LARGEST for one in values)


def _rule(stage: str, key: str) -> Rule:
    """What a setting must fulfil; of candidates to search, each by itself."""
    text, holds = RULES.get(key, ("", lambda _: True))
    if stage != "search":
        return text, holds
    return f"each {text}, each once", lambda v: all(map(holds, v)) and len(set(v)) == len(v)


def _typed(kind: Any, value: Any) -> Any:
    """The value as ``kind``, a type hint of the settings; ValueError if it is of another kind."""
    options = get_args(kind)
    if get_origin(kind) is Literal:
        fits = value in options
    elif get_origin(kind) is tuple:
        return _typed_items(options, value)
    elif isinstance(kind, UnionType):
        kinds = [k for k in options if k is not NoneType]
        return _typed(next((k for k in kinds if type(value) is k), kinds[-1]), value)
    elif kind is float:
        fits = type(value) in (int, float) and math.isfinite(value)
    else:
        fits = type(value) is kind
    if not fits:
        raise ValueError("of another kind")
    return float(value) if kind is float else value


def _typed_items(kinds: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError("no list")
    each = kinds[:1] * len(value) if kinds[-1] is Ellipsis else kinds
    return tuple(_typed(kind, item) for kind, item in zip(each, value, strict=True))


def _words(kind: Any) -> str:
    options = get_args(kind)
    if get_origin(kind) is Literal:
        return " or ".join(options)
    if get_origin(kind) is tuple:
        number = "" if options[-1] is Ellipsis else f"{len(options)} times "
        return f"a list of {number}{WORDS[options[0]]}"
    return " or ".join(WORDS[k] for k in options or (kind,) if k is not NoneType)


def _bad(expected: str, found: Any, key: str, known: Iterable[str] = ()) -> StudyError:
    text, near = repr(found), get_close_matches(str(found), list(known), 1)
    fix = f"Did you mean {near[0]}?" if near else "Correct study.toml."
    error = StudyError("SETTINGS", expected, text if len(text) <= 80 else f"{text[:80]}...", fix)
    return error.at(file="study.toml", key=f"settings.{key}")
