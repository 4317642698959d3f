"""Pure noise: leak-free AUCs lie at 0.5, the published order's far above, and permutation P is uniform.

100 patients, half of them LNM positive, 1,000 features without any signal. AUCs: 50 seeds with the default
forest. Permutation P: 40 seeds with 99 permutations each and a forest of 25 trees, since 20,000 fits of 200
trees would take a quarter of an hour; a small forest changes how sharp the test is, not whether its P is
uniform under the null. A large forest votes finely enough for ties to be rare.
"""

import os

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.stats import kstest

from core.evaluation.optimism import aucs, permutation_p
from core.models.refits.cohort import Cohort, cohort
from core.models.refits.fit import out_of_fold
from core.models.refits.permutation import permuted
from core.settings import ForestSettings, ResamplingSettings, SelectionSettings

PATIENTS, FEATURES, KEPT = 100, 1000, 41
SEEDS, TESTED, PERMUTATIONS = 50, 40, 99
WORKERS = min(2, os.cpu_count() or 1)


def noise(seed: int, trees: int) -> Cohort:
    rng = np.random.default_rng([20240416, seed])
    index = pd.Index([f"P{i:03d}" for i in range(PATIENTS)])
    X = pd.DataFrame(rng.normal(size=(PATIENTS, FEATURES)), index=index)
    y = pd.Series(rng.permutation(np.arange(PATIENTS) % 2), index=index)
    forest = ForestSettings(trees=trees, seed=seed)
    return cohort(
        {"noise": X}, y, {"noise": SelectionSettings(keep=KEPT)}, forest, ResamplingSettings(seed=seed)
    )


def both(seed: int) -> dict[str, float]:
    of = noise(seed, 200)
    presets = ("leak_free", "published")
    return {preset: aucs(of.target, out_of_fold(of, of.target, preset))["noise"] for preset in presets}


def p_of_noise(seed: int) -> float:
    runs = permuted(noise(1000 + seed, 25), PERMUTATIONS, -1, seed)
    areas = [aucs(target, found["leak_free"])["noise"] for target, found in runs]
    return permutation_p(areas[0], areas[1:])


def test_only_selection_outside_the_folds_finds_something_in_noise() -> None:
    found = pd.DataFrame(Parallel(n_jobs=WORKERS)(delayed(both)(seed) for seed in range(SEEDS)))
    mean, spread = found.mean(), found.std(ddof=1)
    print(f"\nnoise, {SEEDS} seeds: AUC mean (SD) {mean.round(3).to_dict()} ({spread.round(3).to_dict()})")
    assert 0.45 <= mean["leak_free"] <= 0.55
    assert mean["published"] > 0.6


def test_permutation_p_is_uniform_on_noise() -> None:
    found = np.array(Parallel(n_jobs=WORKERS)(delayed(p_of_noise)(seed) for seed in range(TESTED)))
    # P is uniform on 1/100, ..., 1: half a step lower its steps straddle the uniform line.
    test = kstest(found - 0.5 / (1 + PERMUTATIONS), "uniform")
    print(f"\nnoise, {TESTED} seeds x {PERMUTATIONS} permutations: Kolmogorov-Smirnov P {test.pvalue:.3f}")
    assert test.pvalue > 0.01
