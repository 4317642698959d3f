"""Simulated frames of the shape that the store holds; figures compute nothing, so any numbers do."""

import numpy as np
import pandas as pd
import pytest

from core.figures.palette import MODELS
from core.figures.slices import Slice

SIZES = {"training": ("TCGA-BRCA", 88, 41), "validation": ("NACT-Pilot", 57, 35)}


@pytest.fixture(scope="session")
def metrics() -> pd.DataFrame:
    rows = []
    for r, (role, (cohort, n, positives)) in enumerate(SIZES.items()):
        for m, model in enumerate(MODELS):
            auc = 0.80 - 0.04 * r + [0.02, 0.01, -0.03, -0.06, 0.07][m]
            rows.append(
                {"cohort": cohort, "role": role, "model": model, "n": n, "positives": positives, "auc": auc,
                 "auc_low": auc - 0.1, "auc_high": min(auc + 0.08, 1.0), "threshold": 0.5}
            )  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture(scope="session")
def roc() -> pd.DataFrame:
    grid = np.linspace(0, 1, 30)
    rows = [
        pd.DataFrame(
            {"cohort": cohort, "role": role, "model": model, "threshold": 1 - grid, "fpr": grid,
             "tpr": grid ** (0.2 + 0.08 * m)}
        )
        for role, (cohort, _, _) in SIZES.items()
        for m, model in enumerate(MODELS)
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="session")
def decision() -> pd.DataFrame:
    grid = np.linspace(0.01, 0.99, 60)
    rows = []
    for role, (cohort, n, positives) in SIZES.items():
        share = positives / n
        curves = {"all": share - (1 - share) * grid / (1 - grid), "none": 0 * grid}
        curves |= {m: share * (1 - grid) ** (0.4 + 0.1 * i) for i, m in enumerate(MODELS)}
        for model, benefit in curves.items():
            rows.append(
                pd.DataFrame(
                    {
                        "cohort": cohort,
                        "role": role,
                        "model": model,
                        "threshold": grid,
                        "net_benefit": benefit,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="session")
def calibration() -> pd.DataFrame:
    rows = []
    for role, (cohort, _, _) in SIZES.items():
        for m, model in enumerate(MODELS):
            for kind, grid in (("group", np.linspace(0.1, 0.9, 5)), ("smooth", np.linspace(0.02, 0.98, 40))):
                observed = np.clip(grid + 0.05 * np.sin(6 * grid + m), 0, 1)
                rows.append(
                    pd.DataFrame(
                        {"cohort": cohort, "role": role, "model": model, "kind": kind, "predicted": grid,
                         "observed": observed, "low": observed - 0.1, "high": observed + 0.1, "n": 11}
                    )
                )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


@pytest.fixture(scope="session")
def module_traits() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    modules = ["brown", "turquoise", "blue", "greenyellow", "darkred", "yellow", "purple", "grey60"]
    traits = ["Radiomics high risk", "GoogLeNet high risk", "LNM"]
    rows = [(m, t, rng.uniform(-0.6, 0.6)) for m in modules for t in traits]
    frame = pd.DataFrame(rows, columns=["module", "trait", "r"])
    p = np.exp(-20 * frame["r"] ** 2)
    return frame.assign(p=p, q=np.minimum(1, 2 * p), n=88)


@pytest.fixture(scope="session")
def axes() -> pd.DataFrame:
    rows = [("Radiomics", v, 100 * v) for v in np.arange(0, 1.01, 0.1).round(1)]
    rows += [("GoogLeNet", v, 55 * v) for v in np.arange(0, 1.01, 0.1).round(1)]
    rows += [("Total points", v, v) for v in range(0, 161, 20)]
    for p in (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        rows.append(("Probability", p, 75 + 18 * np.log(p / (1 - p))))
    return pd.DataFrame(rows, columns=["axis", "value", "points"])


@pytest.fixture(scope="session")
def lesion() -> Slice:
    rows, columns = np.mgrid[:96, :80]
    mask = ((rows - 40) ** 2 / 180 + (columns - 30) ** 2 / 90 < 1).astype(np.uint8)
    image = (60 + 40 * np.sin(rows / 9) + 90 * mask).astype(np.uint8)
    return Slice(image, mask, 0.7, 0.7, "P001", 1)


@pytest.fixture(scope="session")
def clinical() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    frames = []
    for role, (cohort, n, positives) in SIZES.items():
        lnm = np.r_[np.ones(positives, int), np.zeros(n - positives, int)]
        age = rng.normal(51, 11, n).round()
        patient = [f"{cohort}-{k:03d}" for k in range(n)]
        columns = {"patient": patient, "cohort": cohort, "role": role, "lnm": lnm, "age": age}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="session")
def lnm() -> pd.DataFrame:
    rows = [(c, r, n, p, p / n) for r, (c, n, p) in SIZES.items()]
    return pd.DataFrame(rows, columns=["cohort", "role", "n", "positives", "share"])
