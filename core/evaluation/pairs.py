"""Pairs of models and the signatures themselves, cohort by cohort."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import linregress, norm

from core.evaluation.calibration import brier
from core.evaluation.group_tests import mann_whitney, pearson
from core.evaluation.inputs import Floats
from core.evaluation.reclassification import Nri, categorical_nri, continuous_nri, idi
from core.evaluation.roc import delong

Z = float(norm.ppf(0.975))


def pairs_table(
    predictions: pd.DataFrame, models: Sequence[str], risk_cutoffs: Sequence[float] = ()
) -> pd.DataFrame:
    """What model b, named later, changes against model a: one row per cohort and pair.

    Args:
        predictions: [cohort, role, lnm, one probability per model], both classes in each cohort.
        models: at least two columns of it.
        risk_cutoffs: of the categorical NRI; without any it is left out.

    Returns:
        [cohort, role, a, b, n, positives, difference (AUC b - AUC a) with _low and _high (DeLong),
        delong_z (of a - b, as R prints it), delong_p, nri (continuous) with _low, _high, _events,
        _nonevents, _z, _p, idi with the same, brier_change (b - a, negative is better), and nri_categorical
        with the same as nri]. NRI and IDI have normal 95% limits, NaN where the estimate is exactly 0;
        their two parts add up to them.
    """
    rows = []
    for key, frame in _cohorts(predictions):
        y = frame["lnm"].to_numpy(dtype=float)
        for a, b in combinations(models, 2):
            found = pair(y, frame[a].to_numpy(dtype=float), frame[b].to_numpy(dtype=float), risk_cutoffs)
            rows.append({**key, "a": a, "b": b, "n": y.size, "positives": int(y.sum()), **found})
    return pd.DataFrame(rows)


def by_lnm(predictions: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Mann-Whitney test of each model by LNM.

    [cohort, role, model, n, positives, median_positive, median_negative, u, p].
    """
    rows = []
    for key, frame in _cohorts(predictions):
        for model in models:
            test = mann_whitney(frame["lnm"], frame[model])
            medians = {"median_positive": test.median_positive, "median_negative": test.median_negative}
            size = {"n": len(frame), "positives": test.n_positive}
            rows.append({**key, "model": model, **size, **medians, "u": test.u, "p": test.p})
    return pd.DataFrame(rows)


def correlations(predictions: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """Pearson's r of each pair of models, and the least-squares line of y on x.

    [cohort, role, x, y, n, r, low, high, p, slope, intercept]; NaN with fewer than 3 patients, a line
    also where x is constant.
    """
    rows = []
    for key, frame in _cohorts(predictions):
        for x, y in combinations(models, 2):
            rows.append({**key, "x": x, "y": y, **_correlation(frame[x], frame[y])})
    return pd.DataFrame(rows)


def _cohorts(predictions: pd.DataFrame) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    for (cohort, role), frame in predictions.groupby(["cohort", "role"], sort=False):
        yield {"cohort": cohort, "role": role}, frame


def pair(y: Floats, a: Floats, b: Floats, risk_cutoffs: Sequence[float] = ()) -> dict[str, float]:
    """One row of ``pairs_table`` without cohort and names. Raises ModelError as the statistics do."""
    test, gain, rise = delong(y, a, b), idi(y, a, b), b - a
    row = {"difference": -test.difference, "difference_low": -test.high, "difference_high": -test.low}
    row |= {"delong_z": test.z, "delong_p": test.p}
    row |= _net("nri", continuous_nri(y, a, b))
    row |= {"idi": gain.idi, **_limits("idi", gain.idi, gain.z), "idi_z": gain.z, "idi_p": gain.p}
    row |= {"idi_events": float(rise[y == 1].mean()), "idi_nonevents": -float(rise[y == 0].mean())}
    row |= {"brier_change": brier(y, b) - brier(y, a)}
    return row | (
        _net("nri_categorical", categorical_nri(y, a, b, risk_cutoffs)) if len(risk_cutoffs) else {}
    )


def _net(name: str, net: Nri) -> dict[str, float]:
    row = {name: net.nri, **_limits(name, net.nri, net.z), f"{name}_z": net.z, f"{name}_p": net.p}
    return row | {f"{name}_events": net.events, f"{name}_nonevents": net.nonevents}


def _limits(name: str, value: float, z: float) -> dict[str, float]:
    """Normal limits; the standard error is the estimate over its z."""
    half = Z * abs(value / z) if z and np.isfinite(z) else np.nan
    return {f"{name}_low": value - half, f"{name}_high": value + half}


def _correlation(x: pd.Series, y: pd.Series) -> dict[str, float]:
    nothing = dict.fromkeys(("r", "low", "high", "p", "slope", "intercept"), np.nan)
    if len(x) < 3:
        return {"n": len(x), **nothing}
    found = pearson(x, y)
    row = {"n": found.n, "r": found.r, "low": found.low, "high": found.high, "p": found.p}
    line = linregress(x, y) if np.ptp(x) else None
    slope, intercept = (line.slope, line.intercept) if line else (np.nan, np.nan)
    return row | {"slope": float(slope), "intercept": float(intercept)}
