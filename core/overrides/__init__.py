"""Settings that differ from the defaults: what ``[settings.*]`` of a study and a frozen model say."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from difflib import get_close_matches
from typing import Any, get_type_hints

from core.errors import StudyError
from core.families import FAMILIES
from core.faults import RAISE, Faults
from core.overrides.ranges import LARGEST, rule_of, too_large
from core.overrides.typed import typed, words
from core.settings import Settings

__all__ = ["override"]


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
    found = {}
    for key, value in values.items():
        if key not in kinds:
            faults.add(
                _bad(f"settings of {name} must be among {', '.join(kinds)}", key, f"{name}.{key}", kinds)
            )
            continue
        text, holds = rule_of(name, key)
        try:
            made = typed(kinds[key], value)
            fits = holds(made) and (key == "seed" or not too_large(made))
        except (ValueError, OverflowError):
            fits = False
        if fits:
            found[key] = made
        else:
            text = f"at most {LARGEST:,}" if too_large(value) and key != "seed" else text
            expected = f"{name}.{key} must be {words(kinds[key])}{', ' if text else ''}{text}"
            faults.add(_bad(expected, value, f"{name}.{key}"))
    return replace(stage, **found)


def _bad(expected: str, found: Any, key: str, known: Iterable[str] = ()) -> StudyError:
    text, near = repr(found), get_close_matches(str(found), list(known), 1)
    fix = f"Did you mean {near[0]}?" if near else "Correct study.toml."
    error = StudyError("SETTINGS", expected, text if len(text) <= 80 else f"{text[:80]}...", fix)
    return error.at(file="study.toml", key=f"settings.{key}")
