"""A study whose features are given: its pipeline from the signatures on, without an image."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.study_folder import MANIFEST, write_rows

FAMILIES = ("radiomics", "googlenet", "resnet50")
FEW = """
[settings.forest]
trees = 10
[settings.resampling]
folds = {folds}
repeats = 1
[settings.validation]
bootstraps = 6
permutations = 9
compared = 3
repeats = 1
shares = [0.6, 1.0]
top = 5
"""
SELECTION = "[settings.selection_{family}]\nneighbours = {neighbours}\nkeep = 4\n"
ALONE = """
[cohorts.two]
role = "validation"
images = "images/{patient}.nii.gz"
masks = "masks/{patient}.nii.gz"
"""


def features(y: np.ndarray, seed: int = 0, p: int = 12, signal: float = 1.5) -> np.ndarray:
    """Normal features, three of them with a signal."""
    values = np.random.default_rng(seed).normal(size=(len(y), p))
    values[:, :3] += signal * y[:, None]
    return values


def planted(
    folder: Path, y: list[int], values: np.ndarray, more: str = "", folds: int = 3, neighbours: int = 5,
    validation: int = 8, constant: tuple[str, ...] = (),
) -> Pipeline:  # fmt: skip
    """Pipeline of a training cohort with outcome y and these features, and of some validation patients.

    Every family has the same features, the later ones shifted a little so that their signatures differ;
    but for families that are ``constant``.
    """
    folder.mkdir()
    rows = [f"P{i:02d},one,{40 + i},{label}" for i, label in enumerate(y)]
    rows += [f"V{i:02d},two,{40 + i},{i % 2}" for i in range(validation)]
    text = MANIFEST if validation else MANIFEST.replace(ALONE.strip() + "\n", "")
    chosen = "".join(SELECTION.format(family=family, neighbours=neighbours) for family in FAMILIES)
    (folder / "study.toml").write_text(text + FEW.format(folds=folds) + chosen + more)
    write_rows(folder, rows)
    pipeline = Pipeline(load_study(folder), Store(folder / "cache"))
    others = features(np.arange(validation) % 2, seed=99, p=values.shape[1])
    whole = pd.DataFrame(np.vstack([values, others]), index=[row[:3] for row in rows]).add_prefix("f")
    for number, family in enumerate(FAMILIES):
        own = whole * 0 + 7.0 if family in constant else whole
        if family not in constant and number and np.isfinite(values).all():
            own = whole + np.random.default_rng(number).normal(size=whole.shape) * 0.3 * values.std(axis=0)
        _plant(pipeline, family, {"features": own.rename_axis("patient"), "info": {}})
    before = set.union(*(pipeline._ancestors(family) for family in FAMILIES)) - set(FAMILIES)
    for stage in before:
        _plant(pipeline, stage, {"planted": 1})
    return pipeline


def _plant(pipeline: Pipeline, stage: str, payload: dict) -> None:
    pipeline.store.compute(stage, pipeline.keys[stage], lambda: payload)


def validated(pipeline: Pipeline) -> dict[str, pd.DataFrame]:
    """What the validation stage of it gives, all stages before it computed."""
    pipeline.run(lambda *_: None, workers=1, only="validation")
    return dict(pipeline.entry("validation"))
