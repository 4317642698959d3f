"""Writes table.csv (batch and 12 features of 30 patients), and combat.csv: neuroCombat 0.2.12 on them.

pip install neuroCombat==0.2.12 "numpy==1.26.4" "pandas==2.3.3"; python make_combat.py

Its iteration stops at a relative change of 1e-4 (combat_default.csv); in combat.csv it goes on to 1e-13.
new.csv: three more patients, and neuroCombatFromTraining of them.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from neuroCombat import neuroCombat, neuroCombatFromTraining

HERE = Path(__file__).parent
SIZES = {"GE": 14, "Philips": 4, "Siemens": 12}
SHIFT, SCALE = {"GE": 0.0, "Philips": 2.0, "Siemens": -1.0}, {"GE": 1.0, "Philips": 2.0, "Siemens": 0.6}


def patients(sizes: dict[str, int], random: np.random.Generator) -> pd.DataFrame:
    """Table [batch, f0 ... f11]; features of different size, batches of different mean and spread."""
    size = np.geomspace(1e-3, 1e4, 12)
    rows = []
    for name, n in sizes.items():
        values = SHIFT[name] + random.normal(0, 0.3, 12) + SCALE[name] * random.normal(size=(n, 12))
        rows.append(
            pd.DataFrame((5 + values) * size, columns=[f"f{i}" for i in range(12)]).assign(batch=name)
        )
    return pd.concat(rows, ignore_index=True)[["batch", *(f"f{i}" for i in range(12))]]


def main() -> None:
    """Write the files."""
    random = np.random.default_rng(11)
    table = patients(SIZES, random).sample(frac=1, random_state=1).reset_index(drop=True)
    new = patients(dict.fromkeys(SIZES, 1), random)
    table.to_csv(HERE / "table.csv", index=False)
    names = list(table.columns[1:])
    for file, limit in (("combat.csv", 1e-13), ("combat_default.csv", 1e-4)):
        sys.modules[neuroCombat.__module__].it_sol.__defaults__ = (limit,)
        found = neuroCombat(table[names].T.to_numpy(), table[["batch"]], "batch")
        pd.DataFrame(found["data"].T, columns=names).to_csv(HERE / file, index=False)
        if limit < 1e-4:
            later = neuroCombatFromTraining(
                new[names].T.to_numpy(), new["batch"].to_numpy(), found["estimates"]
            )
            after = pd.DataFrame(later["data"].T, columns=[f"{name}_after" for name in names])
            pd.concat([new, after], axis=1).to_csv(HERE / "new.csv", index=False)


if __name__ == "__main__":
    main()
