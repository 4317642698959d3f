"""Stage that judges the refits: AUCs side by side, permutation p, learning curve, stability."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from core.families import FAMILIES
from core.settings import Settings
from core.stages.refits import REFITS
from core.stages.signatures import LEARNING
from core.stages.stage import Context, Stage
from core.store import Payload

LISTED = 20  # features of a signature that are named
AGREEMENT = ("stability", "groups", "features")


def _validation(ctx: Context) -> Payload:
    """Everything that the page shows, from what was refitted and from what the study holds anyway."""
    return {
        "auc": _areas(ctx),
        "optimism": _optimism(ctx),
        "permutation": ctx.upstream("permutation")["auc"],
        "p": _permutation_p(ctx),
        "curve": _curve_table(ctx),
        **_stability(ctx),
    }


def _optimism(ctx: Context) -> pd.DataFrame:
    """Frame [model, and the fields of ``core.evaluation.optimism.Optimism``]."""
    from core.evaluation.optimism import optimism

    found = ctx.upstream("bootstrap")
    draws, models = found["draws"], [name for name in found if name not in ("draws", "target")]
    rows = []
    for model in models:
        first, *others = found[model]
        rows.append({"model": model, **asdict(optimism(found["target"], first, draws[1:], others))})
    return pd.DataFrame(rows)


def _areas(ctx: Context) -> pd.DataFrame:
    """Frame [model, kind, cohort, n, positives, auc, low, high], kinds side by side."""
    from core.evaluation.optimism import stored_areas
    from core.evaluation.roc import auc

    found, stored = ctx.upstream("bootstrap"), stored_areas(ctx.upstream("evaluation")["metrics"])
    size = stored.loc[stored["kind"] == "out_of_fold", ["cohort", "n", "positives"]].iloc[0].to_dict()
    rows = []
    for row in _optimism(ctx).to_dict("records"):
        area = auc(found["target"], found[row["model"]][0])
        limits = {"apparent": (area.auc, area.low, area.high)}
        limits |= {
            kind: (row[kind], row[f"{kind}_low"], row[f"{kind}_high"]) for kind in ("corrected", "plus")
        }
        for kind, (value, low, high) in limits.items():
            rows.append({"model": row["model"], "kind": kind, **size, "auc": value, "low": low, "high": high})
    return pd.concat([pd.DataFrame(rows), stored], ignore_index=True)


def _permutation_p(ctx: Context) -> pd.DataFrame:
    """Frame [model, preset, observed, p, permutations, mean, low, high] of the permuted labels' AUCs."""
    from core.evaluation.optimism import permutation_p

    rows = []
    for (preset, model), part in ctx.upstream("permutation")["auc"].groupby(["preset", "model"], sort=False):
        observed = float(part.loc[part["permutation"] == 0, "auc"].iloc[0])
        null = part.loc[part["permutation"] > 0, "auc"]
        low, high = np.percentile(null, [2.5, 97.5])
        row = {"model": model, "preset": preset, "observed": observed, "p": permutation_p(observed, null)}
        rows.append(row | {"permutations": len(null), "mean": null.mean(), "low": low, "high": high})
    return pd.DataFrame(rows)


def _curve_table(ctx: Context) -> pd.DataFrame:
    """Frame [model, share, n, repeats, auc, low, high, least, most]; the last two over the repeats.

    Without shares that are too small for the learner.
    """
    from core.evaluation.optimism import aucs, mean_auc

    found = ctx.upstream("learning_curve")
    known, rows = found["probabilities"].dropna(subset="p"), []
    for (model, share), part in known.groupby(["model", "share"], sort=False):
        table = part.pivot(index="repeat", columns="patient", values="p")[part["patient"].unique()].to_numpy()
        each = [aucs(found["target"], {"": p})[""] for p in table]
        middle, low, high = mean_auc(found["target"], table)
        row = {"model": model, "share": share, "n": part["n"].mean(), "repeats": len(table), "auc": middle}
        rows.append(row | {"low": low, "high": high, "least": min(each), "most": max(each)})
    return pd.DataFrame(rows)


def _stability(ctx: Context) -> Payload:
    """Frames of the models that cross-validation fitted: agreement, image types, and the leading features."""
    found = {FAMILIES[f]: _agreement(ctx, f) for f in ctx.settings.families}
    tables = {name: [one[name].assign(model=model) for model, one in found.items()] for name in AGREEMENT}
    return {name: pd.concat(parts, ignore_index=True) for name, parts in tables.items()}


def _agreement(ctx: Context, family: str) -> dict[str, pd.DataFrame]:
    from core.features.naming import parts
    from core.models.resampled import Resampled
    from core.models.stability import chosen, feature_shares, stability

    signature = ctx.upstream(f"signature_{family}")
    frames = {n.removeprefix("resampled_"): signature[n] for n in signature if n.startswith("resampled_")}
    shares = feature_shares(Resampled.from_frames(frames))
    mask, named = chosen(shares, ctx.settings.validation.top), parts(shares.columns)
    named["chosen"], named["share"], named["models"] = mask.sum(axis=0), shares.mean().to_numpy(), len(shares)
    groups = shares.T.groupby(named["group"].to_numpy()).sum().rename_axis("group").reset_index()
    groups.insert(1, "features", groups["group"].map(named["group"].value_counts()))
    leading = named.sort_values(["chosen", "share"], ascending=False, kind="stable").head(LISTED)
    return {
        "stability": pd.DataFrame([asdict(stability(mask))]),
        "groups": groups.melt(["group", "features"], var_name="fit", value_name="share"),
        "features": leading,
    }


def _top(settings: Settings) -> Any:
    return [settings.validation.top]


VALIDATION = (
    *REFITS,
    Stage(
        "validation", "Honest validation", _validation,
        (*(stage.name for stage in REFITS), "evaluation", *(f"signature_{f}" for f in FAMILIES)), _top,
        modules=("core.evaluation.optimism", "core.models.stability", "core.features.naming"),
        libraries=LEARNING, on_demand=True,
    ),
)  # fmt: skip
