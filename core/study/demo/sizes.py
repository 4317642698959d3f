"""The two sizes of the demo study: as in the paper, and a miniature for tests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cohort:
    """A simulated cohort; ``shift`` raises the mean of the hidden aggressiveness, in SD."""

    name: str
    code: str
    role: str
    patients: int
    positive: int
    shift: float


@dataclass(frozen=True, slots=True)
class Grid:
    """Image matrix (slices, rows, columns) and voxel size in the same order, mm."""

    shape: tuple[int, int, int]
    spacing: tuple[float, float, float]
    anatomy: float = 1.0  # scale of the breast against an average one


@dataclass(frozen=True, slots=True)
class DemoSize:
    """What one demo study holds.

    ``volume``: median (mm3) and log SD of the lesions. ``loading``: factor on the links between
    hidden aggressiveness and image; ``contrast``: on the range of the traits so linked; ``label``:
    correlation of the aggressiveness with the liability to LNM. ``modules``: genes of each planted
    module;
    ``gene_load``: range of their correlation with its factor;
    ``linked``: index of a module -> its correlation with the aggressiveness.
    """

    cohorts: tuple[Cohort, ...]
    grid: Grid
    volume: tuple[float, float]
    loading: float
    contrast: float
    label: float
    genes: int
    kept: int
    modules: tuple[int, ...]
    gene_load: tuple[float, float]
    linked: dict[int, float]
    set_sizes: tuple[int, int]
    settings: dict[str, dict[str, int]]


FULL = DemoSize(
    cohorts=(
        Cohort("sim-brca", "SIMB", "training", 88, 41, 0.0),
        Cohort("sim-nact", "SIMN", "validation", 57, 35, 0.25),
    ),
    grid=Grid((48, 176, 176), (2.0, 0.9, 0.9)),
    volume=(4400.0, 0.42),
    loading=1.0,
    contrast=1.0,
    label=0.9,
    genes=12000,
    kept=11687,
    modules=(
        *(850, 680, 600, 530, 470, 430, 390, 360, 330, 310, 290, 270, 250, 230, 210, 200),
        *(190, 180, 170, 160, 150, 145, 140, 135, 130, 125, 120, 115, 110, 105, 100, 95),
    ),
    gene_load=(0.65, 0.95),
    linked={3: 0.57, 8: 0.54, 13: 0.52, 20: 0.56},
    set_sizes=(35, 180),
    settings={},
)

SMALL = DemoSize(
    cohorts=(
        Cohort("sim-brca", "SIMB", "training", 24, 12, 0.0),
        Cohort("sim-nact", "SIMN", "validation", 16, 9, 0.15),
    ),
    grid=Grid((30, 96, 96), (2.5, 1.2, 1.2), anatomy=0.74),
    volume=(1080.0, 0.15),
    loading=1.25,
    contrast=1.3,
    label=0.97,
    genes=1500,
    kept=1450,
    modules=(170, 140, 120, 105, 95, 85, 75, 65),
    gene_load=(0.8, 0.97),
    linked={1: 0.58, 3: 0.56, 5: 0.55},
    set_sizes=(18, 60),
    settings={
        "resampling": {"repeats": 2},
        "forest": {"trees": 60},
        "selection_radiomics": {"keep": 12, "neighbours": 5},
        "selection_googlenet": {"keep": 12, "neighbours": 5},
        "selection_resnet50": {"keep": 12, "neighbours": 5},
        "coexpression": {"min_size": 30},
    },
)
