"""Methods texts of the module pages."""

from typing import Any

from core.genomics.hub_network import MATRIX, NEIGHBOURS, NODES
from core.settings import CoexpressionSettings, GeneScoreSettings

# tests/genomics compares all of it with R WGCNA 1.72: same partition and colours, values within 1e-9.
AS_R = "computed as R's blockwiseModules does on complete data in one block"
IN_BLOCKS = "by the steps of R's blockwiseModules on complete data, in {} blocks of correlated genes"
CORRELATIONS = {"pearson": "Pearson's correlation", "bicor": "the biweight midcorrelation"}


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
    how = AS_R if info["blocks"] == 1 else IN_BLOCKS.format(info["blocks"])
    outside = f" {flat} genes that do not vary stayed outside." if flat else ""
    return (
        f"Weighted gene co-expression network analysis (WGCNA), {how}, of log2(x + 1) expression, "
        f"{info['genes']:,} genes in {info['samples']} training patients, with "
        f"{CORRELATIONS[settings.correlation]}. Network: {settings.network}, soft-thresholding power "
        f"{power_said(info)}; topological overlap ({settings.tom} TOM); average linkage of 1 - TOM; "
        f"{_cut_said(settings)} Grey holds the genes of no module.{outside} Eigengene: first right singular "
        "vector of a module's scaled expression, its sign that of the mean. kME: Pearson correlation of a "
        "gene with an eigengene; hub genes have the largest absolute kME. Scale-free fit: R² of log10 p(k) "
        f"on log10 k, signed by the slope. Hub network: the {NODES} genes of largest absolute kME, each "
        f"joined to the {NEIGHBOURS} with which it has the largest topological overlap, placed by springs "
        f"(Fruchterman and Reingold 1991). Heat map: overlap of the {MATRIX} genes of largest absolute kME "
        "at most, in the order of an average-linkage tree of 1 - TOM. Gene significance: Pearson correlation "
        "of a gene with the trait, P not corrected."
    )


def _cut_said(settings: CoexpressionSettings) -> str:
    """The tree cut and what follows it."""
    side = " on their side of the tree" if settings.pam_respects_dendro else ""
    return (
        f"hybrid tree cut (minimum size {settings.min_size}, deepSplit {settings.deep_split}; genes outside "
        f"the branches joined the nearest module{side}). Modules with fewer than a third of the minimum size "
        f"above a kME of {settings.min_core_kme:g} were dropped, and genes below {settings.min_kme_stay:g} "
        "left theirs; a gene moved to another module if the p of its kME there was below "
        f"{settings.reassign_threshold:g} times that of its own; modules whose eigengenes correlate above "
        f"{1 - settings.merge_height:g} were merged."
    )


def traits_text(
    n: int, tests: int, shared: tuple[str, str], limits: GeneScoreSettings, filtered: bool = False
) -> str:
    """Methods of the module-trait page: ``n`` patients, ``tests`` behind q, the traits of the shared rule."""
    part = " that pass the filter; modules and medians are those of all" if filtered else ""
    return (
        "Module eigengenes were correlated (Pearson) with LNM, clinical covariates (two values as 0 and 1, "
        f"stages as numbers) and the out-of-fold image signatures of {n} training "
        f"patients{part}. High risk: signature above their median. P: two-sided, "
        f"Student's t with n - 2 degrees of freedom; q: Benjamini-Hochberg over all {tests} module-trait "
        "tests; 95% CI: Fisher's z. A module was called shared with P < 0.05 (not corrected) for both "
        f"{shared[0]} and {shared[1]}, whatever the sign. Gene significance (GS): Pearson correlation of a "
        f"gene with the trait. Core genes: |kME| > {limits.min_kme:g} and |GS| > {limits.min_gs:g} with P < "
        f"{limits.max_p:g}. Pathways: one-sided hypergeometric test against all genes of the network, q "
        "over every module and gene set."
    )
