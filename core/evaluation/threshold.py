"""What a threshold on a model's probability does: who is called positive, and what that is worth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.errors import ModelError
from core.evaluation.inputs import Bools, Floats
from core.evaluation.roc import confusion, operating

REFERENCES = ("all", "none")


def at_threshold(predictions: pd.DataFrame, model: str, threshold: float) -> pd.DataFrame:
    """Calls of one model at ``probability >= threshold``, one row per cohort.

    Args:
        predictions: [cohort, role, lnm, model], both classes in each cohort.
        model: column of the probabilities.
        threshold: from 0 to 1; else ModelError EVAL-THRESHOLDS.

    Returns:
        [cohort, role, threshold, n, positives, tp, fp, tn, fn, fpr, the five shares each with _low and
        _high (95% Wilson, NaN for a share of nobody), net_benefit, net_benefit_all (of calling all
        positive)]. Net benefit is NaN at a threshold of 1.
    """
    if not 0 <= threshold <= 1:
        fix = "Give, for example, 0.5."
        raise ModelError("EVAL-THRESHOLDS", "A threshold between 0 and 1", f"{threshold:g}", fix)
    rows = []
    for (cohort, role), frame in predictions.groupby(["cohort", "role"], sort=False):
        y, p = frame["lnm"].to_numpy(), frame[model].to_numpy()
        rows.append({"cohort": cohort, "role": role, "threshold": threshold, **_calls(y, p, threshold)})
    return pd.DataFrame(rows)


def reach(predictions: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Lowest and highest probability of each model: [cohort, role, model, low, high].

    Outside of it a decision curve repeats treating all (below) or none (above).
    """
    groups = predictions.groupby(["cohort", "role"], sort=False)
    rows = [(*key, m, float(g[m].min()), float(g[m].max())) for key, g in groups for m in models]
    return pd.DataFrame(rows, columns=["cohort", "role", "model", "low", "high"])


def worse_than_default(decision: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    """Where a model has less net benefit than treating all or treating none.

    Args:
        decision: [cohort, role, model, threshold, net_benefit] with the models "all" and "none".
        reached: of ``reach``; thresholds outside are left out.

    Returns:
        Stretches [cohort, role, model, than, low, high] of neighbouring thresholds, ends included.
    """
    rows: list[tuple[str, str, str, str, float, float]] = []
    for (cohort, role), panel in decision.groupby(["cohort", "role"], sort=False):
        wide = panel.pivot(index="threshold", columns="model", values="net_benefit")
        inside = reached[reached["cohort"] == cohort].set_index("model")
        for model in inside.index:
            part = wide[(wide.index >= inside["low"][model]) & (wide.index <= inside["high"][model])]
            for than in REFERENCES:
                # A tie may differ in the last bit.
                below = part[model].to_numpy() < part[than].to_numpy() - 1e-12
                rows += [(cohort, role, model, than, *ends) for ends in _stretches(part.index, below)]
    return pd.DataFrame(rows, columns=["cohort", "role", "model", "than", "low", "high"])


def _calls(y: Floats, p: Floats, threshold: float) -> dict[str, float]:
    c = confusion(y, p, threshold)
    n, positives = y.size, c.tp + c.fn
    row: dict[str, float] = {"n": n, "positives": positives, "tp": c.tp, "fp": c.fp, "tn": c.tn, "fn": c.fn}
    row["fpr"] = c.fp / (c.fp + c.tn)
    for name, share in operating(y, p, threshold).items():
        row |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    odds = threshold / (1 - threshold) if threshold < 1 else np.nan
    row["net_benefit"] = c.tp / n - c.fp / n * odds
    row["net_benefit_all"] = positives / n - (n - positives) / n * odds
    return row


def _stretches(thresholds: pd.Index, below: Bools) -> list[tuple[float, float]]:
    """First and last threshold of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], below.astype(int), [0]])))
    return [(float(thresholds[a]), float(thresholds[b - 1])) for a, b in edges.reshape(-1, 2)]
