"""Stages that learn from features: the signature of each family."""

from functools import partial
from typing import Any

import pandas as pd

from core.families import FAMILIES
from core.settings import Settings, as_dict
from core.stages import metadata
from core.stages.stage import Context, Stage
from core.store import Payload
from core.study.manifest import Study

LEARNING = ("numpy", "scipy", "pandas", "scikit-learn", "skrebate", "statsmodels", "skops")


def families(settings: Settings) -> dict[str, str]:
    """The feature families of a study, and what their signatures are called."""
    return {family: FAMILIES[family] for family in settings.families}


def _signature(ctx: Context, family: str) -> Payload:
    from core.models.persist import to_bytes
    from core.models.signature import predict

    features, settings = ctx.upstream(family)["features"], ctx.settings
    clinical = _clinical(ctx, features.index)
    training = clinical[clinical["role"] == "training"]
    known = metadata.metadata(ctx.study, family, ctx.upstream)
    fit = _fitted(ctx, family, features.loc[training.index], training["lnm"], known)
    batch = None if known.batch is None else known.batch.loc[features.index]
    probability = predict(fit.model, features, fit.harmony, None if batch is None else batch.to_numpy(object))
    probability.loc[training.index] = fit.out_of_fold
    return {
        "signature": clinical.assign(p=probability).reset_index(),
        "per_repeat": fit.per_repeat,
        "components": fit.components,
        "model": to_bytes(fit.model),
        "info": {
            **{"kept": fit.kept, "available": fit.available, "preset": settings.preset},
            **_reproducible(fit, settings.selection(family).min_icc),
            **_noted(_turned(fit.model, family), _left(fit.harmony, batch, clinical["role"])),
        },
        **_choices(fit, settings.resampling.folds),
        "medians": fit.medians.reset_index(),
        **({} if fit.harmony is None else {"combat": fit.harmony.to_frame()}),
        **_resampled_frames(fit.resampled),
    }


def _fitted(ctx: Context, family: str, features: pd.DataFrame, lnm: "pd.Series[int]", known: Any) -> Any:
    from core.models.signature import fit_signature

    settings = ctx.settings
    return fit_signature(
        features,
        lnm,
        settings.selection(family),
        settings.classifier,
        settings.resampling,
        settings.preset,
        progress=ctx.report,
        workers=ctx.workers,
        keep_models=True,
        metadata=known,
        search=settings.search,
    )


def _reproducible(fit: Any, min_icc: float | None) -> Payload:
    """Fewest and most features of a fold, and those of the refit, where the ICC chooses them."""
    if min_icc is None:
        return {}
    every = len(fit.model.feature_names_in_)
    return {"features": {"fewest": min(fit.features), "most": max(fit.features), "refit": every}}


def _choices(fit: Any, folds: int) -> Payload:
    """What each fold's search takes: frame [repeat, fold, a column per setting], the refit's as repeat 0."""
    if not fit.choice:
        return {}
    rows = [{"repeat": i // folds + 1, "fold": i % folds + 1, **one} for i, one in enumerate(fit.choices)]
    return {"choices": pd.DataFrame([*rows, {"repeat": 0, "fold": 0, **fit.choice}])}


def _noted(*notes: str) -> Payload:
    text = " ".join(note for note in notes if note)
    return {"note": text} if text else {}


def _turned(model: Any, family: str) -> str:
    """That the refitted SVM says the opposite of what it learned, in a sentence."""
    from core.models.learners import is_turned

    if not is_turned(model[-1]):
        return ""
    return (
        f"The SVM of the {FAMILIES[family]} signature, refitted on all training patients, ranked held-out "
        "ones worse than chance, so that Platt's calibration turns its ranking round: there are too few "
        "patients for this learner."
    )


def _left(harmony: Any, of: Any, role: "pd.Series[Any]") -> str:
    """Who could not be harmonised, in a sentence: by batch and role of the same patients."""
    if harmony is None or of.isin(harmony.batches).all():
        return ""
    left = ~of.isin(harmony.batches)
    counts = pd.crosstab(of[left].fillna("not known"), role[left])
    parts = [
        f"{n} {name} patient{'s' if n > 1 else ''} ({_listed(counts[name])})"
        for name, n in counts.sum().items()
    ]
    return (
        f"ComBat by {of.name} cannot be applied to {' and '.join(parts)}: fewer than 2 training "
        "patients are of that batch. Their features stay as measured."
    )


def _listed(counts: "pd.Series[int]") -> str:
    """Batches that occur, with their numbers where they are several."""
    there = counts[counts > 0]
    return ", ".join(f"{batch} {n}" if len(there) > 1 else f"{batch}" for batch, n in there.items())


def _resampled_frames(resampled: Any) -> Payload:
    return {f"resampled_{name}": frame for name, frame in resampled.to_frames().items()}


def _clinical(ctx: Context, patients: Any) -> pd.DataFrame:
    table = ctx.study.clinical.set_index("patient").loc[patients, ["cohort", "role", "lnm"]]
    table.index.name = "patient"
    return table


def _learning(family: str) -> Any:
    def settings(settings: Settings) -> Any:
        parts = (settings.selection(family), settings.classifier, settings.search, settings.resampling)
        return [settings.preset, *(as_dict(part) for part in (*parts, settings.harmonise))]

    return settings


def _make_signature(family: str) -> Any:
    return partial(_signature, family=family)


def _measured(family: str) -> Any:
    def when(study: Study) -> bool:
        return family in study.settings.families

    return when


SIGNATURES = tuple(
    Stage(
        f"signature_{family}", f"{label} signature", _make_signature(family), (family,),
        _learning(family), metadata.inputs, modules=("core.models.signature", "core.models.persist"),
        libraries=LEARNING, more=partial(metadata.needs, family), when=_measured(family),
    )
    for family, label in FAMILIES.items()
)  # fmt: skip
