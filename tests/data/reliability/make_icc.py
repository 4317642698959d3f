"""Writes readings.csv (four readers, 12 patients, 6 features) and icc.csv: what pingouin 0.7.0 says of them.

pip install pingouin==0.7.0; python make_icc.py
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pingouin

HERE = Path(__file__).parent
NOISE = {"steady": 0.05, "good": 0.4, "middling": 1.0, "poor": 3.0, "shifted": 0.3, "scaled": 0.3}


def readings() -> pd.DataFrame:
    """Long table [reader, patient, one column per feature]."""
    random = np.random.default_rng(7)
    true = random.normal(size=(12, len(NOISE)))
    rows = []
    for reader in range(4):
        table = true + random.normal(size=true.shape) * list(NOISE.values())
        table[:, 4] += reader  # a reader who measures higher throughout
        table[:, 5] *= 1 + reader / 2
        rows.append(pd.DataFrame(table, columns=list(NOISE)).assign(reader=reader, patient=range(12)))
    return pd.concat(rows)[["reader", "patient", *NOISE]].round(6)


def main() -> None:
    """Write both files."""
    table = readings()
    table.to_csv(HERE / "readings.csv", index=False)
    pingouin.options["round.column.CI95"] = None
    found = []
    for feature in NOISE:
        result = pingouin.intraclass_corr(table, "patient", "reader", feature, nan_policy="raise")
        row = result[result["Type"] == "ICC(A,1)"].iloc[0]
        low, high = row["CI95"]
        found.append({"feature": feature, "icc": row["ICC"], "low": low, "high": high})
    pd.DataFrame(found).to_csv(HERE / "icc.csv", index=False)


if __name__ == "__main__":
    main()
