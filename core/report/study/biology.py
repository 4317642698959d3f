"""Report on the biology: modules, their traits, pathways, GSVA, the gene score."""

from functools import partial
from typing import Any

import pandas as pd

from core.evaluation.roc import auc, roc_points
from core.figures.dendrogram import dendrogram_figure
from core.figures.gene_score import overlap_figure, score_roc_figure
from core.figures.gsva import heat_figure
from core.figures.module_traits import module_trait_figure
from core.figures.modules import sizes_figure, soft_threshold_figure
from core.figures.pathways import dot_figure, pathway_name
from core.figures.text import estimate, number, p_number
from core.genomics.clustering import pathway_order, patient_order
from core.genomics.dendrogram import colour_bar, leaf_order, simplify
from core.genomics.gsva_groups import with_signatures
from core.genomics.joint_evidence import Evidence, Rule, weigh
from core.genomics.module_links import module_table
from core.genomics.traits import present, trait_table
from core.methods import modules as module_words
from core.methods import pathways as pathway_words
from core.report.study.parts import Plot, Results, Section, Table

RULE = Rule()


def modules(results: Results) -> Section:
    """Dendrogram, sizes, soft threshold and the correlation of every module with every trait."""
    genes, traits = results.frame("modules", "genes"), results.frame("module_traits", "table")
    kme, info, linkage, soft = (
        results.frame("modules", name) for name in ("kme", "info", "linkage", "soft_threshold")
    )
    settings, count = results.study.settings, int((genes.loc[:, "module"] != "grey").sum())
    names = int(genes.loc[genes["module"] != "grey", "module"].nunique())
    found = f"**{names} modules** of {count:,} genes; {len(genes) - count:,} are in none (grey)."
    tree, table = simplify(linkage), module_table(genes, kme, traits)
    strips = colour_bar(genes["module"], leaf_order(linkage))
    how = module_words.found_how(info, settings.coexpression)
    parts: list[str | Plot | Table] = [
        f"{found} {how}",
        Plot(partial(dendrogram_figure, tree.x, tree.y, strips, ""), "Average linkage of 1 - TOM."),
        Plot(partial(soft_threshold_figure, soft, info["power"], settings.coexpression.r_squared)),
    ]
    if names:
        heat = partial(module_trait_figure, traits, sizes=info["sizes"])
        cells = int(traits["p"].notna().sum())
        caption = f"Pearson's r (q); bold: q < 0.05; q: Benjamini-Hochberg over all {cells} tests."
        parts += [Plot(partial(sizes_figure, table, "")), Plot(heat, caption), Table(_modules(table))]
    text = module_words.modules_text(info, settings.coexpression)
    return Section(tuple(parts), text)


def _modules(table: pd.DataFrame) -> pd.DataFrame:
    printed = table.rename(columns={"module": "Module", "genes": "Genes", "trait": "Strongest trait"})
    printed["r"] = [number(r) for r in table["r"].astype(float)]
    for column, name in (("p", "P"), ("q", "q")):
        printed[name] = [p_number(p) for p in table[column].astype(float)]
    columns = ["Module", "Genes", "Strongest trait", "r", "P", "q", "hubs"]
    return printed[columns].rename(columns={"hubs": "Hub genes by |kME|"})


def pathways(results: Results) -> Section:
    """Enrichment of the modules, and the pathways that GSVA ties to the same signature."""
    traits, scores = _traits(results), results.frame("gsva", "scores")
    names = present(traits)
    enriched = results.frame("enrichment", "table")
    found = weigh(enriched, results.frame("modules", "eigengenes"), scores, traits, names, RULE)
    hits = found.dots[found.dots["hit"]]
    columns = list(dict.fromkeys(hits.sort_values("module_size", ascending=False)["module"]))
    rows = list(dict.fromkeys(hits["gene_set"]))
    count = f"{len(hits)} of {len(found.dots):,} module-pathway tests have q < {RULE.enrichment_q:g}."
    parts: list[str | Plot | Table] = [f"{count} {_joint(found)}"]
    if rows:
        caption = "Area: share of the pathway's genes in the module. Ring: GSVA correlates as well."
        parts.append(Plot(partial(dot_figure, found.dots, columns, rows), caption))
    text = pathway_words.pathways_text(
        len(enriched), enriched["module"].nunique(), enriched["gene_set"].nunique(),
        len(results.frame("modules", "genes")), RULE, names,
    )  # fmt: skip
    return Section(tuple(parts), text)


