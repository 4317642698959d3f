"""What a model's AUC is worth beyond the patients that it was fitted on: bootstrap, permutation, repeats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

from core.evaluation.inputs import Floats, scores
from core.evaluation.roc import auc

AREAS = ["model", "kind", "cohort", "n", "positives", "auc", "low", "high"]
KINDS = {"training": "out_of_fold", "validation": "external"}
MIDDLE = (2.5, 97.5)  # percentiles over the bootstrap samples


@dataclass(frozen=True, slots=True)
class Optimism:
    """Apparent AUC and what the bootstrap makes of it; all NaN but ``apparent`` where no sample was usable.

    ``optimism``: mean over ``samples`` of AUC in the sample - AUC in all patients. ``corrected``: apparent -
    optimism. ``left_out``: mean AUC in the patients that a sample left out. ``plus``: the .632+ estimate.
    ``*_low`` and ``*_high``: 2.5th and 97.5th percentile over the samples.
    """

    apparent: float
    optimism: float
    corrected: float
    corrected_low: float
    corrected_high: float
    left_out: float
    left_out_low: float
    left_out_high: float
    plus: float
    plus_low: float
    plus_high: float
    samples: int


def optimism(
    y: ArrayLike, apparent: ArrayLike, draws: Sequence[NDArray[np.intp]], refitted: ArrayLike
) -> Optimism:
    """Optimism of an AUC by Harrell's bootstrap, and the .632+ estimate.

    Args:
        y: outcome (n,) of 0 and 1.
        apparent: probabilities (n,) of the model fitted on all patients.
        draws: rows of each bootstrap sample.
        refitted: probabilities (samples, n) of all patients by the model of each sample; a row with NaN is
            left out.

    Source: Harrell, Lee and Mark, Stat Med 1996; Efron and Tibshirani, J Am Stat Assoc 1997, its rate of no
    information being an AUC of 0.5 (Sahiner, Chan and Hadjiiski, Med Phys 2008).
    """
    outcome, (whole,) = scores(y, apparent)
    area, table = auc(outcome, whole).auc, np.atleast_2d(np.asarray(refitted, dtype=np.float64))
    usable = [(rows, p) for rows, p in zip(draws, table, strict=True) if np.isfinite(p).all()]
    gaps = np.array([auc(outcome[rows], p[rows]).auc - auc(outcome, p).auc for rows, p in usable])
    outside = np.array([_left_out(outcome, rows, p) for rows, p in usable])
    plus = np.array([_plus(area, one) for one in outside])
    low, high = _middle(area - gaps)
    return Optimism(
        area, _mean(gaps), area - _mean(gaps), low, high, _mean(outside), *_middle(outside),
        _plus(area, _mean(outside)), *_middle(plus), len(usable),
    )  # fmt: skip


def stored_areas(metrics: pd.DataFrame) -> pd.DataFrame:
    """AUCs [model, kind, cohort, n, positives, auc, low, high] that a study's evaluation holds anyway.

    ``kind``: out_of_fold in the training cohort, external in a validation cohort.
    """
    kinds = metrics["role"].map(KINDS)
    return metrics.assign(kind=kinds, low=metrics["auc_low"], high=metrics["auc_high"])[AREAS]


def permutation_p(observed: float, null: ArrayLike) -> float:
    """(1 + permutations with a statistic of at least the observed one) / (1 + permutations).

    Source: Phipson and Smyth, Stat Appl Genet Mol Biol 2010.
    """
    values = np.asarray(null, dtype=np.float64)
    # Equal AUCs may differ in their last bit.
    return float((1 + np.sum(values >= observed - 1e-12)) / (1 + values.size))


def mean_auc(y: ArrayLike, repeats: ArrayLike) -> tuple[float, float, float]:
    """Mean AUC of probabilities (repeats, n), with 95% limits from the mean of DeLong's variances.

    The repeats share their patients, so that their number narrows nothing.
    """
    found = [auc(y, p) for p in np.atleast_2d(np.asarray(repeats, dtype=np.float64))]
    middle, half = (
        _mean([one.auc for one in found]),
        norm.ppf(0.975) * np.sqrt(_mean([one.variance for one in found])),
    )
    return middle, max(middle - half, 0.0), min(middle + half, 1.0)


def aucs(y: ArrayLike, models: Mapping[str, Floats]) -> dict[str, float]:
    """AUC of each model."""
    return {name: auc(y, p).auc for name, p in models.items()}


def _left_out(outcome: NDArray[np.bool_], rows: NDArray[np.intp], p: Floats) -> float:
    """AUC in those who were not drawn; NaN where these are of one class."""
    outside = np.setdiff1d(np.arange(outcome.size), rows)
    both = np.unique(outcome[outside]).size == 2
    return auc(outcome[outside], p[outside]).auc if both else float("nan")


def _plus(apparent: float, outside: float) -> float:
    """The .632+ estimate of one apparent and one left-out AUC."""
    if not np.isfinite(outside):
        return float("nan")
    least = max(outside, 0.5)
    overfit = (apparent - least) / (apparent - 0.5) if apparent > least else 0.0
    weight = 0.632 / (1 - 0.368 * overfit)
    return (1 - weight) * apparent + weight * least


def _mean(values: ArrayLike) -> float:
    known = np.asarray(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else float("nan")


def _middle(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.percentile(known, MIDDLE)
    return float(low), float(high)
