"""What stands behind one module, and behind its correlation with one trait."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from core.genomics.module_names import GREY
from core.genomics.module_traits import correlate

FEWEST = 4  # patients: with three the interval of r is the whole line


@dataclass(frozen=True, slots=True)
class Pair:
    """An eigengene against a trait.

    ``points`` [patient, trait, eigengene], complete pairs; Pearson's ``r`` with 95% CI (Fisher's z) and
    two-sided ``p``; NaN where one of the two does not vary or fewer than four patients have both.
    """

    points: pd.DataFrame
    r: float
    low: float
    high: float
    p: float
    slope: float
    intercept: float

    @property
    def n(self) -> int:
        """Patients with both values."""
        return len(self.points)


def pair(eigengene: pd.Series, trait: pd.Series) -> Pair:
    """One eigengene and one trait over the patients that have both (index: patients)."""
    both = pd.concat([trait.rename("trait"), eigengene.rename("eigengene")], axis=1, join="inner").dropna()
    points = both.rename_axis("patient").reset_index()
    if len(both) < FEWEST or (both.nunique() < 2).any():
        return Pair(points, *[float("nan")] * 6)
    test = stats.pearsonr(both["trait"], both["eigengene"])
    interval = test.confidence_interval(0.95)
    line = stats.linregress(both["trait"], both["eigengene"])
    numbers = test.statistic, interval.low, interval.high, test.pvalue, line.slope, line.intercept
    return Pair(points, *map(float, numbers))


def correlations(eigengenes: pd.DataFrame, traits: pd.DataFrame, patients: list[str]) -> pd.DataFrame:
    """`correlate` over some of the patients; modules stay as they are, grey is none.

    Empty where fewer than four of the patients are in both tables.
    """
    inside = traits.index.intersection(eigengenes.index, sort=False)
    inside = inside[inside.isin(patients)]
    proper = eigengenes.drop(columns=f"ME{GREY}", errors="ignore")
    if len(inside) < FEWEST or proper.empty:
        return pd.DataFrame(columns=["module", "trait", "r", "p", "q", "n"])
    return correlate(proper, traits.loc[inside])


def shared_modules(table: pd.DataFrame, traits: tuple[str, str], max_p: float = 0.05) -> list[str]:
    """Modules with P below ``max_p`` for both traits, whatever the sign; the smallest larger P first."""
    wide = table.pivot(index="module", columns="trait", values="p").reindex(columns=list(traits))
    larger = wide.max(axis=1, skipna=False)
    return list(map(str, larger[larger < max_p].sort_values(kind="stable").index))


def hubs(genes: pd.DataFrame, kme: pd.DataFrame, module: str, count: int | None = None) -> pd.DataFrame:
    """Genes of a module by falling abs(kME): [gene, kme]; ``kme`` genes x modules."""
    own = genes.loc[genes["module"] == module, "gene"]
    strength = kme.loc[own, module]
    order = strength.abs().sort_values(ascending=False, kind="stable").index[:count]
    return pd.DataFrame({"gene": order.astype(str), "kme": strength[order].to_numpy()})


def strongest(table: pd.DataFrame) -> tuple[str, str]:
    """Module and trait with the smallest P of a module-trait table; of none that was tested, the first."""
    row = table.iloc[int(table["p"].astype(float).fillna(2.0).argmin())]
    return str(row["module"]), str(row["trait"])


def module_table(
    genes: pd.DataFrame, kme: pd.DataFrame, correlated: pd.DataFrame | None, count: int = 5
) -> pd.DataFrame:
    """One row per module, largest first, grey left out: [module, genes, trait, r, p, q, n, hubs].

    trait, r, p, q, n are of the correlation with the smallest P, missing where ``correlated`` is None;
    hubs the ``count`` genes of largest abs(kME).
    """
    sizes = genes.loc[genes["module"] != GREY, "module"].value_counts()
    sizes = sizes.sort_index().sort_values(ascending=False, kind="stable")
    table = pd.DataFrame({"module": sizes.index.astype(str), "genes": sizes.to_numpy()})
    columns = ["trait", "r", "p", "q", "n"]
    if correlated is None or correlated.empty:
        table[columns] = np.nan
    else:
        best = correlated.sort_values("p", kind="stable").drop_duplicates("module").set_index("module")
        table[columns] = best.reindex(table["module"])[columns].to_numpy()
    table["hubs"] = [", ".join(hubs(genes, kme, m, count)["gene"]) for m in table["module"]]
    return table
