"""A plan as the guided import fills it in when every guess is taken."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk

from core.study.intake.columns import guess_mapping
from core.study.intake.layouts import propose
from core.study.intake.plan import CohortPlan, ImportPlan
from core.study.intake.rules import Rule
from core.study.intake.scan import scan
from core.study.intake.tables import read_table
from tests.study_makers import Source

RULES = (Rule("manufacturer", values=("GE",)), Rule("field_strength", low="1.4", high="1.6"))


def plan_of(source: Source, **changes) -> tuple[ImportPlan, pd.DataFrame]:
    """As the guided import fills it in: every guess taken."""
    frame = read_table(source.table).frame
    codes = [code.removesuffix("-01A") for code in source.codes]
    own = None if source.masks == source.images else scan(source.masks)
    best = propose(scan(source.images), codes, own)[0]
    masks = "" if own is None else str(source.masks)
    cohort = CohortPlan("mine", "training", (), str(source.images), best.images, best.masks, masks)
    plan = ImportPlan(columns=guess_mapping(frame), cohorts=(cohort,), **changes)
    if source.expression is not None:
        plan = replace(
            plan, expression=str(source.expression), scale="log2", genesets=(str(source.genesets),)
        )
    return plan, frame


def array(path: Path) -> np.ndarray:
    return sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
