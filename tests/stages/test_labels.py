"""Which label of the masks is the lesion is a setting, and every stage that opens a mask follows it."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.image_study import write_study

IMAGE_STAGES = ("masks", "key_slices", "radiomics", "googlenet", "resnet50", "robustness")


def test_lesions_drawn_as_label_2_give_what_label_1_gives(tmp_path: Path) -> None:
    first, second = (computed(tmp_path, label) for label in (1, 2))
    for stage in IMAGE_STAGES:
        one, two = first.entry(stage), second.entry(stage)
        assert two["failures"].empty, stage
        assert set(one) == set(two)
        for name in one:
            assert_equal(one[name], two[name])


def computed(folder: Path, label: int) -> Pipeline:
    few = "[settings.robustness]\npatients = 3"
    study = load_study(write_study(folder / f"label_{label}", label=label, settings=few))
    pipeline = Pipeline(study, Store(folder / "cache"))
    for stage in IMAGE_STAGES:
        pipeline.run(lambda *_: None, workers=1, only=stage)
    return pipeline


def assert_equal(one: object, two: object) -> None:
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, two)
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, two)
    else:
        assert one == two
