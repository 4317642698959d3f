"""Net reclassification and integrated discrimination, as R's Hmisc ``improveProb`` gives them.

``a`` is the older model, ``b`` the newer one; both predict probabilities for the same patients.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.errors import ModelError
from core.evaluation.inputs import Bools, Floats, probabilities, ratio, two_sided


@dataclass(frozen=True, slots=True)
class Nri:
    """Net reclassification improvement; the two parts add up to ``nri``."""

    nri: float
    z: float
    p: float
    events: float
    nonevents: float


@dataclass(frozen=True, slots=True)
class Idi:
    """Integrated discrimination improvement."""

    idi: float
    z: float
    p: float


def continuous_nri(y: ArrayLike, a: ArrayLike, b: ArrayLike) -> Nri:
    """Category-free NRI: any rise counts for an event, any fall for a non-event.

    It can be positive for pure noise (Pepe, Stat Med 2014): read it beside Brier score and net benefit.
    """
    outcome, (older, newer) = probabilities(y, a, b)
    return _nri(outcome, np.sign(newer - older))


def categorical_nri(y: ArrayLike, a: ArrayLike, b: ArrayLike, cutoffs: Sequence[float]) -> Nri:
    """NRI over risk categories [0, c1), [c1, c2), ..., [ck, 1]; Pencina, Stat Med 2008.

    A move over several categories counts once. z as in ``improveProb``, and so as PredictABEL
    ``reclassification`` prints it: the variance is the observed one, Pencina's own z takes that of no change.
    Raises ModelError EVAL-CUTOFFS unless the cut-offs rise strictly within (0, 1).
    """
    outcome, (older, newer) = probabilities(y, a, b)
    edges = _edges(cutoffs)
    moved = np.digitize(newer, edges) - np.digitize(older, edges)
    return _nri(outcome, np.sign(moved).astype(np.float64))


def idi(y: ArrayLike, a: ArrayLike, b: ArrayLike) -> Idi:
    """Mean rise of probability in events minus the mean rise in non-events."""
    outcome, (older, newer) = probabilities(y, a, b)
    rise_events, rise_others = (newer - older)[outcome], (newer - older)[~outcome]
    gain = float(rise_events.mean() - rise_others.mean())
    z = ratio(gain, float(np.sqrt(_mean_variance(rise_events) + _mean_variance(rise_others))))
    return Idi(gain, z, two_sided(z))


def _nri(outcome: Bools, direction: Floats) -> Nri:
    events, variance_events = _net(direction[outcome])
    nonevents, variance_others = _net(-direction[~outcome])
    z = ratio(events + nonevents, float(np.sqrt(variance_events + variance_others)))
    return Nri(events + nonevents, z, two_sided(z), events, nonevents)


def _net(direction: Floats) -> tuple[float, float]:
    """Share that moved right minus share that moved wrong, and the variance of that difference."""
    right, wrong, total = int((direction > 0).sum()), int((direction < 0).sum()), direction.size
    variance = (right + wrong) / total**2 - (right - wrong) ** 2 / total**3
    # Rounding may leave -1e-19 where everybody moved the same way.
    return (right - wrong) / total, max(variance, 0.0)


def _mean_variance(values: Floats) -> float:
    return float(values.var(ddof=1) / values.size) if values.size > 1 else float("nan")


def parse_cutoffs(text: str) -> tuple[float, ...]:
    """Risk cut-offs as people write them, ``0.3 0.6`` or ``0.3, 0.6``; () for an empty text.

    Raises ModelError EVAL-CUTOFFS as ``categorical_nri`` does.
    """
    parts = text.replace(",", " ").replace(";", " ").split()
    try:
        cutoffs = tuple(float(part) for part in parts)
    except ValueError:
        cutoffs = (float("nan"),)
    return tuple(map(float, _edges(cutoffs))) if parts else ()


def _edges(cutoffs: Sequence[float]) -> Floats:
    edges = np.asarray(cutoffs, dtype=np.float64)
    inside = edges.ndim == 1 and edges.size > 0 and bool(((edges > 0) & (edges < 1)).all())
    if not inside or (np.diff(edges) <= 0).any():
        found, fix = " ".join(f"{c:g}" for c in np.ravel(edges)), "Give, for example, 0.3 0.6."
        raise ModelError("EVAL-CUTOFFS", "Risk cut-offs rise strictly between 0 and 1", found, fix)
    return edges
