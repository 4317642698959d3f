"""Settings that differ from the defaults: what ``[settings.*]`` of a study and a frozen model say."""

from dataclasses import fields, is_dataclass, replace
from typing import Any

from core.errors import StudyError
from core.settings import Settings


def override(settings: Settings, changes: dict[str, Any], preset: str = "leak_free") -> Settings:
    """Settings with the values of ``[settings.*]`` and the preset put in.

    Raises StudyError (SETTINGS) that names an unknown stage, name or type.
    """
    if preset not in ("leak_free", "published"):
        raise _bad("preset is leak_free or published", repr(preset))
    stages = {f.name for f in fields(settings) if is_dataclass(getattr(settings, f.name))}
    for stage, values in changes.items():
        if stage not in stages or not isinstance(values, dict):
            raise _bad(f"stages with settings are {', '.join(sorted(stages))}", repr(stage))
        settings = replace(settings, **{stage: _override_stage(stage, getattr(settings, stage), values)})
    return replace(settings, preset="published" if preset == "published" else "leak_free")


def _override_stage(name: str, stage: Any, values: dict[str, Any]) -> Any:
    known = {f.name: getattr(stage, f.name) for f in fields(stage)}
    for key, value in values.items():
        if key not in known:
            raise _bad(f"settings of {name} are {', '.join(known)}", repr(key))
        if not _same_kind(known[key], value):
            raise _bad(f"{name}.{key} is like {known[key]!r}", repr(value))
    return replace(stage, **{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def _same_kind(default: Any, value: Any) -> bool:
    if default is None or isinstance(default, (int, float)) and not isinstance(default, bool):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, list) if isinstance(default, tuple) else isinstance(value, type(default))


def _bad(expected: str, found: str) -> StudyError:
    return StudyError("SETTINGS", expected, found, "Correct study.toml.")
