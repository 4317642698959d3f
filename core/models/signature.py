"""Signature of a feature family: the out-of-fold probability of a learner on selected components."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from core.errors import ModelError
from core.models import inputs
from core.models.combat import Batches, Harmony
from core.models.folds import FoldResult, Progress, Split, Work, cross_predict
from core.models.inputs import Floats
from core.models.learners import check_learner
from core.models.preparation import NOTHING, Metadata, Preparation, Rows
from core.models.resampled import Resampled, gather
from core.models.search import INNER, Choice, Inner, Known, Recipe
from core.models.steps import positive
from core.models.whole import Whole, fit_whole
from core.settings import Classifier, Preset, ResamplingSettings, SearchSettings, SelectionSettings


@dataclass(frozen=True, slots=True)
class SignatureFit:
    """A fitted signature.

    ``out_of_fold`` and ``apparent`` (n,): probabilities by patient, out-of-fold ones averaged over
    the repeats of ``per_repeat`` (n, repeats). ``model``: pipeline refitted on all patients.
    ``components``: frame [component, explained_variance_ratio, relief_weight, kept] of that refit;
    ``kept`` of ``available`` components. ``medians``: of each kept component over the patients.
    ``resampled``: the models of the folds, where they were asked for. ``harmony``: ComBat of all patients,
    which ``model`` takes its features from. ``features``: how many the model of each fold is given.
    ``choices``: what each fold's search takes, none without a search; ``choice``: what the refit's takes.
    """

    out_of_fold: pd.Series
    per_repeat: pd.DataFrame
    apparent: pd.Series
    model: Pipeline
    components: pd.DataFrame
    kept: int
    available: int
    medians: pd.Series
    resampled: Resampled | None = None
    harmony: Harmony | None = None
    features: tuple[int, ...] = ()
    choices: tuple[Choice, ...] = ()
    choice: Choice = field(default_factory=dict)


def fit_signature(
    X: pd.DataFrame,
    y: pd.Series,
    selection: SelectionSettings,
    forest: Classifier,
    resampling: ResamplingSettings,
    preset: Preset = "leak_free",
    progress: Progress | None = None,
    workers: int = 1,
    keep_models: bool = False,
    metadata: Metadata = NOTHING,
    search: SearchSettings = SearchSettings(),  # noqa: B008  (frozen)
) -> SignatureFit:
    """Fit a signature on X (patients x features) and y (0 or 1), both indexed by patient.

    Rows of one patient stay in one fold. "leak_free" fits every step inside the fold. "published"
    repeats the paper's order of work: z-score, PCA and ReliefF once on all patients, then the
    k-fold forest on the kept components. The held-out patients have then helped to choose what
    they are tested on: its out-of-fold AUC is optimistic, also on pure noise. Before the z-score, and in
    the same place, stand what ``metadata`` serves: features of at least ``selection.min_icc``, then ComBat.

    With ``selection.search`` or candidates in ``search`` each fold first chooses among them by inner folds of
    its training patients, and so does the refit; "published" chooses once, on all patients.
    ``forest``: settings of the forest, or of the learner that takes its place.
    ``keep_models`` keeps the models of all folds; the other results are the same without.
    ``progress(done, total)`` is called after every fold. The result does not depend on ``workers``.
    Raises ModelError ONE-CLASS, TOO-FEW (patients per class for the folds), LEARNER-FEW, those of
    ``inputs`` and of ``preparation``.
    """
    table, target = inputs.features(X), inputs.outcome(X, y)
    metadata.check(selection)
    splits, recipe = make_splits(X.index, target, resampling), Recipe(selection, forest, search)
    check_learner(forest, [target[train] for _, train, _ in splits])
    known = Known(np.ascontiguousarray(table.to_numpy()), target, Preparation.of(table, metadata))
    searching = partial(inner_folds, recipe, X.index, target, resampling.seed)
    with threadpool_limits(1):  # sums in another order could tip a split of a tree
        whole = fit_whole(recipe, known, table, searching(np.arange(len(target))))
        reference = StandardScaler().fit(table) if keep_models else None
        work, inner = Work(recipe, known, None, reference), list[Inner]()
        if preset == "published":
            work = _once(work, whole, table)
        else:
            inner = [searching(train) for _, train, _ in splits]
        results = cross_predict(work, splits, inner, progress, workers)
    return _collected(table, whole, work, splits, results)


def predict(
    model: Pipeline, X: pd.DataFrame, harmony: Harmony | None = None, batch: Batches | None = None
) -> pd.Series:
    """Probability of the positive outcome for each row of X; columns in any order, others ignored.

    ``harmony``: ComBat of the model, ``batch`` (n,) what it goes by; a row of another batch stays as it is.
    Raises ModelError FEATURES-MISSING or FEATURES-NAN.
    """
    if harmony is not None and batch is not None:
        X = harmony.frame(inputs.features(X, harmony.features), batch)
    table = inputs.features(X, [str(name) for name in model.feature_names_in_])
    return pd.Series(positive(model, table), index=X.index, name="probability")


def make_splits(
    index: "pd.Index[Any]", target: NDArray[np.int64], resampling: ResamplingSettings
) -> list[Split]:
    """(repeat, train rows, test rows) of repeated stratified k-fold; equal index values stay together.

    Raises ModelError TOO-FEW unless each training part holds two patients of each class.
    """
    groups = pd.factorize(index)[0]
    sizes = [np.unique(groups[target == label]).size for label in (0, 1)]
    fewest, folds = min(sizes), resampling.folds
    if folds < 2 or fewest < folds or fewest - int(np.ceil(fewest / folds)) < 2:
        found = f"{sizes[0]} negative and {sizes[1]} positive patients for {folds} folds"
        fix = "Use fewer folds (2 or more), or add patients."
        raise ModelError("TOO-FEW", "At least one patient of each outcome per fold and 3 in all", found, fix)
    splits: list[Split] = []
    for repeat in range(resampling.repeats):
        folding = StratifiedGroupKFold(folds, shuffle=True, random_state=resampling.seed + repeat)
        splits += [(repeat, train, test) for train, test in folding.split(groups, target, groups)]
    return splits


def inner_folds(
    recipe: Recipe, index: "pd.Index[Any]", target: NDArray[np.int64], seed: int, rows: Rows
) -> Inner:
    """Inner folds of some rows, in row numbers of the whole table; none where nothing is searched.

    Raises ModelError TOO-FEW or LEARNER-FEW.
    """
    if not recipe.grid:
        return ()
    splits = make_splits(index[rows], target[rows], ResamplingSettings(INNER, 1, seed))
    check_learner(recipe.classifier, [target[rows[train]] for _, train, _ in splits])
    return [(rows[train], rows[test]) for _, train, test in splits]


def _once(work: Work, whole: Whole, table: pd.DataFrame) -> Work:
    """The order of work of ``published``: folds fit the learner on components that all patients chose."""
    scores = Known(whole.scores, work.known.target, Preparation.of(table, NOTHING))
    outside = whole.learned, whole.model[:-1]
    return Work(work.recipe.taking(whole.choice), scores, outside, work.reference)


def _collected(
    table: pd.DataFrame, whole: Whole, work: Work, splits: list[Split], results: list[FoldResult]
) -> SignatureFit:
    per_repeat = _by_repeat([one.probability for one in results], splits, table.index)
    components, once = whole.components, work.once is not None
    return SignatureFit(
        out_of_fold=per_repeat.mean(axis=1).clip(0, 1).rename("out_of_fold"),
        per_repeat=per_repeat,
        apparent=pd.Series(positive(whole.model, whole.ready), index=table.index, name="apparent"),
        model=whole.model,
        components=components,
        kept=int(components["kept"].sum()),
        available=len(components),
        medians=whole.medians,
        resampled=None if work.reference is None else _gathered(table, work.reference, results),
        harmony=whole.learned.harmony,
        features=tuple(whole.ready.shape[1] if once else one.features for one in results),
        choices=tuple(one.choice for one in results if one.choice),
        choice=whole.choice,
    )


def _gathered(table: pd.DataFrame, reference: StandardScaler, results: list[FoldResult]) -> Resampled:
    kept = [one.kept for one in results if one.kept is not None]
    return gather([str(name) for name in table.columns], reference, kept)


def _by_repeat(held_out: list[Floats], splits: list[Split], index: Any) -> pd.DataFrame:
    repeats = splits[-1][0] + 1
    table = np.full((len(index), repeats), np.nan)
    for (repeat, _, test), probability in zip(splits, held_out, strict=True):
        table[test, repeat] = probability
    return pd.DataFrame(table, index=index, columns=[f"repeat_{i + 1}" for i in range(repeats)])
