"""Every setting of every stage, with the defaults of the design; frozen, hashed into store keys."""

from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Backbone = Literal["googlenet", "resnet50"]
Preset = Literal["leak_free", "published"]
Weighing = Literal["relieff", "surf", "multisurf", "fae"]
Learning = Literal["forest", "logistic", "svm", "boosting"]
NetworkType = Literal["unsigned", "signed", "signed hybrid"]
CorrelationType = Literal["pearson", "bicor"]


@dataclass(frozen=True, slots=True)
class RadiomicsSettings:
    """PyRadiomics settings of the 1781 features; lengths in mm, intensities after normalisation."""

    spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)
    bin_width: float = 5.0
    normalize_scale: float = 100.0
    voxel_array_shift: int = 300
    pad_distance: int = 5
    log_sigmas: tuple[float, ...] = (1.0, 2.0, 3.0, 4.0, 5.0)
    label: int = 1


@dataclass(frozen=True, slots=True)
class PeritumoralSettings:
    """The ring around the lesion as a second region, ``width_mm`` wide; None: there is no such region."""

    width_mm: float | None = None


@dataclass(frozen=True, slots=True)
class RobustnessSettings:
    """Perturbed masks of one reader, lengths in mm, for training ``patients`` drawn by ``seed``."""

    patients: int = 30
    erode_mm: float = 1.0
    dilate_mm: float = 1.0
    shift_mm: float = 1.0
    noise_mm: float = 1.0
    smooth_mm: float = 3.0
    seed: int = 20240416


@dataclass(frozen=True, slots=True)
class PatchSettings:
    """Key slice, intensity window and patch that the deep features see."""

    window: Literal["auto", "published"] = "auto"
    level: float = 1600.0
    width: float = 800.0
    margin: float = 1.5
    size: int = 224


@dataclass(frozen=True, slots=True)
class DeepSettings:
    """Backbone weights: ImageNet where they can be had, else seeded random ones if allowed."""

    allow_random: bool = True
    seed: int = 20240416


@dataclass(frozen=True, slots=True)
class OcclusionSettings:
    """Squares that hide a place of the patch: ``side`` and distance of neighbours, in pixels."""

    side: int = 32
    step: int = 16


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """UMAP of the patients: ``nearest`` neighbours and least distance of points (umap-learn's defaults)."""

    nearest: int = 15
    min_dist: float = 0.1
    seed: int = 20240416


@dataclass(frozen=True, slots=True)
class ShiftSettings:
    """Principal ``components`` by which a classifier tells the cohorts apart."""

    components: int = 10


@dataclass(frozen=True, slots=True)
class SelectionSettings:
    """PCA and ReliefF of one feature family. ``components`` None: min(n - 1, p) of the fold.

    ``method``: ReliefF, SURF or MultiSURF of skrebate, or Relief as the FAE program computes it;
    ``neighbours`` are ReliefF's.
    ``search``: of ``keep``, its half, quarter and eighth, each fold takes the number that does best in an
    inner 3-fold cross-validation of its training patients.
    ``min_icc``, of radiomics alone: only features whose ICC under perturbed contours reaches it in the
    fold's own training patients; None: all.
    """

    components: int | float | None = None
    neighbours: int = 10
    keep: int = 41
    min_icc: float | None = None
    method: Weighing = "relieff"
    search: bool = False


@dataclass(frozen=True, slots=True)
class HarmoniseSettings:
    """ComBat of every feature family by ``batch``, a column of the clinical table; None: no ComBat."""

    batch: str | None = None


@dataclass(frozen=True, slots=True)
class ForestSettings:
    """Random forest of a signature."""

    trees: int = 200
    min_leaf: int = 2
    seed: int = 20240416


@dataclass(frozen=True, slots=True)
class LearnerSettings:
    """What a signature learns on its components; "forest" stands in ``ForestSettings``.

    ``c``: inverse strength of the penalty of logistic and svm; ``rounds``, ``rate``, ``depth``: trees of
    boosting, their learning rate and depth.
    """

    name: Learning = "forest"
    c: float = 1.0
    rounds: int = 100
    rate: float = 0.1
    depth: int = 2
    seed: int = 20240416


