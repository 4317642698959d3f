"""Settings of what is measured on images: radiomics, deep features, and what is said of them."""

from dataclasses import dataclass
from typing import Literal

Backbone = Literal["googlenet", "resnet50"]
BACKBONES = ("googlenet", "resnet50")


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
