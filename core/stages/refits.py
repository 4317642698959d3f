"""Stages that refit the whole pipeline many times; computed where they are asked for.

Apart from those that judge the refits, since an edit here makes minutes of work stale.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import StudyError
from core.settings import Settings, as_dict
from core.stages import covariates, metadata
from core.stages.signatures import FAMILIES, LEARNING
from core.stages.stage import Context, Stage
from core.store import Payload
from core.study.manifest import Study

if TYPE_CHECKING:
    from core.models.refit import Cohort


def _bootstrap(ctx: Context) -> Payload:
    from core.models.refitted import bootstrap

    of, chosen = _cohort(ctx), ctx.settings.validation
    found = bootstrap(of, chosen.bootstraps, chosen.seed, ctx.report, ctx.workers)
    return {"draws": np.vstack(found.draws), "target": of.target, **found.probabilities}


def _permutation(ctx: Context) -> Payload:
    from core.evaluation.optimism import aucs
    from core.models.refitted import permuted

    of, chosen = _cohort(ctx), ctx.settings.validation
    found = permuted(of, chosen.permutations, chosen.compared, chosen.seed, ctx.report, ctx.workers)
    rows = [
        {"permutation": number, "preset": preset, "model": model, "auc": area}
        for number, (target, presets) in enumerate(found)
        for preset, scores in presets.items()
        for model, area in aucs(target, scores).items()
    ]
    return {"auc": pd.DataFrame(rows)}


def _curve(ctx: Context) -> Payload:
    from core.models.refitted import learning_curve

    of, chosen = _cohort(ctx), ctx.settings.validation
    found = learning_curve(of, chosen.shares, chosen.repeats, chosen.seed, ctx.report, ctx.workers)
    rows = [
        {"share": share, "repeat": repeat, "n": n, "patient": patient, "model": model, "p": p}
        for share, repeat, n, scores in found
        for model, values in scores.items()
        for patient, p in zip(of.index, values, strict=True)
    ]
    return {"probabilities": pd.DataFrame(rows), "target": of.target}


def _cohort(ctx: Context) -> "Cohort":
    """Training patients with all features; the nomogram joins what the study joins."""
    from core.models.refit import cohort

    require_known(ctx.settings)
    covariates.require_none(ctx.settings)
    predictions, settings = ctx.upstream("fusion")["predictions"], ctx.settings
    training = predictions[predictions["role"] == "training"].set_index("patient")
    of = {FAMILIES[f]: f for f in settings.families}
    return cohort(
        {name: ctx.upstream(f)["features"].loc[training.index] for name, f in of.items()},
        training["lnm"],
        {name: settings.selection(f) for name, f in of.items()},
        settings.forest,
        settings.resampling,
        tuple(FAMILIES[f] for f in settings.fusion.signatures),
        {name: metadata.metadata(ctx.study, f, ctx.upstream) for name, f in of.items()},
    )


def require_known(settings: Settings) -> None:
    """Refits are those of the quick forest. Raises StudyError (REFIT-LEARNER) for another learner."""
    searching = [f for f in settings.families if settings.selection(f).search]
    if settings.learner.name != "forest" or searching:
        raise StudyError(
            "REFIT-LEARNER",
            "Only signatures of a random forest without inner folds can be refitted some hundred times",
            f"learner {settings.learner.name}" + (f", search of {', '.join(searching)}" if searching else ""),
            "Compute the validation of this study with the forest and without search.",
        )


def _refitting(*names: str) -> Any:
    """Settings that a refit depends on; ``names``: those of the validation."""

    def settings(settings: Settings) -> Any:
        parts = (settings.forest, settings.learner, settings.resampling, settings.fusion, settings.harmonise)
        selections = [as_dict(settings.selection(family)) for family in settings.families]
        own = as_dict(settings.validation)
        return [selections, *map(as_dict, parts), {name: own[name] for name in (*names, "seed")}]

    return settings


def _more(study: Study) -> tuple[str, ...]:
    found = [stage for family in study.settings.families for stage in metadata.needs(family, study)]
    return tuple(dict.fromkeys(found))


_stage = partial(
    Stage, upstream=("fusion", *FAMILIES), inputs=metadata.inputs, libraries=LEARNING, more=_more,
    modules=("core.models.refitted", "core.evaluation.optimism"), on_demand=True,
)  # fmt: skip
REFITS = (
    _stage("bootstrap", "Bootstrap of the whole pipeline", _bootstrap, settings=_refitting("bootstraps")),
    _stage("permutation", "Permuted labels", _permutation, settings=_refitting("permutations", "compared")),
    _stage("learning_curve", "Learning curve", _curve, settings=_refitting("shares", "repeats")),
)
