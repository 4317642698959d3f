"""Stages from expression to pathways: modules, traits, enrichment, GSVA, core genes and RadDeepGene.

What computes is imported when it computes: a page that only asks what is stored opens at once.
"""

from typing import TYPE_CHECKING, Any

import pandas as pd

from core.digests import digest, file_digest
from core.genomics.traits import present, trait_table
from core.settings import Settings, as_dict
from core.stages.stage import Context, Inputs, Stage, clinical_inputs
from core.store import Payload, Store
from core.study.manifest import Study

if TYPE_CHECKING:
    from core.genomics.enrichment import GeneSets

NUMBERS = ("numpy", "scipy", "pandas", "statsmodels", "scikit-learn")
GENOMICS = (*NUMBERS, "gseapy", "numba")


def _expression(ctx: Context) -> Payload:
    from core.genomics.expression import prepare, read_expression
    from core.genomics.samples import genes_in_rows, match_samples

    raw = read_expression(ctx.study.expression)  # type: ignore[arg-type]  # only runs with expression
    result = prepare(raw, ctx.study.patients("training"), ctx.settings.expression)
    table, _ = genes_in_rows(raw, ctx.study.patients("training"))
    others, _ = match_samples(table.columns, ctx.study.patients("validation"))
    return {
        "values": result.values,
        "samples": result.samples,
        "means": result.means,
        "info": {**result.info, "validation_patients": len(others)},
    }


def _modules(ctx: Context) -> Payload:
    from core.genomics.coexpression import find_modules

    values = ctx.upstream("expression")["values"]
    found = find_modules(values, ctx.settings.coexpression, progress=ctx.report)
    return {
        "genes": found.genes,
        "eigengenes": found.eigengenes,
        "kme": found.kme,
        "soft_threshold": found.soft_threshold,
        "linkage": found.linkage,
        "info": found.info,
    }


def _traits(ctx: Context) -> pd.DataFrame:
    return trait_table(ctx.upstream("fusion")["predictions"], ctx.study.clinical)


def _module_traits(ctx: Context) -> Payload:
    from core.genomics.module_traits import correlate

    # Grey holds the genes of no module: its eigengene is no result and must not count in q.
    modules = ctx.upstream("modules")["eigengenes"].drop(columns="MEgrey", errors="ignore")
    return {"table": correlate(modules, _traits(ctx))}


def _sets(study: Study) -> "GeneSets":
    from core.genomics.enrichment import read_gmt

    return read_gmt(list(study.genesets))


def _enrichment(ctx: Context) -> Payload:
    from core.genomics.enrichment import enrich

    genes = ctx.upstream("modules")["genes"]
    return {"table": enrich(genes, _sets(ctx.study), list(genes["gene"]))}


def _gsva(ctx: Context) -> Payload:
    from core.genomics.gsva import correlate_scores, score

    sets = _sets(ctx.study)
    chosen = sets.of_the_paper() if ctx.settings.gsva.sets == "paper" else sets.sets
    scores = score(ctx.upstream("expression")["values"], chosen or sets.sets)
    traits = _traits(ctx)
    table = correlate_scores(scores, traits[present(traits)])
    table = table.rename(columns={"gene_set": "pathway", "trait": "signature"})
    table.insert(1, "category", table["pathway"].map(sets.categories))
    return {"scores": scores, "correlations": table}


def _gene_score(ctx: Context) -> Payload:
    from core.evaluation.roc import auc
    from core.genomics.gene_score import fit_gene_score
    from core.genomics.odds_ratio import odds_ratios

    modules, traits = ctx.upstream("modules"), _traits(ctx)
    values = ctx.upstream("expression")["values"]
    fit = fit_gene_score(
        values,
        traits["LNM"].reindex(values.columns),
        traits[["Radiomics high risk", "GoogLeNet high risk"]].reindex(values.columns),
        modules["genes"],
        modules["eigengenes"],
        modules["kme"],
        ctx.settings.gene_score,
    )
    scores = fit.scores.assign(lnm=traits["LNM"].reindex(fit.scores.index))
    judged = scores["lnm"].notna().all() and len(scores) > 0
    outcome = scores["lnm"].to_numpy()
    performance = {n: as_dict(auc(outcome, scores[n])) for n in ("apparent", "out_of_fold") if judged}
    odds = {n: odds_ratios(scores[n].to_numpy(), outcome) for n in ("apparent", "out_of_fold") if judged}
    return {
        "overlap": fit.overlap,
        "core": fit.core,
        "coefficients": fit.coefficients,
        "scores": scores,
        "odds": pd.concat(odds, names=["score"]).reset_index(0) if odds else pd.DataFrame(),
        "info": {**fit.info, "auc": performance},
    }


def expression_inputs(study: Study, store: Store) -> Inputs:
    """Digest of the expression file and of what stages use of the clinical table."""
    content = file_digest(study.expression) if study.expression else ""
    return {"expression": content, **clinical_inputs(study, store)}


def _covariate_inputs(study: Study, _store: Store) -> Inputs:
    return {"clinical": digest(study.clinical.to_csv(index=False))}


def _set_inputs(study: Study, store: Store) -> Inputs:
    sets = {f"{i}": file_digest(path) for i, path in enumerate(study.genesets)}
    return {**sets, **clinical_inputs(study, store)}


def _part(name: str) -> Any:
    def settings(settings: Settings) -> Any:
        return as_dict(getattr(settings, name))

    return settings


def has_expression(study: Study) -> bool:
    """Whether a study has gene expression."""
    return study.expression is not None


def _stage(name: str, title: str, make: Any, upstream: tuple[str, ...], module: str, **more: Any) -> Stage:
    # Stages that use the signatures use the table of traits.
    traits = ("core.genomics.traits",) if "fusion" in upstream else ()
    modules = (f"core.genomics.{module}", *traits)
    return Stage(
        name, title, make, upstream, modules=modules, libraries=GENOMICS, when=has_expression, **more
    )


TRAITS = ("modules", "fusion")
BIOLOGY = (
    _stage(
        "expression", "Expression filter", _expression, (), "expression",
        settings=_part("expression"), inputs=expression_inputs,
    ),
    _stage(
        "modules", "WGCNA modules", _modules, ("expression",), "coexpression",
        settings=_part("coexpression"),
    ),
    _stage(
        "module_traits", "Module-trait correlation", _module_traits, TRAITS, "module_traits",
        inputs=_covariate_inputs,
    ),
    _stage("enrichment", "Pathway enrichment", _enrichment, ("modules",), "enrichment", inputs=_set_inputs),
    _stage(
        "gsva", "GSVA", _gsva, ("expression", "fusion"), "gsva", settings=_part("gsva"), inputs=_set_inputs,
    ),
    _stage(
        "gene_score", "Core genes and RadDeepGene", _gene_score, ("expression", *TRAITS), "gene_score",
        settings=_part("gene_score"), inputs=clinical_inputs,
    ),
)  # fmt: skip
