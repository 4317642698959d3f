"""Simulated patients: hidden aggressiveness, node status, lesion parameters, clinical table."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri
from scipy.stats import beta

from core.study.demo.sizes import Cohort, DemoSize

Vector = NDArray[np.float64]

# Lesion parameter: correlation with the aggressiveness, lowest and highest value.
TRAITS: dict[str, tuple[float, float, float]] = {
    "heterogeneity": (0.94, 0.06, 0.45),
    "rim": (0.88, 0.0, 0.5),
    "irregularity": (0.84, 0.05, 0.19),
    "spiculation": (0.8, 0.05, 0.8),
    "washout": (0.6, -0.15, 0.3),
}
# What differs between patients and scans and has nothing to do with the aggressiveness.
NUISANCE: dict[str, tuple[float, float]] = {"uptake": (1.75, 2.15), "gain": (0.75, 1.35), "noise": (3.0, 4.0)}
SIZE_LINK = 0.2


def orthogonal(reference: Vector, count: int, rng: np.random.Generator) -> Vector:
    """Random columns (n, count) of mean 0 and SD 1, uncorrelated with the reference and each other.

    With these the correlations of a simulated cohort are what was planned, not what the seed gave.
    """
    n = len(reference)
    start = np.column_stack([np.ones(n), reference, rng.standard_normal((n, count))])
    basis, upper = np.linalg.qr(start)
    return np.asarray((basis * np.sign(np.diag(upper)))[:, 2:] * np.sqrt(n), np.float64)


def correlated(reference: Vector, noise: Vector, r: float) -> Vector:
    """Standardised mixture whose correlation with the standardised reference is ``r``."""
    return r * reference + np.sqrt(1 - r**2) * noise


def draw_patients(size: DemoSize, seed: int) -> pd.DataFrame:
    """One row per patient: patient, cohort, lnm, age, aggressiveness, side, lesion parameters."""
    rng = np.random.default_rng([seed, 1])
    table = pd.concat([_draw_cohort(cohort, size, rng) for cohort in size.cohorts], ignore_index=True)
    table["age"] = rng.permutation(_ages(len(table)))
    return table


def _draw_cohort(cohort: Cohort, size: DemoSize, rng: np.random.Generator) -> pd.DataFrame:
    n = cohort.patients
    hidden = ndtri((rng.permutation(n) + rng.uniform(0.25, 0.75, n)) / n)
    hidden = (hidden - hidden.mean()) / hidden.std()
    noise = orthogonal(hidden, len(TRAITS) + len(NUISANCE) + 2, rng)
    liability = correlated(hidden, noise[:, 0], size.label)
    volume = correlated(hidden, noise[:, 1], SIZE_LINK)
    columns: dict[str, Any] = {
        "patient": [f"{cohort.code}-{i + 1:03d}" for i in range(n)],
        "cohort": cohort.name,
        "lnm": (np.argsort(np.argsort(liability)) >= n - cohort.positive).astype(int),
        "aggressiveness": hidden + cohort.shift,
        "left": rng.random(n) < 0.5,
        "volume": size.volume[0] * np.exp(size.volume[1] * np.clip(volume, -2.2, 2.2)),
    }
    others = iter(noise[:, 2:].T)
    for name, (r, low, high) in TRAITS.items():
        link = min(r * size.loading, 0.97)
        rank = ndtr(correlated(hidden, next(others), link) + link * cohort.shift)
        columns[name] = low + size.contrast * (high - low) * rank
    for name, (low, high) in NUISANCE.items():
        columns[name] = low + (high - low) * ndtr(next(others))
    return pd.DataFrame(columns)


def _ages(n: int) -> NDArray[np.int64]:
    """Years with the paper's mean 51.16, SD 11.01 and range 29 to 82: a beta distribution's quantiles."""
    spread = beta.ppf((np.arange(n) + 0.5) / n, 2.0, 2.79)
    ages = np.rint(29 + 53 * spread).astype(np.int64)
    ages[0], ages[-1] = 29, 82
    return ages


def clinical_table(patients: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What a hospital would hand over: patient, cohort, age, lnm, receptors, menopause, T, grade."""
    rng = np.random.default_rng([seed, 2])
    n = len(patients)
    hidden = patients["aggressiveness"].to_numpy()
    er = rng.random(n) < 0.75 - 0.1 * np.tanh(hidden)
    pr = np.where(er, rng.random(n) < 0.85, rng.random(n) < 0.08)
    table = patients[["patient", "cohort", "age", "lnm"]].copy()
    table["er"] = np.where(er, "positive", "negative")
    table["pr"] = np.where(pr, "positive", "negative")
    table["her2"] = np.where(rng.random(n) < 0.2, "positive", "negative")
    table["menopausal"] = np.where(table["age"] + rng.normal(0, 3, n) > 51, "post", "pre")
    diameter = 1.25 * (6 / np.pi * patients["volume"].to_numpy()) ** (1 / 3)
    table["clinical_t"] = np.select([diameter <= 20, diameter <= 50], ["T1", "T2"], "T3")
    table["grade"] = np.clip(np.rint(2.2 + 0.3 * hidden + rng.normal(0, 0.5, n)), 1, 3).astype(int)
    table["grade"] = table["grade"].astype("Int64")
    for name, share in {"er": 0.02, "pr": 0.02, "her2": 0.05, "menopausal": 0.03, "grade": 0.04}.items():
        table.loc[rng.random(n) < share, name] = pd.NA
    return table
