"""The nomogram of a logistic regression as R's rms draws it: axes, points, total, probability."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from core.errors import ModelError
from core.models import inputs
from core.models.inputs import Floats
from core.models.levels import INTERCEPT, Levels, column_of, expand_known, levels_of, log_odds, term
from core.models.pretty import pretty

TOTAL, PROBABILITY = "Total points", "Probability"
POINTS = 100.0
FEW = 10  # different values, each of two patients or so, that are ticks themselves (rms datadist, n.unique)
TICKS = np.array([0.01, 0.05, *np.arange(1, 10) / 10, 0.95, 0.99])


def nomogram_axes(coefficients: pd.DataFrame, signatures: pd.DataFrame) -> pd.DataFrame:
    """Axes [axis, value, points] as rms ``nomogram(maxscale = 100)`` sets them.

    One axis per signature or covariate, over the pretty range of the patients, at its values where they are
    few, or with a tick per level (named in a column "level", without a value); the longest is worth 100
    points. Then "Total points", and "Probability" whose points lie on the scale of the total.
    Raises ModelError FUSION-CONSTANT where nothing moves the probability.
    """
    coef = coefficients.set_index("name")["coef"]
    levels = levels_of(list(coef.index))
    columns = dict.fromkeys(column_of(name) for name in coef.index.drop(INTERCEPT))
    ticks = [_ticks(signatures[name], levels.get(name)) for name in columns]
    parts = [effects(axis, coef) for axis in ticks]
    longest = max(float(np.ptp(part)) for part in parts)
    if longest < 1e-9:
        fix = "Fuse signatures that vary among the training patients."
        raise ModelError("FUSION-CONSTANT", "A signature that moves the probability", "none", fix)
    scale, origin = POINTS / longest, coef[INTERCEPT] + sum(float(p.min()) for p in parts)
    axes = [axis.assign(points=(p - p.min()) * scale) for axis, p in zip(ticks, parts, strict=True)]
    axes += _total_axes(log_odds(coef, signatures), scale, origin)
    found = pd.concat(axes, ignore_index=True)
    return found.fillna({"level": ""}) if levels else found


def effects(axis: pd.DataFrame, coef: "pd.Series[float]") -> Floats:
    """Log-odds (n,) at the ticks of one axis [axis, value, maybe level]; ``coef`` by the name of a term."""
    name = str(axis["axis"].iloc[0])
    if has_levels(axis):
        return coef[[term(name, level) for level in axis["level"]]].to_numpy(dtype=np.float64)
    along: Floats = coef[name] * axis["value"].to_numpy(dtype=np.float64)
    return along


def axis_names(axes: pd.DataFrame) -> list[str]:
    """Signatures and covariates of a nomogram, in the order of their axes."""
    return [str(name) for name in axes["axis"].unique() if name not in (TOTAL, PROBABILITY)]


def has_levels(axis: pd.DataFrame) -> bool:
    """Whether the ticks of one axis are levels."""
    return "level" in axis and axis["level"].iloc[0] != ""


def points(axes: pd.DataFrame, signatures: pd.DataFrame) -> pd.DataFrame:
    """Points of each signature and covariate on its axis, and their "total": frame (n x axes + 1).

    Beyond the ends of an axis the points go on linearly, so the total still gives the probability.
    Raises ModelError FEATURES-MISSING, FEATURES-NAN, or COVARIATE-LEVEL.
    """
    each = {name: axes[axes["axis"] == name] for name in axis_names(axes)}
    levels = {name: list(axis["level"]) for name, axis in each.items() if has_levels(axis)}
    table = inputs.features(expand_known(signatures, levels), _columns(each, levels))
    earned = {name: _earned(axis, table) for name, axis in each.items()}
    found = pd.DataFrame(earned, index=signatures.index)
    return found.assign(total=found.sum(axis=1))


def _columns(each: Mapping[str, pd.DataFrame], levels: Levels) -> list[str]:
    named = ([term(n, level) for level in levels[n]] if n in levels else [n] for n in each)
    return [name for part in named for name in part]


def _earned(axis: pd.DataFrame, table: pd.DataFrame) -> Floats:
    name, marks = str(axis["axis"].iloc[0]), axis["points"].to_numpy()
    if has_levels(axis):
        return table[[term(name, level) for level in axis["level"]]].to_numpy() @ marks
    values = axis["value"].to_numpy()
    slope = (marks[-1] - marks[0]) / (values[-1] - values[0])
    return marks[0] + (table[name].to_numpy() - values[0]) * slope


def _ticks(column: pd.Series, levels: Sequence[str] | None) -> pd.DataFrame:
    if levels is not None:
        return pd.DataFrame({"axis": column.name, "value": np.nan, "level": list(levels)})
    own = np.unique(column.to_numpy(dtype=np.float64))
    few = 1 < own.size <= FEW and 2 * own.size <= len(column)
    return pd.DataFrame({"axis": column.name, "value": own if few else pretty(own[0], own[-1])})


def _total_axes(score: Floats, scale: float, origin: float) -> list[pd.DataFrame]:
    """Total points up to the pretty end of the patients' scores, and the probabilities within it."""
    lowest, *_, highest = pretty(float(score.min()), float(score.max()))
    total = pretty(0.0, max(POINTS, scale * (highest - origin)))
    within = TICKS[np.logical_and(expit(lowest) <= TICKS, expit(highest) >= TICKS)]
    return [_axis(TOTAL, total, total), _axis(PROBABILITY, within, (logit(within) - origin) * scale)]


def _axis(name: str, value: Floats, at: Floats) -> pd.DataFrame:
    return pd.DataFrame({"axis": name, "value": value, "points": at})
