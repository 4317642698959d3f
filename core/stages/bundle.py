"""The stage that freezes the models of a study for new cases."""

from typing import Any

import pandas as pd

from core import __version__
from core.families import FAMILIES
from core.settings import as_dict
from core.stages.signatures import LEARNING
from core.stages.stage import Context, Stage
from core.store import Entry, Payload


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


BUNDLE = Stage(
    "bundle", "Frozen model", _bundle,
    ("fusion", "evaluation", *(f"signature_{f}" for f in FAMILIES), *FAMILIES), as_dict,
    modules=("core.models.bundle", "core.models.domain"), libraries=LEARNING,
)  # fmt: skip
