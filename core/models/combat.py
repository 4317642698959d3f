"""ComBat: features of different scanners brought to a common mean and variance.

Parametric empirical Bayes of Johnson, Li and Rabinovic, Biostatistics 2007, without covariates: the outcome
is not looked at. Fitted, it is a straight line per batch and feature: a new row needs its batch only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import BundleError, ModelError
from core.models.inputs import Floats

LEAST = 2  # rows of a batch: a single one has no variance
CLOSE, MOST = 1e-10, 10_000  # relative change at which the iteration ends; it shrinks by a factor each time
Batches = NDArray[np.object_]
PARTS = ("slope", "offset")


@dataclass(frozen=True, slots=True, eq=False)
class Harmony:
    """ComBat as fitted: value x ``slopes`` + ``offsets`` (batches, features) of a row's batch.

    A row of another batch stays as measured: nothing is known of its scanner.
    """

    batches: tuple[str, ...]
    features: tuple[str, ...]
    slopes: Floats
    offsets: Floats

    def apply(self, values: Floats, batch: Batches) -> Floats:
        """Harmonised values (n, features) of rows of these batches (n,)."""
        row = pd.Index(self.batches).get_indexer(pd.Index(batch))  # -1, the last line, for another batch
        lines = np.vstack([self.slopes, np.ones(len(self.features))])
        moves = np.vstack([self.offsets, np.zeros(len(self.features))])
        moved: Floats = values * lines[row] + moves[row]
        return moved

    def frame(self, X: pd.DataFrame, batch: Batches) -> pd.DataFrame:
        """``apply`` to the features that it knows, among columns in any order."""
        values = X[list(self.features)].to_numpy(dtype=np.float64)
        return pd.DataFrame(self.apply(values, batch), index=X.index, columns=list(self.features))

    def among(self, names: Sequence[str]) -> "Harmony":
        """The same for more features, the others of which stay as measured."""
        at = pd.Index(names).get_indexer(pd.Index(self.features))
        slopes, offsets = (np.full((len(self.batches), len(names)), value) for value in (1.0, 0.0))
        slopes[:, at], offsets[:, at] = self.slopes, self.offsets
        return Harmony(self.batches, tuple(names), slopes, offsets)

    def to_frame(self) -> pd.DataFrame:
        """Frame [part, batch, a column per feature] that ``from_frame`` takes back."""
        lines = pd.DataFrame(np.vstack([self.slopes, self.offsets]), columns=list(self.features))
        lines.insert(0, "part", np.repeat(PARTS, len(self.batches)))
        lines.insert(1, "batch", list(self.batches) * 2)
        return lines

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> "Harmony":
        """Harmony of a stored frame. Raises BundleError (BUNDLE-COMBAT) for another table."""
        try:
            parts = {
                part: rows.drop(columns="part").set_index("batch") for part, rows in frame.groupby("part")
            }
            slopes, offsets = (parts[part].astype(np.float64) for part in PARTS)
            sound = slopes.index.equals(offsets.index) and slopes.index.is_unique and len(parts) == len(PARTS)
            sound = sound and np.isfinite(offsets).all(None) and np.isfinite(slopes).all(None)
            sound = sound and bool((slopes > 0).all(None))
        except (LookupError, TypeError, ValueError):
            sound = False
        if not sound:
            fix = "Freeze or download it again."
            raise BundleError("BUNDLE-COMBAT", "The model's ComBat parameters", "another table", fix)
        names = tuple(map(str, slopes.columns))
        return cls(tuple(map(str, slopes.index)), names, slopes.to_numpy(), offsets.to_numpy())


def fit_combat(values: Floats, batch: Batches, features: tuple[str, ...]) -> Harmony:
    """Learn ComBat from values (n, p) and the batch (n,) of each row, None where it is not known.

    A batch of fewer than 2 rows is not learned, nor do its rows count; a feature that does not vary
    within the batches stays as it is. Raises ModelError COMBAT-BATCHES, COMBAT-FEATURES or COMBAT-ALIKE.
    """
    codes, names = pd.factorize(batch, sort=True)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    learned = np.flatnonzero(counts >= LEAST)
    if learned.size < 2:
        found = ", ".join(f"{name} {n}" for name, n in zip(names, counts, strict=True)) or "none"
        fix = "Name another column, merge small batches in it, or leave [settings.harmonise] out."
        raise ModelError(
            "COMBAT-BATCHES", "Two batches or more of 2 training patients in each fold", found, fix
        )
    parts = [values[codes == k] for k in learned]
    centre, spread = _pooled(parts)
    slopes, offsets = np.ones((len(parts), len(features))), np.zeros((len(parts), len(features)))
    varies = spread > 64 * np.finfo(np.float64).eps * np.abs(values).max(axis=0)
    if varies.sum() < 2:
        raise ModelError(
            "COMBAT-FEATURES", "Two features or more that vary within the batches", f"{varies.sum()}"
        )
    middle, unit = centre[varies], spread[varies]
    for k, part in enumerate(parts):
        if not (np.ptp(part[:, varies], axis=0) > 0).any():
            found = f"{len(part)} of {names[learned[k]]} that are all alike"
            raise ModelError("COMBAT-ALIKE", "Patients of a batch who differ", found, "Look for duplicates.")
        shift, scale = _shrunk((part[:, varies] - middle) / unit)
        slopes[k, varies] = 1 / scale
        offsets[k, varies] = middle - (middle + shift * unit) / scale
    return Harmony(tuple(str(names[k]) for k in learned), features, slopes, offsets)


def _pooled(parts: list[Floats]) -> tuple[Floats, Floats]:
    """Mean (p,) over all rows, and SD (p,) about the means of the batches."""
    rows = sum(len(part) for part in parts)
    centre = np.sum([part.sum(axis=0) for part in parts], axis=0) / rows
    squares = np.sum([((part - part.mean(axis=0)) ** 2).sum(axis=0) for part in parts], axis=0)
    return centre, np.sqrt(squares / rows)


def _shrunk(part: Floats) -> tuple[Floats, Floats]:
    """Shift (p,) and scale (p,) of one batch's standardised rows, drawn to what its features share.

    Priors: normal for the shift, inverse gamma for the variance, by the moments over the features. Its
    conditional posterior means are iterated to their fixed point (R's sva stops at a change of 1e-4).
    """
    n, shift, variance = len(part), part.mean(axis=0), part.var(axis=0, ddof=1)
    mean, between = shift.mean(), shift.var(ddof=1)
    m, s2 = variance.mean(), variance.var(ddof=1)
    g, d = shift, np.maximum(variance, np.finfo(np.float64).tiny)
    for _ in range(MOST):
        g_new = (between * n * shift + d * mean) / (between * n + d)
        squares = (n - 1) * variance + n * (shift - g_new) ** 2
        d_new = (0.5 * squares * s2 + m * s2 + m**3) / (0.5 * n * s2 + s2 + m**2)
        near = max(np.abs(g_new - g).max(), (np.abs(d_new - d) / d).max()) < CLOSE
        g, d = g_new, d_new
        if near:
            break
    return g, np.sqrt(d)
