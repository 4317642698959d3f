"""A second cohort with gene expression, named in a study that is there."""

import os
import shutil
from pathlib import Path
from typing import Literal

from core.errors import CannotRun
from core.genomics.second_cohort import second_cohort
from core.study.intake.samples import ending
from core.study.toml_edit import edit_study

NAME = "expression_second"


def name_second(
    root: Path,
    source: Path,
    scale: Literal["auto", "log2", "linear"] = "auto",
    negatives: Literal["refuse", "zero", "drop"] = "refuse",
) -> int:
    """Copy an expression table into a study folder and name it under [expression]; its number of samples.

    The table is read first, as the study will read it. What was named before stays in the folder. Raises
    TableError and StudyError as ``second_cohort`` and ``edit_study``, CannotRun (WRITE); the study is as it
    was then.
    """
    samples = second_cohort(source, None, scale, negatives).shape[1]
    target = _free(root.resolve(), ending(source))
    try:
        _copied(source, target)
        edit_study(root, {
            ("expression", "second"): target.name,
            ("settings", "preservation", "scale"): None if scale == "auto" else scale,
            ("settings", "preservation", "negatives"): None if negatives == "refuse" else negatives,
        })  # fmt: skip
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return samples


def _free(root: Path, end: str) -> Path:
    """A name that no file of the study has."""
    names = (root / f"{NAME}{'' if k == 1 else f'_{k}'}{end}" for k in range(1, 1000))
    return next(path for path in names if not path.exists())


def _copied(source: Path, target: Path) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, temporary)
        temporary.replace(target)
    except OSError as error:
        expected = "The study's folder must be one that can be written to, with room"
        raise CannotRun("WRITE", expected, "none", "Make room, or ask who owns it.") from error
    finally:
        temporary.unlink(missing_ok=True)
