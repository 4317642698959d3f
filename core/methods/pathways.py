"""Methods text on enrichment, GSVA and the gene score, from the study's own settings and counts."""

from collections.abc import Sequence
from typing import Any

from core.genomics.gene_score import FOLDS, PENALTY, REPEATS
from core.genomics.gsva import MAX_SIZE, MIN_SIZE
from core.genomics.joint_evidence import Rule
from core.settings import GeneScoreSettings

HIGH_RISK = "High risk: signature (out-of-fold) above its median among all training patients."


def pathways_text(
    tests: int, modules: int, pathways: int, genes: int, rule: Rule, names: Sequence[str]
) -> str:
    """Enrichment, and the rule by which both lines of evidence agree."""
    by = "P" if rule.by == "p" else "q"
    return (
        f"Over-representation of {pathways} gene sets in {modules} WGCNA modules was tested with the "
        f"one-sided hypergeometric test against the {genes:,} genes of the network; q values are "
        f"Benjamini-Hochberg over all {tests:,} module-pathway tests, pairs without common genes included. "
        f"A pathway counts as supported by both lines of evidence if it is enriched (q < "
        f"{rule.enrichment_q:g}) in a module whose eigengene correlates with the risk group of a signature "
        f"({by} < {rule.limit:g}) and its GSVA score correlates with the same signature ({by} < "
        f"{rule.limit:g}; Pearson). Signatures: {', '.join(names)}. {HIGH_RISK}"
    )


def gsva_text(pathways: int, patients: int, signatures: int, groupings: int) -> str:
    """GSVA, its correlations and its group tests."""
    return (
        f"Activity of {pathways} gene sets in {patients} patients was scored with GSVA (Gaussian kernel, "
        f"sets with {MIN_SIZE} to {MAX_SIZE} measured genes; gseapy) on log2 expression. Scores were "
        f"correlated with {signatures} signatures (Pearson, Fisher 95% CI) and compared between "
        f"{groupings} groupings (LNM and risk groups; two-sided Mann-Whitney test). "
        f"q values are Benjamini-Hochberg over all "
        f"{pathways * signatures:,} correlations and over all {pathways * groupings:,} group tests. "
        f"{HIGH_RISK} Clustering: Ward linkage on Euclidean distance, optimal leaf ordering."
    )


def gene_score_text(settings: GeneScoreSettings, info: dict[str, Any]) -> str:
    """Core genes, the ridge score, its resampling and its odds ratios."""
    return (
        "Core genes of a signature: genes of the modules whose eigengene correlates with its risk group "
        f"(P < {settings.max_p:g}; else the strongest module) with abs(gene significance) > "
        f"{settings.min_gs:g} at P < {settings.max_p:g} and abs(kME) > {settings.min_kme:g}. RadDeepGene is "
        f"a ridge logistic regression of LNM (penalty C = {PENALTY:g} on standardised genes) on the core "
        "genes that both signatures share; where they share none, on those of either. Out-of-fold: related "
        "modules, core genes, standardisation and regression were repeated in the training part of each of "
        f"{info.get('folds', FOLDS * REPEATS)} folds ({FOLDS}-fold stratified at most, {REPEATS} repeats); "
        "the network itself was built on all patients, without the outcome. AUC with DeLong 95% CI. Odds "
        "ratios per unit (probability 0 to 1) and per standard deviation of the score: maximum likelihood "
        "(Wald) and Firth's penalised likelihood (profile interval, likelihood-ratio test). " + HIGH_RISK
    )
