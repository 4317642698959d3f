"""Stage of the nomogram: signatures, and the covariates that a study names, in one logistic regression."""

from typing import Any

from core.families import FAMILIES
from core.settings import Settings, as_dict
from core.stages import covariates
from core.stages.signatures import LEARNING
from core.stages.stage import Context, Stage
from core.store import Payload


def _fusion(ctx: Context) -> Payload:
    from core.models.covariates import describe
    from core.models.fusion import fit_fusion, predict_fusion

    tables = {f: ctx.upstream(f"signature_{f}")["signature"] for f in ctx.settings.families}
    joined = next(iter(tables.values())).drop(columns="p").set_index("patient")
    for family, table in tables.items():
        joined[FAMILIES[family]] = table.set_index("patient")["p"]
    known, failures = covariates.values(ctx.study, joined.dropna())
    joined = joined.loc[known.index]
    training = joined.index[joined["role"] == "training"]
    names = [FAMILIES[family] for family in ctx.settings.fusion.signatures]
    given = joined[names].join(known)
    fit = fit_fusion(given.loc[training], joined.loc[training, "lnm"], ctx.settings.resampling)
    joined["DLRN"] = predict_fusion(fit.coefficients, given)
    joined.loc[training, "DLRN"] = fit.out_of_fold
    terms = int(fit.coefficients["se"].notna().sum()) - 1
    few = covariates.note(ctx.settings, terms, joined.loc[training, "lnm"])
    return {
        "predictions": joined.reset_index(),
        "coefficients": fit.coefficients,
        "axes": fit.axes,
        "covariates": describe(known.loc[training]),
        "covariate_values": known.reset_index(),
        "failures": failures,
        "info": {"note": " ".join(filter(None, (fit.note, few))), "signatures": names},
    }


def _fusing(settings: Settings) -> Any:
    return [as_dict(settings.fusion), as_dict(settings.resampling)]


FUSION = Stage(
    "fusion", "DLRN nomogram", _fusion, tuple(f"signature_{f}" for f in FAMILIES), _fusing, covariates.inputs,
    modules=("core.models.fusion", "core.models.covariates", "core.stages.covariates"), libraries=LEARNING,
)  # fmt: skip
