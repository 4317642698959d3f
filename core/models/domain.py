"""Applicability domain: is a case like the patients that a model was trained on?

Distance to the nearest training patients, judged by what these are to each other. Radiomics features
have tails of many powers of ten: each is centred and scaled robustly, then compressed by asinh,
which is linear near the middle and logarithmic far out. Distances are taken over all features, so
that the part of a foreign case which lies outside the training patients' PCA space counts as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial.distance import cdist

from core.errors import BundleError, ModelError
from core.models import inputs
from core.models.inputs import Floats

NEIGHBOURS, COVERAGE = 5, 0.975
RANGE = ["centre", "scale", "low", "high"]


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """What the training patients span.

    ``features``: frame indexed by feature [centre, scale, low, high]; scale 0 marks a constant one.
    ``training`` (n, p): their scaled features, without codes. ``distances`` (n,), rising: of each
    patient to a domain of the others. ``threshold``: the farthest distance that counts as inside.
    """

    features: pd.DataFrame
    training: Floats
    distances: Floats
    threshold: float

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Frames that ``from_frames`` takes back."""
        limits = pd.DataFrame({"distance": self.distances, "threshold": self.threshold})
        training = pd.DataFrame(self.training, columns=self.features.index)
        return {"features": self.features.reset_index(), "training": training, "limits": limits}

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> "Domain":
        """Domain of stored frames. Raises BundleError (BUNDLE-DOMAIN) where they do not fit together."""
        try:
            features = frames["features"].set_index("feature")[RANGE].astype(np.float64)
            training = frames["training"][list(features.index)].to_numpy(dtype=np.float64)
            distances = frames["limits"]["distance"].to_numpy(dtype=np.float64)
            threshold = float(frames["limits"]["threshold"].iloc[0])
        except (LookupError, TypeError, ValueError):
            fix = "Freeze or download it again."
            raise BundleError("BUNDLE-DOMAIN", "The model's training range", "another table", fix) from None
        return cls(features, training, distances, threshold)


def fit_domain(X: pd.DataFrame) -> Domain:
    """Domain of X (patients x features).

    The threshold is the larger of two: the distance that 97.5% of exchangeable new patients do not
    exceed, as far as n allows (conformal: the k-th of n distances bounds a new one with probability
    k / (n + 1)), and Tukey's upper fence, Q3 + 1.5 (Q3 - Q1). With 1781 features the patients lie at
    nearly one distance from each other, and the first alone would call the barely unusual foreign.

    Raises ModelError DOMAIN-FEW below 3 patients, and those of ``inputs.features``.
    """
    table = inputs.features(X)
    if len(table) < 3:
        fix = "Train on more patients."
        raise ModelError("DOMAIN-FEW", "3 patients or more", f"{len(table)}", fix)
    features = _ranges(table)
    distances = np.sort([_left_out(table, i) for i in range(len(table))])
    return Domain(features, scaled(features, table), distances, _threshold(distances))


def measure(domain: Domain, X: pd.DataFrame) -> pd.DataFrame:
    """How far each row of X lies: [distance, threshold, inside, share_outside_range, percentile].

    ``distance``: root mean square over features, mean of the 5 nearest training patients.
    ``share_outside_range``: share of features beyond the training minimum or maximum.
    ``percentile``: of the training patients' own distances, 0 to 100.
    """
    table = inputs.features(X, list(domain.features.index))
    distance = _nearest(scaled(domain.features, table), domain.training)
    low, high = domain.features["low"].to_numpy(), domain.features["high"].to_numpy()
    outside = (table.to_numpy() < low) | (table.to_numpy() > high)
    place = np.searchsorted(domain.distances, distance, side="right")
    return pd.DataFrame(
        {
            "distance": distance,
            "threshold": domain.threshold,
            "inside": distance <= domain.threshold,
            "share_outside_range": outside.mean(axis=1),
            "percentile": 100 * place / len(domain.distances),
        },
        index=X.index,
    )


def strangest(domain: Domain, row: pd.Series, n: int = 5) -> pd.DataFrame:
    """Features of one case farthest outside the training range: [feature, value, low, high, excess].

    ``excess``: distance beyond the range, in widths of it (of a constant feature: in its own size).
    At most n rows, farthest first; none where the case lies within every range.
    """
    values = inputs.features(row.to_frame().T, list(domain.features.index)).iloc[0]
    low, high = domain.features["low"], domain.features["high"]
    width = (high - low).where(high > low, low.abs().where(low != 0, 1.0))
    excess = np.maximum(np.maximum(low - values, values - high), 0) / width
    table = pd.DataFrame({"value": values, "low": low, "high": high, "excess": excess})
    table = table[table["excess"] > 0].sort_values("excess", ascending=False, kind="stable").head(n)
    return table.rename_axis("feature").reset_index()


def _left_out(table: pd.DataFrame, i: int) -> float:
    """Distance of training patient i by the others alone: their scales, or it would seem too near."""
    others = table.iloc[np.arange(len(table)) != i]
    features = _ranges(others)
    return float(_nearest(scaled(features, table.iloc[[i]]), scaled(features, others))[0])


def _threshold(distances: Floats) -> float:
    place = min(int(np.ceil(COVERAGE * (distances.size + 1))), distances.size)
    lower, upper = np.quantile(distances, [0.25, 0.75])
    return float(max(distances[place - 1], upper + 1.5 * (upper - lower)))


def _ranges(table: pd.DataFrame) -> pd.DataFrame:
    values = table.to_numpy()
    quartiles = np.percentile(values, [25, 50, 75], axis=0)
    # A feature that is one value for most patients has no quartile range: a part of its SD stands in.
    scale = np.maximum((quartiles[2] - quartiles[0]) / 1.349, 0.1 * values.std(axis=0))
    scale[np.ptp(values, axis=0) <= 1e-12 * np.abs(values).max(axis=0)] = 0
    columns = [quartiles[1], scale, values.min(axis=0), values.max(axis=0)]
    names = pd.Index(table.columns.astype(str), name="feature")
    return pd.DataFrame(dict(zip(RANGE, columns, strict=True)), index=names)


def scaled(features: pd.DataFrame, table: pd.DataFrame) -> Floats:
    """Rows of ``table`` as ``Domain.training`` holds them; a constant feature says nothing of distance."""
    scale = features["scale"].to_numpy()
    z = (table.to_numpy() - features["centre"].to_numpy()) / np.where(scale > 0, scale, 1)
    return np.where(scale > 0, np.arcsinh(z), 0.0)


def _nearest(rows: Floats, training: Floats) -> Floats:
    """Mean over the nearest training rows of the root mean square difference over features."""
    distance = cdist(rows, training) / np.sqrt(training.shape[1])
    nearest: Floats = np.sort(distance, axis=1)[:, :NEIGHBOURS].mean(axis=1)
    return nearest
