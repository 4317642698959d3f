"""The whole pipeline fitted again, as often as honest validation asks: z-score to forest, and the nomogram.

The floats are those of ``fit_signature`` with one repeat, by the quick forest and the quick ReliefF. Nothing
is taken over from a fit on other patients: every step is learned from the rows that are named.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.special import expit
from threadpoolctl import threadpool_limits

from core.models import inputs
from core.models.folds import Progress
from core.models.inputs import Floats
from core.models.logistic import fit_logistic
from core.models.preparation import NOTHING, Metadata, Preparation, Rows
from core.models.quick_forest import mean_vote, tree_votes
from core.models.relief import best, weigh
from core.models.selection import selection_steps
from core.models.signature import make_splits
from core.settings import ForestSettings, Preset, ResamplingSettings, SelectionSettings

Target = NDArray[np.int64]
Pairs = list[tuple[Rows, Rows]]  # training and held-out rows
Scores = dict[str, Floats]  # model -> a probability per row
FUSED = "DLRN"
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Features (n, p) of the training patients, and how their signature is made."""

    values: Floats
    selection: SelectionSettings
    preparation: Preparation


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Training patients and everything that is refitted on them.

    ``families``: signature -> its features; ``fused``: signatures that the nomogram joins, none without it.
    """

    index: "pd.Index[Any]"
    target: Target
    families: Mapping[str, Family]
    fused: tuple[str, ...]
    forest: ForestSettings
    resampling: ResamplingSettings

    @property
    def models(self) -> list[str]:
        """Names of the signatures, and of the nomogram where there is one."""
        return [*self.families, *([FUSED] if self.fused else [])]

    @property
    def rows(self) -> Rows:
        """Every row."""
        return np.arange(len(self.index))

    def repeated(self, repeat: int) -> "Cohort":
        """With the folds of this repeat, counted from 0."""
        return replace(self, resampling=replace(self.resampling, seed=self.resampling.seed + repeat))


def cohort(
    tables: Mapping[str, pd.DataFrame],
    y: pd.Series,
    selections: Mapping[str, SelectionSettings],
    forest: ForestSettings,
    resampling: ResamplingSettings,
    fused: tuple[str, ...] = (),
    metadata: Mapping[str, Metadata] | None = None,
) -> Cohort:
    """Tables (patients x features) by signature, all of the patients of y (0 or 1), ready to be refitted.

    Raises ModelError: ONE-CLASS, TOO-FEW, and those of ``inputs``, as ``fit_signature`` does.
    """
    known, families = metadata or {}, {}
    for name, X in tables.items():
        table, target = inputs.features(X), inputs.outcome(X, y)
        prepare = Preparation.of(table, known.get(name, NOTHING))
        families[name] = Family(np.ascontiguousarray(table.to_numpy()), selections[name], prepare)
    once = replace(resampling, repeats=1)
    make_splits(y.index, target, once)
    return Cohort(y.index, target, families, fused, forest, once)


def score(family: Family, target: Target, train: Rows, test: Rows, forest: ForestSettings) -> Floats:
    """Probability (n_test,) of rows ``test`` by the pipeline fitted on rows ``train``, some maybe twice."""
    with threadpool_limits(1):
        known, unseen, _ = family.preparation.split(family.values, train, test)
        scores, kept = _select(family.selection, known, target[train], unseen)
        votes = tree_votes(scores[0][:, kept], target[train], scores[1][:, kept], forest)
    return _probability(votes, forest)


def pairs(of: Cohort, target: Target) -> Pairs:
    """Training and held-out rows of the first repeat's folds, for these labels."""
    return [(train, test) for _, train, test in make_splits(of.index, target, of.resampling)]


def out_of_fold(of: Cohort, target: Target, preset: Preset = "leak_free") -> Scores:
    """Out-of-fold probabilities (n,) of every model under these labels, everything fitted again.

    "published": z-score, PCA and ReliefF once on all patients, as ``fit_signature`` has it.
    """
    folds, found = pairs(of, target), Scores()
    for name, family in of.families.items():
        given = family if preset == "leak_free" else _selected_once(family, of.rows, target)
        found[name] = _held_out(given, target, folds, of.forest, preset)
    return found | fused(of, found, target, folds)


def fused(of: Cohort, signatures: Scores, target: Target, folds: Pairs) -> Scores:
    """Stacked probabilities of the nomogram, fitted on the other folds' signatures; {} without nomogram."""
    if not of.fused:
        return {}
    values, p = np.column_stack([signatures[name] for name in of.fused]), np.empty(len(target))
    for train, test in folds:
        p[test] = nomogram(values[train], target[train], values[test])
    return {FUSED: p}


def nomogram(known: Floats, target: Target, unseen: Floats) -> Floats:
    """Probability of signatures ``unseen`` (m, k) by the logistic regression on ``known`` (n, k)."""
    params = fit_logistic(known, target).params
    probability: Floats = expit(params[0] + unseen @ params[1:])
    return probability


def each(
    work: Callable[[Item], Result], items: Iterable[Item], total: int, progress: Progress | None, workers: int
) -> list[Result]:
    """What ``work`` gives for every item, in their order; ``progress(done, total)`` is called after each."""
    results: list[Result] = []
    for result in Parallel(n_jobs=workers, return_as="generator")(delayed(work)(item) for item in items):
        results.append(result)
        if progress is not None:
            progress(len(results), total)
    return results


def _select(
    selection: SelectionSettings, known: Floats, target: Target, unseen: Floats
) -> tuple[tuple[Floats, Floats], Rows]:
    """Component scores of both parts, and the columns that ReliefF keeps."""
    scale, pca = (step for _, step in selection_steps(selection)[:2])
    scaled = scale.fit_transform(known)
    scores = pca.fit(scaled).transform(scaled), pca.transform(scale.transform(unseen))
    weights = weigh(scores[0], target, selection.method, selection.neighbours)
    return scores, best(weights, selection.keep, selection.method)


def _selected_once(family: Family, rows: Rows, target: Target) -> Family:
    """The family on the components that all patients and their labels choose: the leak of ``published``."""
    with threadpool_limits(1):
        ready = family.preparation.split(family.values, rows, rows)[0]
        (scores, _), kept = _select(family.selection, ready, target, ready[:1])
    return replace(family, values=scores[:, kept])


def _held_out(
    family: Family, target: Target, folds: Pairs, forest: ForestSettings, preset: Preset = "leak_free"
) -> Floats:
    p = np.empty(len(target))
    for train, test in folds:
        if preset == "leak_free":
            p[test] = score(family, target, train, test, forest)
        else:
            known, unseen = family.values[train], family.values[test]
            p[test] = _probability(tree_votes(known, target[train], unseen, forest), forest)
    return p


def _probability(votes: Floats, forest: ForestSettings) -> Floats:
    return np.clip(mean_vote(votes, forest.trees), 0, 1)
