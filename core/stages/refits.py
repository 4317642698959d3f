"""Stages that refit the whole pipeline many times; computed where they are asked for.

Apart from those that judge the refits, since an edit here makes them stale; finished chunks of them stay.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.digests import digest
from core.families import FAMILIES
from core.settings import Settings, as_dict
from core.stages import covariates, metadata
from core.stages.chunks import Chunks
from core.stages.signatures import LEARNING
from core.stages.stage import Context, Inputs, Stage
from core.store import Payload, Store
from core.study.manifest import Study

if TYPE_CHECKING:
    from core.models.refits.cohort import Cohort


def _bootstrap(ctx: Context) -> Payload:
    from core.models.refits.bootstrap import bootstrap

    of, chosen = _cohort(ctx), ctx.settings.validation
    found = bootstrap(of, chosen.bootstraps, chosen.seed, _chunks(ctx, of, "bootstrap_part"))
    return {"draws": np.vstack(found.draws), "target": of.target, **found.probabilities}


def _permutation(ctx: Context) -> Payload:
    from core.evaluation.optimism import aucs
    from core.models.refits.permutation import permuted

    of, chosen = _cohort(ctx), ctx.settings.validation
    each = _chunks(ctx, of, "permutation_part")
    found = permuted(of, chosen.permutations, chosen.compared, chosen.seed, each)
    rows = [
        {"permutation": number, "preset": preset, "model": model, "auc": area}
        for number, (target, presets) in enumerate(found)
        for preset, scores in presets.items()
        for model, area in aucs(target, scores).items()
    ]
    return {"auc": pd.DataFrame(rows)}


def _curve(ctx: Context) -> Payload:
    from core.models.refits.learning_curve import learning_curve

    of, chosen = _cohort(ctx), ctx.settings.validation
    each = _chunks(ctx, of, "learning_curve_part")
    found = learning_curve(of, chosen.shares, chosen.repeats, chosen.seed, each)
    rows = [
        {"share": share, "repeat": repeat, "n": n, "patient": patient, "model": model, "p": p}
        for share, repeat, n, scores in found
        for model, values in scores.items()
        for patient, p in zip(of.index, values, strict=True)
    ]
    return {"probabilities": pd.DataFrame(rows), "target": of.target}


def _cohort(ctx: Context) -> "Cohort":
    """Training patients with all features; the nomogram joins what the study joins."""
    from core.models.refits.cohort import cohort

    fusion, settings = ctx.upstream("fusion"), ctx.settings
    predictions = fusion["predictions"]
    training = predictions[predictions["role"] == "training"].set_index("patient")
    of = {FAMILIES[f]: f for f in settings.families}
    return cohort(
        {name: ctx.upstream(f)["features"].loc[training.index] for name, f in of.items()},
        training["lnm"],
        {name: settings.selection(f) for name, f in of.items()},
        settings.classifier,
        settings.resampling,
        tuple(FAMILIES[f] for f in settings.fusion.signatures),
        fusion["covariate_values"].set_index("patient"),
        {name: metadata.metadata(ctx.study, f, ctx.upstream) for name, f in of.items()},
        settings.search,
    )


def _chunks(ctx: Context, of: "Cohort", name: str) -> Chunks:
    """How the refits of a cohort are computed: in chunks that know of it what the refits depend on."""
    recipes = {family: as_dict(one.recipe) for family, one in of.families.items()}
    upstream = [*ctx.settings.families, *_more(ctx.study)]
    known = {
        "settings": {"recipes": recipes, "resampling": as_dict(of.resampling), "fused": of.fused},
        "harmonise": as_dict(ctx.settings.harmonise),
        "patients": digest([list(of.index), of.target.tolist()]),
        "upstream": {stage: ctx.upstream(stage).key for stage in upstream},
        "inputs": _inputs(ctx.study, ctx.store),
    }
    return Chunks(ctx, name, known, LEARNING)


def _refitting(*names: str) -> Any:
    """Settings that a refit depends on; ``names``: those of the validation."""

    def settings(settings: Settings) -> Any:
        selections = [settings.selection(family) for family in settings.families]
        learning = (settings.classifier, settings.search, settings.resampling)
        parts = (*selections, *learning, settings.fusion, settings.harmonise)
        own = as_dict(settings.validation)
        return [*map(as_dict, parts), {name: own[name] for name in (*names, "seed")}]

    return settings


def _inputs(study: Study, store: Store) -> Inputs:
    """Digests of what the clinical table gives to a refit."""
    return {**metadata.inputs(study, store), **covariates.inputs(study, store)}


def _more(study: Study) -> tuple[str, ...]:
    found = [stage for family in study.settings.families for stage in metadata.needs(family, study)]
    return tuple(dict.fromkeys(found))


_stage = partial(
    Stage, upstream=("fusion", *FAMILIES), inputs=_inputs, libraries=LEARNING, more=_more,
    on_demand=True,
)  # fmt: skip
REFITS = (
    _stage(
        "bootstrap", "Bootstrap of the whole pipeline", _bootstrap, settings=_refitting("bootstraps"),
        modules=("core.models.refits.bootstrap",),
    ),
    _stage(
        "permutation", "Permuted labels", _permutation, settings=_refitting("permutations", "compared"),
        modules=("core.models.refits.permutation", "core.evaluation.optimism"),
    ),
    _stage(
        "learning_curve", "Learning curve", _curve, settings=_refitting("shares", "repeats"),
        modules=("core.models.refits.learning_curve",),
    ),
)  # fmt: skip
