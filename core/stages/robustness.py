"""Stage that asks which radiomics features another reader's contour would change."""

from typing import Any

import numpy as np
import pandas as pd

from core.settings import Settings, as_dict
from core.stages.cases import IMAGE_LIBRARIES, each_case, failures, image_inputs, kept
from core.stages.robustness_case import Reading, robustness_case
from core.stages.stage import Context, Stage
from core.store import Payload

MODULES = (
    "core.stages.case_work", "core.imaging.reading", "core.imaging.masks", "core.checks",
    "core.imaging.perturb", "core.imaging.overlap", "core.features.radiomics",
)  # fmt: skip


def _robustness(ctx: Context) -> Payload:
    from core.features.reliability import icc

    settings = Reading(ctx.settings.radiomics, ctx.settings.robustness)
    cases = each_case(ctx, "case_robustness", robustness_case, settings, MODULES, _drawn(ctx))
    good = kept(cases)
    readings = sorted(set.intersection(*(set(e["features"].columns) for e in good.values())))
    names = list(next(iter(good.values()))["features"].index)
    values = np.stack([[e["features"][r].to_numpy() for e in good.values()] for r in readings])
    overlaps = [e["overlap"].assign(patient=p) for p, e in good.items()]
    return {
        "icc": icc(values, names),
        "overlap": pd.concat(overlaps, ignore_index=True),
        "failures": failures(cases),
        "info": {"patients": len(good), "readings": readings},
    }


def _drawn(ctx: Context) -> list[str]:
    """Training patients with sound masks, as many as asked for, drawn by the seed; in the study's order."""
    masks, chosen = ctx.upstream("masks")["cases"], ctx.settings.robustness
    role = ctx.study.clinical.set_index("patient")["role"]
    sound = [p for p in masks.loc[masks["ok"], "patient"] if role[p] == "training"]
    few = min(chosen.patients, len(sound))
    picked = np.random.default_rng(chosen.seed).choice(len(sound), few, replace=False)
    return [sound[i] for i in sorted(picked)]


def _settings(settings: Settings) -> Any:
    return [as_dict(settings.radiomics), as_dict(settings.robustness)]


ROBUSTNESS = Stage(
    "robustness", "Robustness of features", _robustness, ("masks",), _settings, image_inputs,
    (*MODULES, "core.features.reliability"), IMAGE_LIBRARIES,
)  # fmt: skip
