"""Modules related to a signature's risk group, and their core genes (gene significance and kME)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.genomics.correlation import pairwise_pearson, student_p
from core.genomics.module_names import GREY
from core.genomics.module_traits import correlate
from core.settings import GeneScoreSettings

COLUMNS = ["gene", "module", "gs", "gs_p", "kme", "core"]


@dataclass(frozen=True, slots=True)
class Network:
    """A network: ``values`` genes x patients, ``genes`` [gene, module], ``eigengenes`` and ``kme`` of it."""

    values: pd.DataFrame
    genes: pd.DataFrame
    eigengenes: pd.DataFrame
    kme: pd.DataFrame

    def of(self, patients: Sequence[str] | pd.Index) -> "Network":
        """The same network seen in some of the patients."""
        return Network(self.values[list(patients)], self.genes, self.eigengenes.loc[list(patients)], self.kme)


@dataclass(frozen=True, slots=True)
class Selection:
    """The genes of the score, the overlap they come from, and how they were found."""

    genes: list[str]
    overlap: pd.DataFrame
    core: pd.DataFrame
    info: dict[str, Any]


def related_modules(eigengenes: pd.DataFrame, risk: pd.Series, max_p: float) -> tuple[list[str], str]:
    """Modules (grey apart) whose eigengene correlates with the risk group, p below ``max_p``; and a note.

    If none does: the strongest one, and the note says so. If nothing varies: none.
    """
    proper = eigengenes.drop(columns=f"ME{GREY}", errors="ignore")
    if proper.empty:
        return [], "no module"
    table = correlate(proper, risk.to_frame("risk")).dropna(subset="p").sort_values("p", kind="stable")
    found = table.loc[table["p"] < max_p, "module"].tolist()
    if found or table.empty:
        return found, f"p < {max_p:g}" if found else "the risk group does not vary"
    return table["module"].head(1).tolist(), f"no module with p < {max_p:g}: the strongest one"


def core_genes(
    values: pd.DataFrame,
    kme: pd.DataFrame,
    genes: pd.DataFrame,
    risk: pd.Series,
    modules: Sequence[str],
    settings: GeneScoreSettings,
) -> pd.DataFrame:
    """Genes of the modules: [gene, module, gs, gs_p, kme, core], strongest gene significance first.

    ``values`` genes x patients, ``risk`` 0/1 by patient. gs is the Pearson correlation of the gene with
    the risk group (WGCNA's gene significance), gs_p its Student p, kme that to the gene's own module.
    core: abs(gs) > ``min_gs`` and gs_p < ``max_p`` and abs(kme) > ``min_kme``.
    """
    own = genes.loc[genes["module"].isin(modules), ["gene", "module"]].reset_index(drop=True)
    patients = values.columns.intersection(risk.index, sort=False)
    x = values.loc[own["gene"], patients].to_numpy(dtype=np.float64).T
    r, n = pairwise_pearson(x, risk[patients].to_numpy(dtype=np.float64)[:, None])
    strength = [kme.at[gene, module] for gene, module in own.itertuples(index=False)]
    table = own.assign(gs=r[:, 0], gs_p=student_p(r, n)[:, 0], kme=np.array(strength, dtype=np.float64))
    strong = (table["gs"].abs() > settings.min_gs) & (table["gs_p"] < settings.max_p)
    table["core"] = strong & (table["kme"].abs() > settings.min_kme)
    order = table["gs"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order, COLUMNS].reset_index(drop=True)


def significance(values: pd.DataFrame, trait: pd.Series) -> pd.Series:
    """Gene significance by gene: Pearson's r of ``values`` (genes x patients) with a trait by patient."""
    patients = values.columns.intersection(trait.index, sort=False)
    x = values[patients].to_numpy(dtype=np.float64).T
    r, _ = pairwise_pearson(x, trait[patients].to_numpy(dtype=np.float64)[:, None])
    return pd.Series(r[:, 0], index=values.index)


def select(network: Network, risk: pd.DataFrame, settings: GeneScoreSettings) -> Selection:
    """The genes of the score: core for both risk groups (``risk``: radiomics, deep), else for either one.

    Everything is computed on the network's own patients, so that a fold's training part can be given.
    """
    tables, info = [], {}
    for side, name in zip(("radiomics", "deep"), risk.columns, strict=True):
        modules, note = related_modules(network.eigengenes, risk[name], settings.max_p)
        table = core_genes(network.values, network.kme, network.genes, risk[name], modules, settings)
        tables.append(table.assign(signature=side))
        info[side] = {
            "signature": str(name),
            "modules": modules,
            "modules_rule": note,
            "core": int(table["core"].sum()),
        }
    overlap = _overlap(*(table.loc[table["core"], "gene"].tolist() for table in tables))
    common = overlap.loc[overlap["common"], "gene"].tolist()
    genes = common or overlap["gene"].tolist()
    rule = "common core genes" if common else "no common core gene: the union" if genes else "no core gene"
    core = pd.concat(tables, ignore_index=True)[["signature", *COLUMNS]]
    return Selection(
        genes, overlap, core, info | {"common": len(common), "selected": len(genes), "rule": rule}
    )


def _overlap(radiomics: Sequence[str], deep: Sequence[str]) -> pd.DataFrame:
    genes = sorted({*radiomics, *deep})
    table = pd.DataFrame({"gene": pd.Series(genes, dtype=object)})
    table["in_radiomics"], table["in_deep"] = table["gene"].isin(radiomics), table["gene"].isin(deep)
    return table.assign(common=table["in_radiomics"] & table["in_deep"])
