"""Where one patient stands among others."""

import pandas as pd


def risk_table(predictions: pd.DataFrame, patient: str, models: list[str]) -> pd.DataFrame:
    """Signatures of a patient with the risk group: [model, value, median, high].

    ``predictions``: [patient, role, ``models``]. The split is the median of all training patients,
    as the biology stages make it; a patient of another cohort is held against the same median.
    """
    row = predictions.set_index("patient").loc[patient, models].astype(float)
    median = predictions.loc[predictions["role"] == "training", models].median()
    table = pd.DataFrame({"model": models, "value": row.to_numpy(), "median": median.to_numpy()})
    return table.assign(high=table["value"] > table["median"])


def ranks(values: pd.DataFrame, patient: str) -> pd.DataFrame:
    """Standing of a patient in each column of ``values`` (patients x columns).

    Frame [name, value, z, rank, n], highest rank first: rank n is the highest value (ties share the
    mean rank), z in standard deviations (n - 1) of the patients given, NaN where they do not vary.
    """
    spread = values.std()
    z = (values.loc[patient] - values.mean()) / spread.where(spread > 0)
    table = pd.DataFrame(
        {
            "name": list(values.columns),
            "value": values.loc[patient].to_numpy(dtype=float),
            "z": z.to_numpy(dtype=float),
            "rank": values.rank().loc[patient].to_numpy(dtype=float),
            "n": values.notna().sum().to_numpy(),
        }
    )
    return table.sort_values("z", ascending=False, ignore_index=True)


def scaled(values: pd.DataFrame) -> pd.DataFrame:
    """Columns of ``values`` (patients x columns) in standard deviations from their mean; constant: NaN."""
    spread = values.std()
    return (values - values.mean()) / spread.where(spread > 0)
