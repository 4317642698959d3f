"""Settings of gene expression: its scale, modules, their preservation, gene sets and the gene score."""

from dataclasses import dataclass
from typing import Literal

NetworkType = Literal["unsigned", "signed", "signed hybrid"]
CorrelationType = Literal["pearson", "bicor"]


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """``scale``: of the file, log2 (already log2(x + 1)), linear, or auto: log2 if it looks so, else asked.

    ``negatives``: of a linear scale become zero before the logarithm, or their genes drop, or are refused;
    patients whose standardised connectivity is below ``min_z`` are dropped, None: none is.
    """

    scale: Literal["auto", "log2", "linear"] = "auto"
    min_mean: float = 1.0
    negatives: Literal["refuse", "zero", "drop"] = "refuse"
    min_z: float | None = None


@dataclass(frozen=True, slots=True)
class CoexpressionSettings:
    """WGCNA. ``power`` None: the smallest with scale-free R^2 at least ``r_squared``, else 6.

    ``pam_respects_dendro``, ``reassign_threshold``, ``min_core_kme`` and ``min_kme_stay`` have the names
    and the defaults of R's `blockwiseModules` (pamRespectsDendro, reassignThreshold, minCoreKME,
    minKMEtoStay). ``tom`` is R's TOMType, whose default there is "signed": with an unsigned network too.
    ``correlation`` is R's corType: of the genes, and of genes and modules with eigengenes where modules are
    made; the kME that is reported is Pearson's, as R's `signedKME` gives it.
    ``max_genes``: more are cut in blocks (R's maxBlockSize, 5000 there); None: all in one.
    """

    power: int | None = None
    r_squared: float = 0.85
    network: NetworkType = "unsigned"
    tom: Literal["unsigned", "signed"] = "unsigned"
    min_size: int = 60
    deep_split: int = 3
    merge_height: float = 0.25
    pam_respects_dendro: bool = True
    reassign_threshold: float = 1e-6
    min_core_kme: float = 0.5
    min_kme_stay: float = 0.3
    max_genes: int | None = None
    correlation: CorrelationType = "pearson"


@dataclass(frozen=True, slots=True)
class PreservationSettings:
    """Module preservation: random draws of genes, and the scale of a second expression file.

    ``scale`` and ``negatives`` as in ``ExpressionSettings``.
    """

    permutations: int = 200
    seed: int = 20240416
    scale: Literal["auto", "log2", "linear"] = "auto"
    negatives: Literal["refuse", "zero", "drop"] = "refuse"


@dataclass(frozen=True, slots=True)
class GsvaSettings:
    """``sets`` scored: the paper's 36 pathways where the files have any of them, or all of the files."""

    sets: Literal["paper", "all"] = "paper"


@dataclass(frozen=True, slots=True)
class GeneScoreSettings:
    """Core genes: abs(GS) with its p against the risk group, and abs(kME)."""

    min_gs: float = 0.2
    max_p: float = 0.05
    min_kme: float = 0.8
    seed: int = 20240416
