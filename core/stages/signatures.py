"""Stages that learn from features: the signatures, and the frozen model of everything."""

from functools import partial
from typing import Any

import pandas as pd

from core import __version__
from core.settings import Settings, as_dict
from core.stages import metadata
from core.stages.stage import Context, Stage
from core.store import Entry, Payload
from core.study.manifest import Study

FAMILIES = {
    "radiomics": "Radiomics", "peritumoral": "Peritumoral", "googlenet": "GoogLeNet", "resnet50": "ResNet50",
}  # fmt: skip
LEARNING = ("numpy", "scipy", "pandas", "scikit-learn", "skrebate", "statsmodels", "skops")


def families(settings: Settings) -> dict[str, str]:
    """The feature families of a study, and what their signatures are called."""
    return {family: FAMILIES[family] for family in settings.families}


def _signature(ctx: Context, family: str) -> Payload:
    from core.models.persist import to_bytes
    from core.models.signature import fit_signature, predict

    features = ctx.upstream(family)["features"]
    clinical = _clinical(ctx, features.index)
    training = clinical.index[clinical["role"] == "training"]
    settings, known = ctx.settings, metadata.metadata(ctx.study, family, ctx.upstream)
    fit = fit_signature(
        features.loc[training],
        clinical.loc[training, "lnm"],
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
    batch = None if known.batch is None else known.batch.loc[features.index]
    probability = predict(fit.model, features, fit.harmony, None if batch is None else batch.to_numpy(object))
    probability.loc[training] = fit.out_of_fold
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


def _bundle(ctx: Context) -> Payload:
    from core.models.bundle import MEDIANS, Bundle, to_bundle_bytes
    from core.models.combat import Harmony
    from core.models.domain import fit_domain

    signatures = {f: ctx.upstream(f"signature_{f}") for f in ctx.settings.families}
    fusion, metrics = ctx.upstream("fusion"), ctx.upstream("evaluation")["metrics"]
    predictions = fusion["predictions"]
    train = predictions[predictions["role"] == "training"]
    cutoffs = metrics[metrics["role"] == "training"].set_index("model")["threshold"]
    bundle = Bundle(
        study=ctx.study.name,
        synthetic=ctx.study.synthetic,
        preset=ctx.settings.preset,
        settings=as_dict(ctx.settings),
        models={f: signature["model"] for f, signature in signatures.items()},
        coefficients=fusion["coefficients"],
        axes=fusion["axes"],
        covariates=fusion["covariates"],
        thresholds={str(name): float(value) for name, value in cutoffs.items()},
        training=train.drop(columns=["patient", "cohort", "role"]).reset_index(drop=True),
        domain=fit_domain(ctx.upstream("radiomics")["features"].loc[list(train["patient"])]),
        weights={f: info for f in signatures if (info := ctx.upstream(f)["info"])},
        harmonies={f: Harmony.from_frame(s["combat"]) for f, s in signatures.items() if "combat" in s},
        phase=next(c.phase for c in ctx.study.cohorts if c.role == "training"),
        version=__version__,
        resampled={f: _resampled(signatures[f]) for f in ctx.settings.fusion.signatures},
        medians=pd.concat([s["medians"].assign(family=f) for f, s in signatures.items()])[MEDIANS],
    )
    return {"bundle": to_bundle_bytes(bundle)}


def _resampled(signature: Entry) -> Any:
    from core.models.resampled import Resampled

    frames = {name.removeprefix("resampled_"): name for name in signature if name.startswith("resampled_")}
    return Resampled.from_frames({short: signature[name] for short, name in frames.items()})


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
BUNDLE = Stage(
    "bundle", "Frozen model", _bundle,
    ("fusion", "evaluation", *(f"signature_{f}" for f in FAMILIES), *FAMILIES), as_dict,
    modules=("core.models.bundle", "core.models.domain"), libraries=LEARNING,
)  # fmt: skip
