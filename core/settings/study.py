"""Settings of a whole study, with the defaults of the design."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from core.settings.features import (
    BACKBONES,
    DeepSettings,
    EmbeddingSettings,
    OcclusionSettings,
    PatchSettings,
    PeritumoralSettings,
    RadiomicsSettings,
    RobustnessSettings,
    ShiftSettings,
)
from core.settings.genomics import (
    CoexpressionSettings,
    ExpressionSettings,
    GeneScoreSettings,
    GsvaSettings,
    PreservationSettings,
)
from core.settings.models import (
    Classifier,
    ForestSettings,
    FusionSettings,
    HarmoniseSettings,
    LearnerSettings,
    ResamplingSettings,
    SearchSettings,
    SelectionSettings,
    ValidationSettings,
)

Preset = Literal["leak_free", "published"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a whole study; ``[settings.STAGE]`` of ``study.toml`` overrides single values."""

    preset: Preset = "leak_free"
    radiomics: RadiomicsSettings = RadiomicsSettings()
    peritumoral: PeritumoralSettings = PeritumoralSettings()
    robustness: RobustnessSettings = RobustnessSettings()
    patch: PatchSettings = PatchSettings()
    deep: DeepSettings = DeepSettings()
    occlusion: OcclusionSettings = OcclusionSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    shift: ShiftSettings = ShiftSettings()
    selection_radiomics: SelectionSettings = SelectionSettings(keep=41)
    selection_peritumoral: SelectionSettings = SelectionSettings(keep=41)
    selection_googlenet: SelectionSettings = SelectionSettings(keep=67)
    selection_resnet50: SelectionSettings = SelectionSettings(keep=39)
    harmonise: HarmoniseSettings = HarmoniseSettings()
    forest: ForestSettings = ForestSettings()
    learner: LearnerSettings = LearnerSettings()
    search: SearchSettings = SearchSettings()
    resampling: ResamplingSettings = ResamplingSettings()
    fusion: FusionSettings = FusionSettings()
    validation: ValidationSettings = ValidationSettings()
    expression: ExpressionSettings = ExpressionSettings()
    coexpression: CoexpressionSettings = CoexpressionSettings()
    preservation: PreservationSettings = PreservationSettings()
    gsva: GsvaSettings = GsvaSettings()
    gene_score: GeneScoreSettings = GeneScoreSettings()

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
