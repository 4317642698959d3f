"""Simulated expression for tests of the network: planted modules in noise, as tables genes x samples."""

import numpy as np
import pandas as pd


def planted(
    seed: int, sizes: tuple[int, ...] = (60, 40, 30), noise: int = 120, samples: int = 30
) -> pd.DataFrame:
    """Modules of these sizes around eigengenes of their own, some genes of negative sign, then noise."""
    rng = np.random.default_rng(seed)
    blocks = [rng.normal(size=(noise, samples))]
    for size in sizes:
        share = rng.uniform(0.5, 0.97, (size, 1))
        sign = rng.choice([-1, 1], (size, 1), p=[0.2, 0.8])
        own = rng.normal(size=(size, samples))
        blocks.append(sign * share * rng.normal(size=samples) + np.sqrt(1 - share**2) * own)
    values = np.vstack(blocks)
    order = rng.permutation(len(values))
    genes, columns = [f"g{i:04d}" for i in range(len(values))], [f"s{i:02d}" for i in range(samples)]
    return pd.DataFrame(5 + values[order], genes, columns)
