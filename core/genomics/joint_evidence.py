"""Pathways that both lines of evidence tie to a signature: module enrichment and GSVA correlation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.genomics.gsva_groups import FEWEST, with_signatures
from core.genomics.module_names import GREY
from core.genomics.module_traits import correlate
from core.genomics.traits import HIGH_RISK

JOINT = [
    "pathway", "signature", "module", "overlap", "enrichment_q", "module_r", "module_p", "module_q",
    "gsva_r", "gsva_p", "gsva_q", "n",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """When a pathway counts as supported.

    ``enrichment_q``: it is enriched in a module with q below this. ``limit``: that module's eigengene
    correlates with the signature's risk group, and the pathway's GSVA score with the signature itself,
    each with ``by`` (p or q) below this.
    """

    enrichment_q: float = 0.05
    limit: float = 0.05
    by: Literal["p", "q"] = "p"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What `weigh` found among ``n`` patients.

    ``related`` of `related_modules`; ``correlations`` of `gsva_groups.with_signatures`; ``joint`` of
    `joint_evidence`; ``dots`` of `dots`, every module x pathway.
    """

    n: int
    related: pd.DataFrame
    correlations: pd.DataFrame
    joint: pd.DataFrame
    dots: pd.DataFrame


def weigh(
    enrichment: pd.DataFrame,
    eigengenes: pd.DataFrame,
    scores: pd.DataFrame,
    traits: pd.DataFrame,
    signatures: Sequence[str],
    rule: Rule,
) -> Evidence:
    """Both lines of evidence among the patients of ``traits``; enrichment stays that of all patients.

    ``eigengenes`` patients x ME<colour>, ``scores`` pathways x patients, ``traits`` as `traits.trait_table`.
    q of modules is over modules x all traits, q of pathways over pathways x all signatures of ``traits``,
    whichever ``signatures`` are asked for. Below four patients nothing is related.
    """
    people = [p for p in scores.columns if p in traits.index and p in eigengenes.index]
    images = [name for name in traits if f"{name}{HIGH_RISK}" in traits]
    proper = eigengenes.loc[people].drop(columns=f"ME{GREY}", errors="ignore")
    if len(people) < FEWEST:
        table = pd.DataFrame(columns=["module", "trait", "r", "p", "q", "n"])
    else:
        table = correlate(proper, traits.loc[people])
    correlations = with_signatures(scores[people], traits.loc[people, images])
    joint = joint_evidence(enrichment, table, correlations, signatures, rule)
    related = related_modules(table, signatures, rule)
    return Evidence(len(people), related, correlations, joint, dots(enrichment, joint, rule.enrichment_q))


def related_modules(traits: pd.DataFrame, signatures: Sequence[str], rule: Rule) -> pd.DataFrame:
    """Rows of a module-trait table whose module goes with a signature's risk group.

    ``traits`` [module, trait, r, p, q, n] with traits "<signature> high risk". Returns [module, signature,
    r, p, q, n], smallest p first; NaN (nothing varies, too few patients) never counts.
    """
    wanted = {f"{name}{HIGH_RISK}": name for name in signatures}
    table = traits[traits["trait"].isin(wanted) & (traits[rule.by] < rule.limit)]
    table = table.assign(signature=table["trait"].map(wanted)).sort_values("p", kind="stable")
    return table[["module", "signature", "r", "p", "q", "n"]].reset_index(drop=True)


def joint_evidence(
    enrichment: pd.DataFrame,
    traits: pd.DataFrame,
    correlations: pd.DataFrame,
    signatures: Sequence[str],
    rule: Rule,
) -> pd.DataFrame:
    """Every pathway x module x signature for which both lines of evidence hold under ``rule``.

    ``enrichment`` [module, gene_set, overlap, q, ...]; ``traits`` as `related_modules`; ``correlations``
    [pathway, signature, r, p, q, n] of GSVA scores. Signs need not agree: an enriched module can run
    against its pathway. Returns the columns of `JOINT`, smallest enrichment q first.
    """
    enriched = enrichment.loc[enrichment["q"] < rule.enrichment_q, ["gene_set", "module", "overlap", "q"]]
    enriched = enriched.rename(columns={"gene_set": "pathway", "q": "enrichment_q"})
    modules = related_modules(traits, signatures, rule).drop(columns="n")
    modules = modules.rename(columns={c: f"module_{c}" for c in "rpq"})
    gsva = correlations[correlations[rule.by] < rule.limit].rename(columns={c: f"gsva_{c}" for c in "rpq"})
    both = enriched.merge(modules, on="module").merge(gsva, on=["pathway", "signature"])
    order = ["enrichment_q", "gsva_p", "pathway", "module"]
    return both.sort_values(order, kind="stable", ignore_index=True)[JOINT]


def dots(enrichment: pd.DataFrame, joint: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Module-pathway tests ready to draw, with [share, strength, hit, joint] added.

    share: overlap of the set's genes in the network; strength: -log10 q, infinite where q is 0; hit: q below
    ``limit``; joint: the signatures for which the pair stands in `joint_evidence`, as "Radiomics, DLRN".
    """
    named = joint.groupby(["module", "pathway"], sort=False)["signature"].agg(", ".join)
    pairs = pd.MultiIndex.from_frame(enrichment[["module", "gene_set"]])
    with np.errstate(divide="ignore"):
        strength = -np.log10(enrichment["q"].to_numpy(dtype=np.float64)) + 0.0
    return enrichment.assign(
        share=enrichment["overlap"] / enrichment["set_size"],
        strength=strength,
        hit=enrichment["q"] < limit,
        joint=named.reindex(pairs).fillna("").to_numpy(dtype=object),
    )


def by_pathway(
    drawn: pd.DataFrame, correlations: pd.DataFrame, signatures: Sequence[str], joint: pd.DataFrame
) -> pd.DataFrame:
    """One row per pathway: its strongest module among ``drawn`` (of `dots`), and its GSVA correlations.

    Returns [pathway, category, module, overlap, set_size, q, hits, joint] and per signature [<s> r, <s> p],
    jointly supported first, then by q. hits: modules with q below the limit.
    """
    ordered = drawn.sort_values("p", kind="stable")
    best = ordered.drop_duplicates("gene_set").rename(columns={"gene_set": "pathway"})
    best = best[["pathway", "category", "module", "overlap", "set_size", "q"]].set_index("pathway")
    best["hits"] = drawn.groupby("gene_set")["hit"].sum().astype(int)
    names = joint.drop_duplicates(["pathway", "signature"]).groupby("pathway")["signature"]
    supported = {p: [s for s in signatures if s in set(found)] for p, found in names}
    best["joint"] = [", ".join(supported.get(p, [])) for p in best.index]
    wide = correlations.pivot(index="pathway", columns="signature", values=["r", "p"])
    for name in signatures:
        best[f"{name} r"], best[f"{name} p"] = (wide[(c, name)].reindex(best.index) for c in "rp")
    first = best.assign(none=best["joint"] == "").sort_values(["none", "q"], kind="stable")
    return first.drop(columns="none").reset_index()


def overlap_genes(row: pd.Series, kme: pd.DataFrame) -> pd.DataFrame:
    """Genes that a module shares with a set: [gene, kme], strongest membership first.

    ``row`` of the enrichment table (``genes`` joined by ";"); ``kme`` genes x modules.
    """
    genes = [gene for gene in str(row["genes"]).split(";") if gene]
    table = pd.DataFrame({"gene": genes, "kme": kme[row["module"]].reindex(genes).to_numpy()})
    return table.sort_values("kme", key=abs, ascending=False, kind="stable", ignore_index=True)
