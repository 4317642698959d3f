"""Stage that asks which radiomics features another reader's contour would change."""

from typing import Any

import numpy as np
import pandas as pd

from core.settings import Settings, as_dict
from core.stages.cases import IMAGE_LIBRARIES, each_case, failures, image_inputs
from core.stages.robustness_case import Reading, robustness_case
from core.stages.stage import Context, Stage
from core.store import Payload

MODULES = (
    "core.stages.case_work", "core.imaging.reading", "core.imaging.masks", "core.checks",
    "core.imaging.perturb", "core.imaging.overlap", "core.features.radiomics",
)  # fmt: skip
OVERLAP = ["reading", "dice", "mean_mm", "hausdorff_mm", "patient"]


def _robustness(ctx: Context) -> Payload:
    """Where no ICC can be had the reason is a note: no result hangs on it, unless selection asks for it."""
    from core.features.reproducible import icc_or_note

    settings = Reading(ctx.settings.radiomics, ctx.settings.robustness)
    features = ctx.upstream("radiomics")["features"]
    chosen = _chosen(ctx, list(features.index))
    cases = each_case(ctx, "case_robustness", robustness_case, settings, MODULES, chosen)
    good = {p: entry for p, entry in cases.items() if "failure" not in entry}
    overlaps = [e["overlap"].assign(patient=p) for p, e in good.items()]
    readings = _readings(features, {p: e["features"] for p, e in good.items()})
    found, note = icc_or_note(readings)
    return {
        "icc": found,
        "overlap": pd.concat(overlaps, ignore_index=True) if overlaps else pd.DataFrame(columns=OVERLAP),
        "readings": readings,
        "failures": failures(cases),
        "info": {"patients": len(good), "readings": list(readings.index.unique("reading")), "note": note},
    }


def _readings(drawn: pd.DataFrame, perturbed: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Features [patient, reading] of every patient as drawn and under every perturbation."""
    from core.features.reproducible import LEVELS

    tables = {p: pd.DataFrame({"drawn": drawn.loc[p], **t}).T.sort_index() for p, t in perturbed.items()}
    if not tables:
        none = pd.MultiIndex.from_arrays([[], []], names=LEVELS)
        return pd.DataFrame(index=none, columns=drawn.columns, dtype=np.float64)
    return pd.concat(tables, names=LEVELS)[drawn.columns]


def _chosen(ctx: Context, measured: list[str]) -> list[str]:
    """Training patients with features, as many as asked for, drawn by the seed; in the study's order."""
    chosen = ctx.settings.robustness
    role = ctx.study.clinical.set_index("patient")["role"]
    sound = [p for p in measured if role[p] == "training"]
    few = min(chosen.patients, len(sound))
    picked = np.random.default_rng(chosen.seed).choice(len(sound), few, replace=False)
    return [sound[i] for i in sorted(picked)]


def _settings(settings: Settings) -> Any:
    return [as_dict(settings.radiomics), as_dict(settings.robustness)]


ROBUSTNESS = Stage(
    "robustness", "Robustness of features", _robustness, ("radiomics",), _settings, image_inputs,
    (*MODULES, "core.features.reproducible"), IMAGE_LIBRARIES,
)  # fmt: skip
