"""A tuned configuration becomes the study's: its settings go into study.toml, all else there stays."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import CannotRun, StudyError
from core.settings import Settings
from core.study.manifest import Study
from core.study.toml_edit import edited, replace
from core.tuning.configuration import Configuration
from core.tuning.record import PROMOTED, TuningRecord

Values = dict[str, dict[str, Any]]  # by stage and name; None: the default, so nothing is written


def promote(study: Study, record: TuningRecord, family: str, configuration: Configuration) -> None:
    """Make a configuration the study's, and keep the former one under a name.

    Every page then shows its validation result, so that this is noted as a look at it. Raises as ``write``.
    """
    write(study.root, family, configuration)
    if study.patients("validation"):
        record.unlock(family, configuration, PROMOTED)
    now = datetime.now().astimezone()
    record.name(f"study's until {now:%Y-%m-%d %H:%M:%S}", family, Configuration.of(study.settings, family))


def write(root: Path, family: str, configuration: Configuration) -> None:
    """Put a configuration into ``[settings.*]`` of the study folder's study.toml.

    Comments, order and everything else of the file stay; the file is replaced as a whole or not at all.
    Raises CannotRun (WRITE) where it cannot be written, with the lines to put in by hand, and StudyError
    (STUDY-TOML) where it cannot be edited safely.
    """
    path, wanted = (root / "study.toml").resolve(), changes(family, configuration)
    try:
        replace(path, _edited(path.read_bytes().decode(), wanted))
    except OSError as error:
        expected = "The study's folder must be one that can be written to"
        fix = f"Put this into study.toml yourself: {lines(wanted)}."
        raise CannotRun("WRITE", expected, "one without leave to write", fix) from error


def changes(family: str, configuration: Configuration) -> Values:
    """What study.toml must say of a configuration, by stage and name; None where it is the default."""
    stage, usual = f"selection_{family}", Settings()
    own = {"components": configuration.components, "neighbours": configuration.neighbours}
    given: Values = {stage: {**own, "keep": configuration.keep}, "forest": {"trees": configuration.trees}}
    given["learner"] = {"name": configuration.learner}
    return {stage: _differing(values, getattr(usual, stage)) for stage, values in given.items()}


def _differing(values: dict[str, Any], usual: Any) -> dict[str, Any]:
    return {name: None if value == getattr(usual, name) else value for name, value in values.items()}


def lines(wanted: Values) -> str:
    """The changes as lines of TOML, on one line for a message."""
    parts = []
    for stage, values in wanted.items():
        said = [
            f"no {name}" if value is None else f"{name} = {json.dumps(value)}"
            for name, value in values.items()
        ]
        parts.append(f"[settings.{stage}] {', '.join(said)}")
    return "; ".join(parts)


def _edited(text: str, wanted: Values) -> str:
    given: dict[tuple[str, ...], Any] = {
        ("settings", stage, name): v for stage, values in wanted.items() for name, v in values.items()
    }
    after = edited(text, given)
    if after is None:
        fix = f"Put this into it yourself: {lines(wanted)}."
        raise StudyError("STUDY-TOML", "study.toml must be TOML that can be edited safely", "another", fix)
    return after
