"""Settings of what learns: selection, learners, resampling, validation, and the nomogram."""

from dataclasses import dataclass
from typing import Literal

Weighing = Literal["relieff", "surf", "multisurf", "fae"]
Learning = Literal["forest", "logistic", "svm", "boosting"]


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
