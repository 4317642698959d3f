"""Methods texts of the module pages."""

from typing import Any

from core.settings import CoexpressionSettings, GeneScoreSettings

HYBRID = "hybrid tree cut of PyWGCNA, which is not R's partition gene by gene"


def found_how(info: dict[str, Any], settings: CoexpressionSettings) -> str:
    """How the modules of a study were found, in one sentence; ``info`` is that of `find_modules`."""
    return (
        f"{settings.network.capitalize()} network of {info['samples']} training patients: power "
        f"{power_said(info)}, {settings.tom} TOM, average linkage, minimum size "
        f"{settings.min_size}, deepSplit {settings.deep_split}, merge height {settings.merge_height:g}."
    )


def power_said(info: dict[str, Any]) -> str:
    """``4 (smallest with R² of at least 0.85)``."""
    return f"{info['power']} ({info['power_rule']})".replace("^2", "²")


def modules_text(info: dict[str, Any], settings: CoexpressionSettings) -> str:
    """Methods of the modules page."""
    flat = info["constant_genes"]
    outside = f" {flat} genes that do not vary stayed outside." if flat else ""
    return (
        "Weighted gene co-expression network analysis (WGCNA) of log2(x + 1) expression, "
        f"{info['genes']:,} genes in {info['samples']} training patients, with Pearson's correlation. "
        f"Network: {settings.network}, soft-thresholding power {power_said(info)}; "
        f"topological overlap ({settings.tom} TOM); average linkage of 1 - TOM; {HYBRID} (minimum size "
        f"{settings.min_size}, deepSplit {settings.deep_split}). Genes with a kME below 0.3 left their "
        f"module; modules whose eigengenes correlate above {1 - settings.merge_height:g} were merged. Grey "
        f"holds the genes of no module.{outside} Eigengene: first right singular vector of a module's scaled "
        "expression, its sign that of the mean. kME: Pearson correlation of a gene with an eigengene; hub "
        "genes have the largest absolute kME. Scale-free fit: R² of log10 p(k) on log10 k, signed by the "
        "slope."
    )


def traits_text(
    n: int, tests: int, shared: tuple[str, str], limits: GeneScoreSettings, filtered: bool = False
) -> str:
    """Methods of the module-trait page: ``n`` patients, ``tests`` behind q, the traits of the shared rule."""
    part = " that pass the filter; modules and medians are those of all" if filtered else ""
    return (
        "Module eigengenes were correlated (Pearson) with LNM, age and the out-of-fold image signatures of "
        f"{n} training patients{part}. High risk: signature above their median. P: two-sided, "
        f"Student's t with n - 2 degrees of freedom; q: Benjamini-Hochberg over all {tests} module-trait "
        "tests; 95% CI: Fisher's z. A module was called shared with P < 0.05 (not corrected) for both "
        f"{shared[0]} and {shared[1]}, whatever the sign. Gene significance (GS): Pearson correlation of a "
        f"gene with the trait. Core genes: |kME| > {limits.min_kme:g} and |GS| > {limits.min_gs:g} with P < "
        f"{limits.max_p:g}. Pathways: one-sided hypergeometric test against all genes of the network, q "
        "over every module and gene set."
    )