Classifier = ForestSettings | LearnerSettings
# What of a learner can be searched for.
SEARCHED = {"forest": ("min_leaf",), "logistic": ("c",), "svm": ("c",), "boosting": ("rate", "depth")}


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Candidates of which each fold takes the best by inner 3-fold cross-validation; (): not searched.

    ``keep``: components kept, of every family; without it ``search`` of a family goes by its own ``keep``.
    The others are settings of the learner, of whichever has them: ``min_leaf`` of the forest, ``c`` of
    logistic and svm, ``rate`` and ``depth`` of boosting.
    """

    keep: tuple[int, ...] = ()
    min_leaf: tuple[int, ...] = ()
    c: tuple[float, ...] = ()
    rate: tuple[float, ...] = ()
    depth: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ResamplingSettings:
    """Repeated stratified k-fold with patients as groups."""

    folds: int = 5
    repeats: int = 10
    seed: int = 20240416


@dataclass(frozen=True, slots=True)
class ValidationSettings:
    """Honest validation: how often the whole pipeline is refitted.

    ``compared``: permutations under which both presets are fitted. ``shares`` of the training part of each
    fold, and ``repeats``, of the learning curve. ``top``: features of a model that count as chosen.
    """

    bootstraps: int = 200
    permutations: int = 199
    compared: int = 20
    shares: tuple[float, ...] = (0.4, 0.55, 0.7, 0.85, 1.0)
    repeats: int = 5
    top: int = 50
    seed: int = 20240416


@dataclass(frozen=True, slots=True)
class FusionSettings:
    """Signatures that the logistic nomogram joins, and columns of the clinical table beside them.

    A column of numbers enters as it is, one of text by its levels against the most frequent one.
    """

    signatures: tuple[str, ...] = ("radiomics", "googlenet")
    covariates: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class ReportingSettings:
    """``sizes`` of what is repeated at random: the usual ones, or at least those for a paper."""

    sizes: Literal["usual", "paper"] = "usual"


# Least sizes for a paper, by stage and setting.
PAPER: dict[str, dict[str, int]] = {
    "forest": {"trees": 500},
    "resampling": {"repeats": 10},
    "validation": {"bootstraps": 500, "permutations": 1000},
}


def _keep(family_keep: int) -> Any:
    return field(default_factory=lambda: SelectionSettings(keep=family_keep))


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a whole study; ``[settings.STAGE]`` of ``study.toml`` overrides single values."""

    preset: Preset = "leak_free"
    radiomics: RadiomicsSettings = field(default_factory=RadiomicsSettings)
    peritumoral: PeritumoralSettings = field(default_factory=PeritumoralSettings)
    robustness: RobustnessSettings = field(default_factory=RobustnessSettings)
    patch: PatchSettings = field(default_factory=PatchSettings)
    deep: DeepSettings = field(default_factory=DeepSettings)
    occlusion: OcclusionSettings = field(default_factory=OcclusionSettings)
    embedding: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    shift: ShiftSettings = field(default_factory=ShiftSettings)
    selection_radiomics: SelectionSettings = _keep(41)
    selection_peritumoral: SelectionSettings = _keep(41)
    selection_googlenet: SelectionSettings = _keep(67)
    selection_resnet50: SelectionSettings = _keep(39)
    harmonise: HarmoniseSettings = field(default_factory=HarmoniseSettings)
    forest: ForestSettings = field(default_factory=ForestSettings)
    learner: LearnerSettings = field(default_factory=LearnerSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    resampling: ResamplingSettings = field(default_factory=ResamplingSettings)
    fusion: FusionSettings = field(default_factory=FusionSettings)
    validation: ValidationSettings = field(default_factory=ValidationSettings)
    expression: ExpressionSettings = field(default_factory=ExpressionSettings)
    coexpression: CoexpressionSettings = field(default_factory=CoexpressionSettings)
    preservation: PreservationSettings = field(default_factory=PreservationSettings)
    gsva: GsvaSettings = field(default_factory=GsvaSettings)
    gene_score: GeneScoreSettings = field(default_factory=GeneScoreSettings)
    reporting: ReportingSettings = field(default_factory=ReportingSettings)

    def __post_init__(self) -> None:
        """Raise what is below the sizes for a paper where these are asked for."""
        for stage, least in PAPER.items() if self.reporting.sizes == "paper" else ():
            own = getattr(self, stage)
            raised = {name: max(size, getattr(own, name)) for name, size in least.items()}
            object.__setattr__(self, stage, replace(own, **raised))

    @property
    def families(self) -> tuple[str, ...]:
        """Feature families of the study; ``peritumoral`` is one where its ring has a width."""
        ring = ("peritumoral",) if self.peritumoral.width_mm else ()
        return ("radiomics", *ring, "googlenet", "resnet50")

    @property
    def classifier(self) -> Classifier:
        """Settings of the learner of every signature."""
        return self.forest if self.learner.name == "forest" else self.learner

    def selection(self, family: str) -> SelectionSettings:
        """Selection settings of a feature family."""
        chosen: SelectionSettings = getattr(self, f"selection_{family}")
        return chosen


def as_dict(settings: Any) -> dict[str, Any]:
    """A settings dataclass as plain JSON values."""
    return asdict(settings)


BACKBONES = ("googlenet", "resnet50")


def resting_on_deep(settings: Settings) -> str:
    """Models whose numbers rest on deep features, in words."""
    fused = set(BACKBONES) & set(settings.fusion.signatures)
    return "GoogLeNet, ResNet50 and DLRN" if fused else "GoogLeNet and ResNet50"


def differing(settings: Settings) -> list[tuple[str, Any, Any]]:
    """What differs from the defaults: (``stage.name``, value, default)."""
    usual, own = asdict(Settings()), asdict(settings)
    return [
        (f"{stage}.{name}", value, usual[stage][name])
        for stage, values in own.items()
        if isinstance(values, dict)
        for name, value in values.items()
        if value != usual[stage][name]
    ]