def _joint(found: Evidence) -> str:
    both = found.joint.groupby("pathway", sort=False)["signature"].unique()
    said = [f"**{pathway_name(pathway)}** ({', '.join(names)})" for pathway, names in both.items()]
    return "By both enrichment and GSVA: " + (", ".join(said) if said else "none") + "."


def gsva(results: Results) -> Section | None:
    """Activity of the pathways in every patient beside the signature of the strongest correlation."""
    scores, stored = results.frame("gsva", "scores"), results.frame("gsva", "correlations")
    if stored["p"].isna().all():
        return None
    traits = _traits(results)
    traits = traits[traits.index.isin(scores.columns)]
    correlations = with_signatures(scores[list(traits.index)], traits[present(traits)])
    best = correlations.loc[correlations["p"].idxmin()]
    signature = str(best["signature"])
    groups = traits[["LNM", f"{signature} high risk", signature]].set_axis(["lnm", "high", "value"], axis=1)
    categories = stored.drop_duplicates("pathway").set_index("pathway")["category"]
    order = patient_order(scores[list(traits.index)], groups, "Signature")
    blocks = pathway_order(scores, categories, "Category")
    own = correlations[correlations["signature"] == signature]
    said = (
        f"**{pathway_name(str(best['pathway']))}** goes most strongly with {signature}: r = "
        f"{estimate(best['r'], best['low'], best['high'])}; {int((correlations['q'] < 0.05).sum())} of "
        f"{len(correlations)} correlations have q < 0.05."
    )
    plot = Plot(partial(heat_figure, scores[order], groups, blocks, own, signature), "Bars: Pearson's r.")
    text = pathway_words.gsva_text(
        scores.shape[0], scores.shape[1], len(present(traits)), 1 + len(present(traits))
    )
    return Section((said, plot), text)


def gene_score(results: Results) -> Section:
    """Core genes of two signatures, and the score on those that they share."""
    info = results.frame("gene_score", "info")
    overlap, scores = results.frame("gene_score", "overlap"), results.frame("gene_score", "scores")
    first, second = (str(info[s]["signature"]).removesuffix(" high risk") for s in ("radiomics", "deep"))
    counts = f"{first} has {info['radiomics']['core']:,} core genes, {second} {info['deep']['core']:,}"
    parts: list[str | Plot | Table] = [
        f"{counts}; **{info['common']:,} are common**.",
        Plot(partial(overlap_figure, overlap, (first, second))),
    ]
    if len(scores):
        parts.append(_score_roc(scores))
    text = pathway_words.gene_score_text(results.study.settings.gene_score, info)
    return Section(tuple(parts), text)


def _score_roc(scores: pd.DataFrame) -> Plot:
    kinds = ("out_of_fold", "apparent")
    found = {kind: auc(scores["lnm"], scores[kind]) for kind in kinds}
    areas: dict[str, Any] = {kind: (area.auc, area.low, area.high) for kind, area in found.items()}
    curves = {kind: roc_points(scores["lnm"], scores[kind]) for kind in kinds}
    title = f"n = {len(scores)}, {int((scores['lnm'] == 1).sum())} LNM positive"
    return Plot(partial(score_roc_figure, curves, areas, title), "RadDeepGene; AUC with DeLong 95% CI.")


def _traits(results: Results) -> pd.DataFrame:
    return trait_table(results.frame("fusion", "predictions"), results.study.clinical)
